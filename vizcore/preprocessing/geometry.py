"""Where a point of the photo lands in the model's picture, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.results import FloatArray

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Placement:
    """An axis-aligned map: model pixel = photo pixel * scale + shift, for x and y.

    scale_xy, shift_xy: per axis. photo_hw, model_hw: sizes in pixels. Positions are edges: (0, 0) is the top left
    corner of the top left pixel.
    """

    scale_xy: tuple[float, float]
    shift_xy: tuple[float, float]
    photo_hw: tuple[int, int]
    model_hw: tuple[int, int]

    def to_model(self, points_xy: FloatArray) -> FloatArray:
        """Photo points (..., 2) -> model points (..., 2)."""
        moved: FloatArray = np.asarray(points_xy) * np.array(self.scale_xy) + np.array(self.shift_xy)
        return moved

    def to_photo(self, points_xy: FloatArray) -> FloatArray:
        """Model points (..., 2) -> photo points (..., 2), not clipped."""
        moved: FloatArray = (np.asarray(points_xy) - np.array(self.shift_xy)) / np.array(self.scale_xy)
        return moved

    def region_xyxy(self) -> Box:
        """The part of the photo, in its pixels, that the model's picture shows (clipped to the photo)."""
        height, width = self.model_hw
        corners = self.to_photo(np.array([[0.0, 0.0], [width, height]]))
        limit = np.array([self.photo_hw[1], self.photo_hw[0]])
        (x0, y0), (x1, y1) = np.clip(corners, 0, limit)
        return float(x0), float(y0), float(x1), float(y1)

    def then(
        self, scale_xy: tuple[float, float], shift_xy: tuple[float, float], model_hw: tuple[int, int]
    ) -> Placement:
        """This map followed by another one."""
        scale = (self.scale_xy[0] * scale_xy[0], self.scale_xy[1] * scale_xy[1])
        shift = (self.shift_xy[0] * scale_xy[0] + shift_xy[0], self.shift_xy[1] * scale_xy[1] + shift_xy[1])
        return Placement(scale, shift, self.photo_hw, model_hw)


def whole(height: int, width: int) -> Placement:
    """The map that leaves a photo as it is."""
    return Placement((1.0, 1.0), (0.0, 0.0), (height, width), (height, width))
