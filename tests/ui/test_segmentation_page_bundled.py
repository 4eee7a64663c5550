"""The Segmentation page with the weights that ship: a newcomer's first click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.samples import load_sample
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation.canvas_events import after_event

APP = str(Path(__file__).parents[2] / "app.py")


def test_one_click_on_the_cat_is_most_of_the_cat() -> None:
    page = AppTest.from_file(APP, default_timeout=PATIENCE_S).run().switch_page("pages/segmentation.py").run()
    state_of: Any = page.session_state["segmentation.state"].by_sha256[load_sample("cat").sha256]
    state_of.steps = after_event(state_of.steps, CanvasEvent("point", 220, 180))
    page.run()
    assert not page.exception
    assert not page.error
    found = next(each for key, each in state_of.answers.items() if key[0] == "sam-mini")
    mask = found.rles[0].decode()
    assert mask[180, 220], "the click itself"
    face = np.zeros_like(mask)
    face[60:290, 90:370] = True
    assert (mask & face).sum() > 0.8 * face.sum()
    assert mask.mean() < 0.97, "not simply everything"
