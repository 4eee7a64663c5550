"""How do boxes that one page found reach another page? Kept in the session, by the picture they were found in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from vizcore.prompting.objects import Box


KEY = "shared_boxes"


@dataclass(frozen=True)
class SharedBoxes:
    """boxes_xyxy in photo pixels and one label each, in the giver's order; source: the model's key, "" if drawn."""

    boxes_xyxy: tuple[Box, ...] = ()
    labels: tuple[str, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.boxes_xyxy)


def share_boxes(
    photo_sha256: str, boxes_xyxy: Sequence[Sequence[float]], labels: Sequence[str], source: str = ""
) -> None:
    """Keeps these boxes for the picture, in place of earlier ones; none takes the picture off the list.

    boxes_xyxy: n boxes (x0, y0, x1, y1) in photo pixels; labels: n. ValueError for anything else.
    """
    boxes = tuple(_box(each) for each in boxes_xyxy)
    if len(boxes) != len(labels):
        raise ValueError(f"expected one label for each of {len(boxes)} boxes, got {len(labels)}")
    held = _held()
    held.pop(photo_sha256, None)
    if boxes:
        held[photo_sha256] = SharedBoxes(boxes, tuple(str(each) for each in labels), source)


def boxes_for(photo_sha256: str) -> SharedBoxes:
    """The boxes kept for the picture; empty when there are none."""
    return _held().get(photo_sha256, SharedBoxes())


def _held() -> dict[str, SharedBoxes]:
    held: dict[str, SharedBoxes] = st.session_state.setdefault(KEY, {})
    return held


def _box(values: Sequence[float]) -> Box:
    ends = [float(value) for value in values]
    if len(ends) != 4 or not all(map(math.isfinite, ends)):
        raise ValueError(f"expected four finite numbers, got {ends}")
    return ends[0], ends[1], ends[2], ends[3]
