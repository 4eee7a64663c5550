"""What can be wrong with tensors, exports, runtimes and sets of photos to be watched?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

TensorFileReason = Literal["format", "objects", "numbers", "size", "shape", "damaged"]


class TensorFileInvalid(VizError):
    """An .npy file that is not the tensor of one picture."""

    code = "tensor_file_invalid"
    reason: TensorFileReason  # objects: it holds pickled ones
    limit_mb: float
    shape: str


class StatisticsInvalid(VizError):
    """A text that is not minimum, maximum, mean and deviation of each channel."""

    code = "statistics_invalid"
    found: int  # how many numbers


class ExportFailed(VizError):
    """A model that cannot be written in another format."""

    code = "export_failed"
    model: str
    operator: str  # which part of it could not


class CalibrationTooSmall(VizError):
    """Too few photos to measure the ranges of activations."""

    code = "calibration_too_small"
    needed: int
    given: int


class RuntimeUnavailable(VizError):
    """A way of running models that is not possible here."""

    code = "runtime_unavailable"
    runtime: str
    reason: Literal["compiler", "failed"]


class SampleTooSmall(VizError):
    """Too few photos for the test that was asked for."""

    code = "sample_too_small"
    needed: int
    given: int


class GroupsMissing(VizError):
    """Photos that nobody has put into at least two groups."""

    code = "groups_missing"
    found: int
