"""Does a page arrive whole when a part of it refreshes itself at the very moment in which the page was drawn?

Two things of Streamlit's take the page's end away then, and nothing draws it again, since what follows is the run of
one part. On a busy machine one job in sixty lost its answer to them.

When a part's run begins, what the queue to the browser still holds of that part is dropped, since it comes anew. If the
page's own run has just ended, its end stays in the queue: the browser then takes the part off the page as outdated,
everything below moves up by one, and the part comes back over its neighbour. So what a whole page said leaves as it is.

A script thread that has ended takes no further request: another one is started, and from then on nothing is listened to
that the first one said last and the loop has not heard yet (Streamlit's issue 9921). So a request waits until the
thread that has ended is heard out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

PAUSE_S = 0.002  # for a thread that is about to say that it is over; what it has said is on the loop already

Clear = Callable[..., None]
Rerun = Callable[[Any, Any], None]


def with_whole_runs() -> None:
    """From now on, in this process."""
    ForwardMsgQueue.clear = keeping_whole_runs(ForwardMsgQueue.clear)  # type: ignore[method-assign]
    AppSession.request_rerun = heard_out_first(AppSession.request_rerun)  # type: ignore[method-assign, assignment]


def keeping_whole_runs(clear: Clear) -> Clear:
    """`ForwardMsgQueue.clear` that drops nothing for a part's sake while the end of a page's run waits to be sent."""

    @wraps(clear)
    def cleared(
        queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        if fragment_ids_this_run and any(map(_ends_a_page, queue._queue)):
            queue._delta_index_map = {}  # what comes anew goes behind what is there
        else:
            clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)

    return cleared


def _ends_a_page(message: ForwardMsg) -> bool:
    ended = message.WhichOneof("type") == "script_finished"
    return ended and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def heard_out_first(request_rerun: Rerun) -> Rerun:
    """`AppSession.request_rerun` that lets a visit's requests wait, in their order, for a thread that has ended."""
    waiting: WeakKeyDictionary[Any, deque[Any]] = WeakKeyDictionary()

    def serve(session: Any) -> None:
        requests = waiting[session]
        while requests and not _is_still_heard(session):
            try:
                request_rerun(session, requests.popleft())
            except Exception as error:  # as Streamlit does with a request that comes from the browser directly
                session.handle_backmsg_exception(error)
        if requests:
            session._event_loop.call_later(PAUSE_S, serve, session)

    @wraps(request_rerun)
    def request(session: Any, client_state: Any) -> None:
        requests = waiting.setdefault(session, deque())
        if not requests and not _is_still_heard(session):
            request_rerun(session, client_state)
            return
        requests.append(client_state)
        if len(requests) == 1:
            session._event_loop.call_soon(serve, session)

    return request


def _is_still_heard(session: Any) -> bool:
    """Whether the session's script thread has ended without that all it said has been heard."""
    runner = session._scriptrunner
    return runner is not None and runner._requests._state is ScriptRequestType.STOP and not runner._execing
