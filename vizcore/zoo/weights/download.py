"""How does a model that somebody asked for get onto this machine, whole, or not at all?

What is fetched stands here; how one file arrives and is checked in `arrival`, how patiently it is asked for in
`attempts`, who waits for whom in `single_flight`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from vizcore.errors import Offline, WeightsDamaged, WeightsMissing, WeightsUnsafe
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights.arrival import bring
from vizcore.zoo.weights.folders import advised_folder, download_folder
from vizcore.zoo.weights.locate import locate
from vizcore.zoo.weights.single_flight import DownloadHandle, ProgressCallback, join
from vizcore.zoo.weights.wanted_file import WantedFile

REPORT_EVERY_S = 0.1


def _ignore(done: int, total: int | None) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def fetch(
    card: ModelCard, settings: Settings, progress: ProgressCallback = _ignore, cancelled: Callable[[], bool] = _never
) -> Path:
    """The folder with all files of the card, downloaded where they are not here yet. Blocks; call it from a worker.

    progress(done_bytes, total_bytes or None) is called about ten times a second, from this thread; `cancelled` too.
    Errors: Offline, DownloadFailed (reason and host), Cancelled, WeightsMissing for a card without an address.
    An unreachable host is given up after `settings.connect_timeout_s`.
    """
    return begin_fetch(card, settings).wait(progress, cancelled)


def begin_fetch(card: ModelCard, settings: Settings) -> DownloadHandle:
    """The same without waiting: a share in the download, which begins now if nobody asked for these files before."""

    def download(report: ProgressCallback, cancelled: Callable[[], bool]) -> Path:
        return _already_here(card, settings) or _download(card, settings, report, cancelled)

    return join(download_folder(card, settings), download)


def _already_here(card: ModelCard, settings: Settings) -> Path | None:
    try:
        return locate(card, settings)
    except (WeightsDamaged, WeightsUnsafe):  # a bad copy somewhere is the reason to fetch a good one
        return None


def _download(card: ModelCard, settings: Settings, report: ProgressCallback, cancelled: Callable[[], bool]) -> Path:
    names = ", ".join(file.name for file in card.files)
    folder = str(advised_folder(card, settings))
    if not all(file.url for file in card.files):
        raise WeightsMissing(model=card.key, file=names, folder=folder)
    if settings.offline:
        raise Offline(model=card.key, file=names, folder=folder)
    watch = _Watch(card, report)
    for file in card.files:
        wanted = WantedFile(card, file, settings, watch.of_this_file, cancelled)
        bring(wanted)
        watch.next_file(wanted.target.stat().st_size)
    return download_folder(card, settings)


class _Watch:
    """Adds up the bytes of a card's files, and passes them on about ten times a second."""

    def __init__(self, card: ModelCard, report: ProgressCallback) -> None:
        sizes = [file.size_bytes for file in card.files]
        self._stated = None if None in sizes else sum(size or 0 for size in sizes)
        self._single = len(card.files) == 1
        self._report, self._before, self._last = report, 0, 0.0

    def of_this_file(self, done: int, total: int | None) -> None:
        whole = total if self._single else self._stated
        if done == total or time.monotonic() - self._last >= REPORT_EVERY_S:
            self._last = time.monotonic()
            self._report(self._before + done, whole)

    def next_file(self, size: int) -> None:
        self._before += size
        self._report(self._before, self._before if self._single else self._stated)
