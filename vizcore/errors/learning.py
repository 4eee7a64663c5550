"""What can be wrong with classes to learn, with a trained model's file, or with a network that somebody brings?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class ClassCountInvalid(VizError):
    """Too few or too many classes to learn."""

    code = "class_count_invalid"
    reason: Literal["few", "many", "unnamed"]
    limit: int
    given: int


class ClassTooSmall(VizError):
    """A class without a group of photos for learning and another for the test."""

    code = "class_too_small"
    label: str
    needed: int  # groups
    given: int  # groups
    photos: int


class ClassEmpty(VizError):
    """A class without a photo."""

    code = "class_empty"
    label: str


class ClassNameInvalid(VizError):
    """What cannot be the name of a class."""

    code = "class_name_invalid"
    reason: Literal["empty", "long", "characters", "taken"]
    name: str
    limit: int  # characters


class PhotoUnnamed(VizError):
    """Nothing says to which class a photo of a folder belongs."""

    code = "photo_unnamed"
    photo: str


class PhotoInTwoClasses(VizError):
    """The same pixels were put into a second class."""

    code = "photo_in_two_classes"
    photo: str
    first: str
    second: str


class TaughtFileInvalid(VizError):
    """A file of a trained model that cannot be used."""

    code = "taught_file_invalid"
    reason: Literal["format", "record", "tensors", "large"]
    detail: str


class BackboneDiffers(VizError):
    """A trained head belongs to other weights than those here."""

    code = "backbone_differs"
    model: str


class OwnModelRefused(VizError):
    """A visitor's own network is not taken."""

    code = "own_model_refused"
    reason: Literal["hosted", "architecture", "weights", "input", "output", "config"]
    name: str


class OwnLabelsDiffer(VizError):
    """A list of names for another number of classes than a visitor's network has."""

    code = "own_labels_differ"
    found: int
    limit: int


class OnnxRefused(VizError):
    """A visitor's ONNX file is not taken."""

    code = "onnx_refused"
    reason: Literal[
        "format",
        "large",
        "nodes",
        "external",
        "domain",
        "opset",
        "operator",
        "input",
        "output",
        "shapes",
        "memory",
        "run",
        "labels",
        "numbers",
    ]
    found: str | int
    limit: int


class DigitsMissing(VizError):
    """The package that brings MNIST's digits is absent, or its file is another one."""

    code = "digits_missing"
    package: str


class IdxInvalid(VizError):
    """Not MNIST's idx files, or files that do not belong together."""

    code = "idx_invalid"
    reason: Literal["format", "cut", "size", "labels", "pair", "missing", "too_large", "few"]
    file: str
    found: str | int
    wanted: str | int
