"""What does this app note about itself? One short line for each answer: never a picture, a name or a message.

The last ones are kept in memory; a file is written only where the setting `event_log` names one (JSON lines, turned
over at `event_log_mb`). A file that cannot be written is said once and then left alone: a request never fails for it.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger(__name__)
KEPT = 2000  # answers in memory
BACKUPS = 3  # older files beside the current one
HASHED = 12  # letters of a photo's hash, enough to tell repeats apart
MOST_HASHES = 8
BINS = 10


@dataclass(frozen=True)
class Event:
    """at: seconds since 1970. code: of the error, "" for an answer. boxes: found, -1 where the answer has none.

    top: the first class's probability, NaN without one. scores: counts of box scores in ten equal bins.
    """

    at: float
    operation: str
    model: str
    weights: str
    photos: tuple[str, ...]
    wait_ms: float
    busy_ms: float
    code: str = ""
    boxes: int = -1
    top: float = float("nan")
    scores: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether a detector found nothing."""
        return self.boxes == 0

    def line(self) -> str:
        """One line of JSON, under a kilobyte."""
        content: dict[str, Any] = {
            "at": round(self.at, 3),
            "operation": self.operation[-80:],
            "model": self.model[:80],
            "weights": self.weights[:HASHED],
            "photos": list(self.photos),
            "wait_ms": round(self.wait_ms, 2),
            "busy_ms": round(self.busy_ms, 2),
        }
        if self.code:
            content["code"] = self.code
        if self.boxes >= 0:
            content |= {"boxes": self.boxes, "scores": list(self.scores)}
        if self.top == self.top:
            content["top"] = round(self.top, 4)
        return json.dumps(content, separators=(",", ":"))


class EventLog:
    """Holds and writes events; used from the engine's threads. path "": memory alone."""

    def __init__(self, path: str = "", limit_mb: float = 10.0, kept: int = KEPT) -> None:
        self.events: deque[Event] = deque(maxlen=kept)
        self.written = 0
        self.problem = ""
        self._path, self._limit = Path(path).expanduser() if path else None, int(limit_mb * 1e6)
        self._lock = threading.Lock()

    def add(self, event: Event) -> None:
        """Keeps the event and writes its line; a file that fails is given up, with its reason in `problem`."""
        with self._lock:
            self.events.append(event)
            if self._path is None or self.problem:
                return
            try:
                self._write(event.line() + "\n")
                self.written += 1
            except OSError as problem:
                self.problem = problem.strerror or type(problem).__name__
                log.warning("the event log cannot be written (%s); events are kept in memory only", self.problem)

    def _write(self, line: str) -> None:
        if self._path is None:
            return
        if self._path.exists() and self._path.stat().st_size + len(line) > self._limit:
            self._turn_over()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line)

    def _turn_over(self) -> None:
        """log.jsonl becomes log.jsonl.1, that one .2, and the oldest goes."""
        if self._path is None:
            return
        for number in range(BACKUPS - 1, 0, -1):
            older = Path(f"{self._path}.{number}")
            if older.exists():
                older.replace(f"{self._path}.{number + 1}")
        self._path.replace(f"{self._path}.1")


def event_of(
    operation: str,
    model: str,
    photos_sha256: tuple[str, ...],
    *,
    weights: str = "",
    wait_ms: float = 0.0,
    busy_ms: float = 0.0,
    code: str = "",
    result: Any = None,
) -> Event:
    """The event of one answer or error. result: whatever the operation gave; only counts and scores are taken of it.

    Of a detector's candidates those count that a page shows: from the score of its card, after NMS.
    """
    boxes, top = -1, float("nan")
    result = _shown(result, model)
    scores: tuple[int, ...] = ()
    if hasattr(result, "probabilities") and len(result.probabilities):
        top = float(np.max(result.probabilities))
    elif hasattr(result, "boxes_xyxy") and isinstance(getattr(result, "scores", None), np.ndarray):
        boxes = len(result.boxes_xyxy)
        counts = np.histogram(np.asarray(result.scores, np.float64), np.arange(BINS + 1) / BINS)[0]
        scores = tuple(int(count) for count in counts)
    hashes = tuple(sha[:HASHED] for sha in photos_sha256[:MOST_HASHES])
    return Event(time.time(), operation, model, weights, hashes, wait_ms, busy_ms, code, boxes, top, scores)


def _shown(result: Any, model: str) -> Any:
    """The detections of candidates, as the pages choose them; every other result as it is."""
    from vizcore.results import Candidates

    if not isinstance(result, Candidates):
        return result
    from vizcore.detection.choosing import ChoiceSettings, choose
    from vizcore.errors import UnknownModel
    from vizcore.zoo.cards import USUAL_IOU, USUAL_SCORE
    from vizcore.zoo.catalogue import card

    try:
        least = card(model).score
    except UnknownModel:  # its visit has ended meanwhile
        least = USUAL_SCORE
    return choose(result, ChoiceSettings(score=least, iou=USUAL_IOU))


@lru_cache(maxsize=1)
def shared_log() -> EventLog:
    """The log of this process."""
    from vizcore.settings import current

    settings = current()
    return EventLog(settings.event_log, settings.event_log_mb)


@dataclass(frozen=True)
class Summary:
    """Of the events in memory. by_operation: (operation, model) -> (n, median of the busy ms, p95 or None).

    empty_rate: of answers with boxes, None without any. codes: errors by code. tops, scores: for histograms.
    """

    n: int
    errors: int
    by_operation: Mapping[tuple[str, str], tuple[int, float, float | None]]
    empty_rate: float | None
    detections: int
    codes: Mapping[str, int]
    tops: tuple[float, ...]
    scores: tuple[int, ...]


def summarise(events: list[Event]) -> Summary:
    """What an administrator wants to know of these events; no events give an empty summary."""
    from vizcore.runtimes.percentiles import percentile

    groups: dict[tuple[str, str], list[float]] = {}
    codes: dict[str, int] = {}
    for each in events:
        if each.code:
            codes[each.code] = codes.get(each.code, 0) + 1
        else:
            groups.setdefault((each.operation, each.model), []).append(each.busy_ms)
    found = [each for each in events if each.boxes >= 0]
    rows = {key: (len(ms), float(np.median(ms)), percentile(ms, 95)) for key, ms in groups.items()}
    return Summary(
        len(events),
        sum(codes.values()),
        dict(sorted(rows.items(), key=lambda row: -row[1][0])),
        sum(each.empty for each in found) / len(found) if found else None,
        len(found),
        dict(sorted(codes.items(), key=lambda row: -row[1])),
        tuple(each.top for each in events if each.top == each.top),
        tuple(int(count) for count in np.sum([each.scores for each in found], axis=0)) if found else (),
    )
