"""What a reading engine answers: lines with their places, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.results import FloatArray, Result, expect_shape


@dataclass(frozen=True, eq=False)
class ReadText(Result):
    """polygons (n, 4, 2): corners in photo pixels, clockwise from the text's top left; texts, confidences (n,).

    rows: places of the lines, row by row; text: rows joined by line ends. Nothing found is an empty text.
    """

    polygons: FloatArray
    texts: tuple[str, ...]
    confidences: FloatArray
    rows: tuple[tuple[int, ...], ...]
    size_wh: tuple[int, int]

    def validate(self) -> None:
        expect_shape("polygons", self.polygons, (len(self.texts), 4, 2))
        expect_shape("confidences", self.confidences, (len(self.texts),))
        if sorted(place for row in self.rows for place in row) != list(range(len(self.texts))):
            raise ValueError("expected each line in exactly one row")

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def boxes_xyxy(self) -> FloatArray:
        """The upright box around each line, (n, 4)."""
        return boxes_around(self.polygons)

    @property
    def text(self) -> str:
        """All lines in reading order."""
        return "\n".join(" ".join(self.texts[place] for place in row) for row in self.rows)

    def places_of(self, start: int, end: int) -> list[int]:
        """The lines that hold the characters `start` to `end` of `text`."""
        found, at = [], 0
        for row in self.rows:
            for place in row:
                if at < end and start < at + len(self.texts[place]):
                    found.append(place)
                at += len(self.texts[place]) + 1
        return found


def boxes_around(polygons: FloatArray) -> FloatArray:
    """polygons (n, 4, 2) -> upright boxes (n, 4) xyxy."""
    import numpy as np

    boxes: FloatArray = np.concatenate([polygons.min(axis=1), polygons.max(axis=1)], axis=1)
    return boxes.reshape(-1, 4)
