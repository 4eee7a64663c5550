"""A page with nothing but a canvas: marks, boxes, patches answered in the browser; or a bare rerun to compare with."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))  # streamlit puts this script's own folder there

from vizcore.figures.masks import layer_png
from vizcore.i18n import use_language
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.ui.canvas import CanvasEvent, Layer, MarkHistory, Onto, PatchRows, applied, click_canvas

WIDTH, HEIGHT = 1600, 1200  # of the photo; its picture for the screen is half as large
mode = st.query_params.get("mode", "both")
use_language(st.query_params.get("lang", "en"))


@st.cache_data
def photo(width: int = 800, height: int = 600) -> bytes:
    down, right = np.mgrid[0:height, 0:width]
    rgb = np.stack([right * 255 // width, down * 255 // height, (right + down) % 256], axis=-1)
    return encode_jpeg(rgb.astype(np.uint8))


@st.cache_data
def stripe(column: int) -> bytes:
    rgba = np.zeros((60, 80, 4), dtype=np.uint8)
    rgba[:, column : column + 20] = (255, 0, 255, 255)
    return encode_png(rgba)


def rows() -> np.ndarray:
    """Patch i of a 3 x 4 grid looks at itself; [CLS], in front, looks at the last one."""
    return np.vstack([np.eye(12)[-1:], np.eye(12)]).astype(np.uint8) * 255


def grid(onto: bool) -> PatchRows:
    region = (200.0, 0.0, 1400.0, 1200.0)
    if not onto:
        return PatchRows((3, 4), region, {"straight": rows(), "turned": rows()[:, ::-1].copy()})
    other = Onto(photo(300, 300), 600, 600, (2, 2), (0.0, 0.0, 600.0, 600.0), "the other photo")
    return PatchRows((3, 4), region, {"": np.tile(np.array([9, 90, 200, 30], np.uint8), (12, 1))}, other)


def mask(history: MarkHistory) -> bytes:
    """A disc around the last click: stands for what a segmentation model answers, laid over as that page does it."""
    inside = np.zeros((480, 640), bool)
    if history.now.points:
        last = history.now.points[-1]
        x, y = last.x * 0.4, last.y * 0.4
        top, left = max(0, int(y) - 90), max(0, int(x) - 90)  # no other pixel can be in it, and time is measured here
        down, right = np.ogrid[top : min(480, top + 182), left : min(640, left + 182)]
        inside[top : top + 182, left : left + 182] = (right - x) ** 2 + (down - y) ** 2 < 90**2
    return layer_png([inside], ["#1e78ff"], (640, 480))


def handle(event: CanvasEvent) -> None:
    st.session_state.history = applied(st.session_state.history, event, most_boxes=2)
    st.session_state.events += 1
    st.session_state.last = event


st.session_state.setdefault("history", MarkHistory())
st.session_state.setdefault("events", 0)
st.session_state.setdefault("last", None)


@st.fragment
def canvas() -> None:
    history = st.session_state.history
    click_canvas(
        "canvas",
        photo(),
        WIDTH,
        HEIGHT,
        alt="A coloured ramp",
        mode={"onto": "patch", "silent": "patch", "mask": "point"}.get(mode, mode),
        points=history.now.points,
        boxes=history.now.boxes,
        overlay_png=mask(history) if mode == "mask" else None,
        layers=[Layer("left", stripe(0)), Layer("right", stripe(60))] if mode == "point" else [],
        grid=grid(mode == "onto") if mode in ("patch", "onto", "silent") else None,
        rev=history.rev,
        on_event=None if mode == "silent" else handle,
    )
    if mode == "mask":  # measured beside the bare page, which shows as little
        st.code(f"rev={history.rev}")
    else:
        st.code(f"rev={history.rev} events={st.session_state.events} now={history.now} last={st.session_state.last}")


@st.fragment
def component() -> None:
    """What a click on any component costs in Streamlit: it says so, and the answer is one number."""
    st.session_state.setdefault("count", 0)

    def pressed() -> None:
        st.session_state.count += 1

    html = '<canvas class="from" width="600" height="450"></canvas>'
    script = """export default function ({ data, parentElement, setTriggerValue }) {
      const canvas = parentElement.querySelector('canvas');
      canvas.onpointerup = () => setTriggerValue('press', 1);
      canvas.dataset.rev = String(data.count);
    }"""
    bare = st.components.v2.component("bare_component", html=html, js=script)
    bare(key="bare", data={"count": st.session_state.count}, on_press_change=pressed)


if mode == "bare":  # what any click costs in Streamlit
    st.session_state.setdefault("count", 0)
    if st.button("again"):
        st.session_state.count += 1
    st.code(f"count={st.session_state.count}")
elif mode == "component":
    component()
else:
    st.title("Canvas")
    canvas()
