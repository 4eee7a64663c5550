"""What stands for the truth of the matching when boxes were drawn for another model's classes."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.photo import Photo
from vizcore.ui.canvas import MarkHistory
from vizcore.ui.canvas.events import Marks

CAT, TOASTER = (10.0, 10.0, 50.0, 50.0), (60.0, 10.0, 90.0, 50.0)
PHOTO = Photo(np.zeros((60, 100, 3), np.uint8), "dark")


def page() -> None:
    import streamlit as st

    from vizcore.ui.panels.detection.truth import choose_truth

    truth = choose_truth(st.session_state["photo"], ["person", "cat"])
    st.text("nothing" if truth is None else f"{truth.labels} {truth.boxes_xyxy.tolist()}")


@pytest.mark.parametrize(
    ("drawn", "kept", "left_out"),
    [
        ({CAT: "cat"}, f"('cat',) {[list(CAT)]}", False),
        ({TOASTER: "toaster", CAT: "cat"}, f"('cat',) {[list(CAT)]}", True),
        ({TOASTER: "toaster"}, "nothing", True),
    ],
    ids=["known", "one of two", "unknown"],
)
def test_boxes_of_unknown_classes_are_left_out_and_named(
    drawn: dict[tuple[float, ...], str], kept: str, left_out: bool
) -> None:
    app = AppTest.from_function(page, default_timeout=PATIENCE_S)
    app.query_params["detection.truth"] = "draw"
    app.session_state["photo"] = PHOTO
    held = f"detection.drawn.{PHOTO.sha256}"
    app.session_state[held] = MarkHistory(now=Marks(boxes=tuple(drawn)))  # type: ignore[arg-type]
    app.session_state[f"{held}.classes"] = drawn
    app.run()
    assert not app.exception
    assert app.text[-1].value == kept
    assert any(each.value.endswith("are left out: toaster.") for each in app.caption) == left_out
