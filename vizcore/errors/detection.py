"""What can be wrong with files of boxes, annotations and detections?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

MismatchReason = Literal["image_id", "category_id"]


class EvaluationTooLarge(VizError):
    """A file of annotations or detections with more bytes than allowed."""

    code = "evaluation_too_large"
    file: str
    limit_mb: float
    actual_mb: float


class TooManyBoxes(VizError):
    """A picture with more boxes than can be compared in reasonable time."""

    code = "too_many_boxes"
    file: str  # annotations or detections
    picture: int | str  # its id
    limit: int
    actual: int


class NotCoco(VizError):
    """A file that is not what COCO calls annotations or detections."""

    code = "not_coco"
    file: str  # annotations or detections
    entry: int  # from 1; 0 for none
    reason: Literal["not_json", "truth_shape", "detections_shape", "no_images", "no_categories", "fields"]


class BoxesInvalid(VizError):
    """Boxes or scores that are no numbers, or inverted boxes."""

    code = "boxes_invalid"
    file: str  # annotations or detections
    entry: int  # the first of them, from 1
    count: int
    reason: Literal["not_finite", "inverted"]


class EvaluationMismatch(VizError):
    """The two files do not speak of the same pictures or classes."""

    code = "evaluation_mismatch"
    file: str  # annotations or detections
    example: str  # the first id that is not known
    count: int
    reason: MismatchReason


class DetectionsFileInvalid(VizError):
    """A file of detections that cannot be taken over."""

    code = "detections_file_invalid"
    format: str
    place: str
    reason: Literal["json", "format", "ids", "numbers"]
