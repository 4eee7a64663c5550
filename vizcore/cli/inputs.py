"""What did the person name: which picture, which model?"""

from __future__ import annotations

import math
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.errors import FileTooLarge, FileUnreadable, ModelCannot, UnknownModel, VizError
from vizcore.photo import Photo
from vizcore.settings import current

if TYPE_CHECKING:
    from vizcore.zoo.cards import ModelCard, Task

SAMPLE_PREFIX = "sample:"

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, or sample:KEY for built-in ones.")]
ModelKey = Annotated[
    str | None, typer.Option("--model", metavar="KEY", help="A model's key (see `models`); default: the bundled one.")
]


def read_photo(file: str) -> Photo:
    """The picture at this path, or a built-in one for sample:KEY. Errors: those of intake, FileUnreadable."""
    if file.startswith(SAMPLE_PREFIX):
        from vizcore.samples import load_sample

        return load_sample(file.removeprefix(SAMPLE_PREFIX))
    from vizcore.images import open_photo

    return open_photo(read_bytes(Path(file)), name=Path(file).name)


def read_bytes(path: Path, limit_mb: float | None = None) -> bytes:
    """A file's bytes; FileTooLarge over the limit, which is the setting for pictures by default."""
    limit = current().file_limit_mb if limit_mb is None else limit_mb
    return read_file(path, limit, FileTooLarge(limit_mb=limit, actual_mb=0))


def read_file(path: Path, limit_mb: float, too_large: VizError) -> bytes:
    """The file's bytes; over the limit it is not read, and `too_large` is raised with the size as its `actual_mb`."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileUnreadable(file=path.name, reason="not_a_file")
        if found.st_size > limit_mb * 1e6:
            raise type(too_large)(**{**too_large.values, "actual_mb": math.ceil(found.st_size / 1e5) / 10})
        return path.read_bytes()
    except FileNotFoundError:
        raise FileUnreadable(file=path.name, reason="missing") from None
    except PermissionError:
        raise FileUnreadable(file=path.name, reason="denied") from None
    except OSError:
        raise FileUnreadable(file=path.name, reason="unreadable") from None


def choose_card(key: str | None, *tasks: Task) -> ModelCard:
    """The card with this key, or the bundled one of the first task. Errors: UnknownModel, ModelCannot."""
    from vizcore.zoo.catalogue import card, cards_for

    if key is None:
        bundled = [each for each in cards_for(tasks[0]) if each.bundled]
        if not bundled:
            raise UnknownModel(key="", known=[each.key for each in cards_for(tasks[0])])
        return bundled[0]
    chosen = card(key)
    if chosen.task not in tasks:
        raise ModelCannot(model=key, ability=tasks[0])
    return chosen
