"""Boxes that go from one page to another: kept by picture, in the giver's order, replaced and taken back."""

from __future__ import annotations

import numpy as np
import pytest
import streamlit as st

from vizcore.ui.shared_boxes import SharedBoxes, boxes_for, share_boxes


@pytest.fixture(autouse=True)
def _empty_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


def test_boxes_come_back_for_their_picture_only() -> None:
    share_boxes("one", np.array([[0, 1, 2, 3.5], [4, 5, 6, 7]]), ["cat", "dog"], "yolo-mini")
    assert boxes_for("one") == SharedBoxes(((0.0, 1.0, 2.0, 3.5), (4.0, 5.0, 6.0, 7.0)), ("cat", "dog"), "yolo-mini")
    assert len(boxes_for("two")) == 0


def test_later_boxes_replace_and_none_takes_away() -> None:
    share_boxes("one", [(0, 0, 1, 1)], ["cat"])
    share_boxes("one", [(0, 0, 2, 2)], ["dog"])
    assert boxes_for("one").labels == ("dog",)
    share_boxes("one", [], [])
    assert boxes_for("one") == SharedBoxes()


@pytest.mark.parametrize(
    ("boxes", "labels"),
    [([(0, 0, 1, 1)], []), ([(0, 0, 1)], ["cat"]), ([(0, 0, 1, float("nan"))], ["cat"])],
    ids=["a label missing", "three numbers", "not a number"],
)
def test_what_does_not_fit_is_refused(boxes: list[tuple[float, ...]], labels: list[str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        share_boxes("one", boxes, labels)
