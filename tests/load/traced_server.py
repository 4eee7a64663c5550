"""What is each run of a server's script made of? Starts Streamlit as usual and writes one JSON line a run.

`python tests/load/traced_server.py TRACE run app.py ...` in the folder of a checkout. Times are of the machine's one
monotonic clock, so a client can put its own beside them. A line has `session`, the moments `received` (the browser's
wish was read), `begun` and `ended` (of the script), `queued`, `sent` and `written` (its end, on the way to the socket),
the seconds `turn` (waited for one), `away` (waited for a model) and `cpu` (of the script's thread), and what else there
was: `drawing` (other pages), `messages`, `bytes`. A long look for garbage has a line of its own: `generation`,
`collected` (seconds of the processor), `at`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit.web.cli
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

LONG_LOOK_S = 0.02
now = time.monotonic
Run = dict[str, Any]


class Trace:
    """received: by session. under_way: by session, runs whose end was not sent. mine: the run of this thread."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self.received: dict[str, float] = {}
        self.messages: dict[str, int] = defaultdict(int)
        self.under_way: dict[str, deque[Run]] = defaultdict(deque)
        self.mine = threading.local()
        self.drawing = 0
        self._look_began = 0.0

    def write(self, line: Run) -> None:
        with self._path.open("a") as out:
            out.write(json.dumps(line) + "\n")

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Adds the block's seconds to the run of this thread."""
        began = now()
        try:
            yield
        finally:
            if run := getattr(self.mine, "run", None):
                run[name] += now() - began

    def look(self, phase: str, info: dict[str, int]) -> None:
        """Told by Python before and after each look for garbage."""
        if phase == "start":
            self._look_began = time.thread_time()
        elif (took := time.thread_time() - self._look_began) > LONG_LOOK_S:
            self.write({"generation": info["generation"], "collected": took, "at": now()})


def is_end(message: Any) -> bool:
    kind = message.WhichOneof("type")
    return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def watch_scripts(trace: Trace) -> None:
    """From the browser's wish to the end of the script."""
    handle, run_script = AppSession.handle_backmsg, ScriptRunner._run_script
    on_event, enqueue = AppSession._on_scriptrunner_event, AppSession._enqueue_forward_msg

    def handled(self: Any, msg: Any) -> None:
        if msg.WhichOneof("type") == "rerun_script":
            trace.received[self.id] = now()
        handle(self, msg)

    def run(self: Any, rerun_data: Any) -> None:
        mine: Run = {"session": self._session_id, "begun": now(), "drawing": trace.drawing, "turn": 0.0, "away": 0.0}
        mine["received"] = trace.received.get(self._session_id, mine["begun"])
        trace.mine.run, trace.mine.used_s = mine, time.thread_time()
        trace.under_way[self._session_id].append(mine)
        trace.messages[self._session_id] = 0
        try:
            run_script(self, rerun_data)
        finally:
            trace.mine.run = None

    def event(self: Any, sender: Any, event: Any, *rest: Any, **kept: Any) -> None:
        if event.name.startswith(("SCRIPT_STOPPED", "FRAGMENT_STOPPED")) and (mine := getattr(trace.mine, "run", None)):
            mine["ended"], mine["cpu"] = now(), time.thread_time() - trace.mine.used_s
        on_event(self, sender, event, *rest, **kept)

    def enqueued(self: Any, msg: Any) -> None:
        trace.messages[self.id] += 1
        if is_end(msg) and trace.under_way[self.id]:
            trace.under_way[self.id][-1]["queued"] = now()
        enqueue(self, msg)

    AppSession.handle_backmsg, ScriptRunner._run_script = handled, run
    AppSession._on_scriptrunner_event, AppSession._enqueue_forward_msg = event, enqueued


def watch_sending(trace: Trace) -> None:
    """From the end of the script to the moment at which its last message was given to the socket."""
    send, begin = Runtime._send_message, StarletteSessionClient.__init__

    def sent(self: Any, session_info: Any, msg: Any) -> None:
        send(self, session_info, msg)
        client, session = session_info.client, session_info.session.id
        client.put += 1
        if is_end(msg) and trace.under_way[session]:
            run = trace.under_way[session].popleft()
            run["sent"], run["messages"] = now(), trace.messages[session]
            client.ends.append((client.put, run))

    def begun(self: Any, websocket: Any) -> None:
        self.put, self.left, self.bytes, self.ends = 0, 0, 0, deque()
        begin(self, websocket)

    async def sender(self: Any) -> None:
        try:
            while True:
                payload = await self._send_queue.get()
                await self._websocket.send_bytes(payload)
                self.left, self.bytes = self.left + 1, self.bytes + len(payload)
                if self.ends and self.ends[0][0] <= self.left:
                    run = self.ends.popleft()[1]
                    run["written"], run["bytes"], self.bytes = now(), self.bytes, 0
                    trace.write(run)
        finally:
            self._closed.set()

    Runtime._send_message, StarletteSessionClient.__init__ = sent, begun
    StarletteSessionClient._sender = sender


def watch_turns(trace: Trace) -> None:
    from vizcore.ui.turns import Turns

    take, one, given_away = Turns._take, Turns.one, Turns.given_away

    def taken(self: Any, *rest: Any) -> None:
        with trace.timed("turn"):
            take(self, *rest)

    @contextmanager
    def counted(self: Any, *rest: Any) -> Iterator[None]:
        with one(self, *rest), drawing(1):
            yield

    @contextmanager
    def away(self: Any) -> Iterator[None]:
        with trace.timed("away"), drawing(-1), given_away(self):
            yield

    @contextmanager
    def drawing(more: int) -> Iterator[None]:
        trace.drawing += more
        try:
            yield
        finally:
            trace.drawing -= more

    Turns._take, Turns.one, Turns.given_away = taken, counted, away


def main() -> None:
    trace = Trace(sys.argv.pop(1))
    sys.path[0] = os.getcwd()
    gc.callbacks.append(trace.look)
    watch_scripts(trace)
    watch_sending(trace)
    watch_turns(trace)
    streamlit.web.cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
