"""One file of a card that is to come to this machine: where it goes, under what name it arrives, how it can fail."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vizcore.errors import DownloadFailed
from vizcore.errors.models import DownloadReason
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard, WeightFile
from vizcore.zoo.weights.folders import advised_folder, download_folder, inside

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class WantedFile:
    """report(done_bytes, total_bytes or None) and `cancelled` are called while it arrives."""

    card: ModelCard
    file: WeightFile
    settings: Settings
    report: Callable[[int, int | None], None]
    cancelled: Callable[[], bool]

    @property
    def target(self) -> Path:
        return inside(download_folder(self.card, self.settings), self.file.name)

    @property
    def part(self) -> Path:
        """What has arrived, before it is verified."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def lock(self) -> Path:
        return self.target.with_name(self.target.name + ".lock")

    def part_bytes(self) -> int:
        """How much has arrived; 0 before the first byte."""
        return self.part.stat().st_size if self.part.exists() else 0

    def failed(self, reason: DownloadReason, status: int = 0) -> DownloadFailed:
        """The error that names the model, the file, its host and where a person can put it by hand."""
        return DownloadFailed(
            model=self.card.key,
            file=self.file.name,
            host=urlsplit(self.file.url).hostname or "",
            reason=reason,
            status=status,
            folder=str(advised_folder(self.card, self.settings)),
        )

    @contextmanager
    def disk_trouble_named(self) -> Iterator[None]:
        """Turns the OSError of a full, read-only or broken disk into DownloadFailed; a full one gets its space back."""
        try:
            yield
        except OSError as problem:
            if problem.errno in NO_ROOM:
                self.part.unlink(missing_ok=True)
            raise self.failed("disk") from problem
