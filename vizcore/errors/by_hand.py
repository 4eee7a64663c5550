"""What can be wrong with a matrix, a kernel or a training by hand?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

MatrixReason = Literal["empty", "text", "ragged", "not_finite", "magnitude", "too_large"]
ConvolutionReason = Literal["room", "dilation", "stride", "padding", "dilation_range"]


class MatrixInvalid(VizError):
    """Text that is no matrix of numbers."""

    code = "matrix_invalid"
    reason: MatrixReason
    row: int  # of the first bad entry, from 1
    column: int  # of the first bad entry, from 1
    found: str | int  # what stands there, or how many numbers this row has
    limit: float  # of all numbers together
    height: int
    width: int


class ConvolutionImpossible(VizError):
    """A kernel, stride, padding or dilation with which no output is left."""

    code = "convolution_impossible"
    reason: ConvolutionReason
    span: str  # what the kernel covers, "H × W"
    padded: str  # the input with its padding, "H × W"
    value: int
    least: int
    most: int


class ConvolutionTooLarge(VizError):
    """A kernel and an input that make too many products to be held at once."""

    code = "convolution_too_large"
    limit: int


class ChannelsDiffer(VizError):
    """A kernel for another number of channels than the picture has."""

    code = "channels_differ"
    kernel: int
    picture: int


class TrainingDiverged(VizError):
    """The loss ran away or became no number."""

    code = "training_diverged"
    step: int
    learning_rate: float
    loss: float | str  # "inf" and "nan" as text, since JSON has no such numbers
