"""What did the person name: which picture, which model?"""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.errors import FileTooLarge, FileUnreadable, ModelCannot, TaughtFileInvalid, UnknownModel, VizError
from vizcore.file_reading import reading
from vizcore.photo import Photo
from vizcore.settings import current

if TYPE_CHECKING:
    from vizcore.learning.taught import TaughtModel
    from vizcore.zoo.cards import ModelCard, Task

SAMPLE_PREFIX = "sample:"
TAUGHT_ENDING = ".safetensors"
MOST_SEED = 2**31 - 1

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, or sample:KEY for built-in ones.")]
ModelKey = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="KEY", help="A model's key (see `models`), or a file of `train`; default: the bundled one."
    ),
]


def finite(value: float) -> float:
    """The number of an option; typer.BadParameter for NaN and infinity, which Python reads as numbers."""
    if not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


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
    with reading(path):
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileUnreadable(file=path.name, reason="not_a_file")
        if found.st_size > limit_mb * 1e6:
            raise type(too_large)(**{**too_large.values, "actual_mb": math.ceil(found.st_size / 1e5) / 10})
        return path.read_bytes()


def choose_card(key: str | None, *tasks: Task) -> ModelCard:
    """The card with this key, that of a file written by `train`, or the bundled one of the first task.

    Errors: UnknownModel, ModelCannot, and for a file those of `unpack` and `session_model`.
    """
    from vizcore.zoo.catalogue import card, cards_for

    if key is not None and is_taught_file(key):
        return _taught_card(Path(key))
    if key is None:
        bundled = [each for each in cards_for(tasks[0]) if each.bundled]
        if not bundled:
            raise UnknownModel(key="", known=[each.key for each in cards_for(tasks[0])])
        return bundled[0]
    chosen = card(key)
    if chosen.task not in tasks:
        raise ModelCannot(model=key, ability=tasks[0])
    return chosen


def is_taught_file(key: str) -> bool:
    """Whether a model is named by a file and not by a key."""
    return key.lower().endswith(TAUGHT_ENDING) or os.path.isfile(key)  # a Path would raise for a name that is too long


def read_taught(path: Path) -> TaughtModel:
    """A file written by `train`. Errors: those of `unpack`, FileUnreadable."""
    from vizcore.learning.taught import LIMIT_MB, unpack

    return unpack(read_file(path, LIMIT_MB, TaughtFileInvalid(reason="large", detail=str(LIMIT_MB))))


def _taught_card(path: Path) -> ModelCard:
    from vizcore.learning.cards import session_model
    from vizcore.zoo import session_cards

    made = session_model(read_taught(path))
    session_cards.keep(made)
    return made.card
