"""What can be wrong with a model, its weights or their download?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

DownloadReason = Literal["unreachable", "timeout", "http", "cut", "hash", "disk"]


class UnknownModel(VizError):
    """No card has this key."""

    code = "unknown_model"
    key: str
    known: list[str]  # keys


class UnknownClass(VizError):
    """No label contains the words."""

    code = "unknown_class"
    wanted: str | int
    model: str


class AmbiguousClass(VizError):
    """Several labels contain the words."""

    code = "ambiguous_class"
    wanted: str
    candidates: list[str]  # labels


class ModelCannot(VizError):
    """The model's family does not offer what was asked."""

    code = "model_cannot"
    model: str
    ability: str


class WeightsMissing(VizError):
    """Not on this machine, and nobody asked to download."""

    code = "weights_missing"
    model: str
    file: str
    folder: str


class WeightsDamaged(VizError):
    """The file is not what the card promises (hash, size, truncated, text)."""

    code = "weights_damaged"
    model: str
    file: str


class BundledDamaged(VizError):
    """A file that ships with the program is missing or changed."""

    code = "bundled_damaged"
    model: str
    file: str  # its name


class WeightsUnsafe(VizError):
    """The file would run code when loaded."""

    code = "weights_unsafe"
    model: str
    file: str


class WeightsMismatch(VizError):
    """Keys or shapes do not fit the architecture."""

    code = "weights_mismatch"
    model: str
    missing: int  # parts
    unexpected: int  # parts
    reshaped: int  # parts


class Offline(VizError):
    """A download was asked for while the offline latch is set."""

    code = "offline"
    model: str
    file: str
    folder: str


class DownloadFailed(VizError):
    """The download ended badly."""

    code = "download_failed"
    model: str
    file: str
    host: str
    status: int  # of HTTP; 0 for none
    folder: str
    reason: DownloadReason


class LibraryMissing(VizError):
    """An optional library is absent or broken."""

    code = "library_missing"
    library: str
    model: str


class LabelsInvalid(VizError):
    """Labels that a picture cannot be compared with: too few, too many, or one that is too long."""

    code = "labels_invalid"
    reason: Literal["few", "many", "long"]
    label: str
    limit: int  # labels, or tokens
    given: int


class InvalidOutput(VizError):
    """The model answered with NaN or infinity."""

    code = "invalid_output"
    model: str
