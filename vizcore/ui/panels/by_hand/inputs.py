"""Which picture, which kernels, which settings? One bar of controls, all of it in the address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from vizcore.by_hand.drawing import bitmap_of, blocks
from vizcore.by_hand.example import MOST_CLASSES, MOST_KERNEL, MOST_PICTURE, ExampleSettings
from vizcore.by_hand.geometry import LIMITS, Geometry, largest_dilation, least_padding
from vizcore.by_hand.kernels import KERNELS, PICTURES
from vizcore.by_hand.matrices import read_matrices, written
from vizcore.by_hand.photo_crop import crop_box, cropped
from vizcore.by_hand.pooling import PoolKind, Window
from vizcore.errors import VizError
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg
from vizcore.results import FloatArray
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import choices, url_state
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.drawing_pad import drawing_pad
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.by_hand import teacher
from vizcore.ui.panels.by_hand.url_values import PAGE, choose, choose_number, hidden
from vizcore.ui.photo_names import photo_name
from vizcore.ui.told import told
from vizcore.ui.toolbar import GENERAL_SAMPLES
from vizcore.ui.tray import strip

SOURCES = {
    "lecture": N_("The lecture's"),
    "golden": N_("Dumoulin and Visin's"),
    "typed": N_("Typed"),
    "drawn": N_("Drawn"),
    "grey": N_("Photo, grey"),
    "colour": N_("Photo, three channels"),
}
TYPED = "typed"
POOLS = {"max": N_("Maximum"), "average": N_("Mean")}
MOST_FILTERS = 4
SIDES = (6, 8, 10, 12, 14, 16)
LONGEST = 4000
SAMPLE = "cat"
FIRST_DRAWING = (  # a three
    "AAAAAAAAAAAAH4AAAD_wAAD_-AAA__wAAf_-AAD4_gAAYD8AAAAfAAAAHwAAAB8AAAA_AAAA_gAAA_4AAAf8AAAP-AAAB_wAAAP-AAAAfgAAAD8AAAA_AAAA"
    "HwAAAD8AAGA_AAD4fgAB__4AAf_8AAD_-AAAf_AAAA8AAAAAAAA"
)


@dataclass(frozen=True, eq=False)
class Inputs:
    """picture (C, H, W) and kernels; None where a sentence on the page says what is missing."""

    picture: FloatArray | None
    kernels: list[FloatArray]
    settings: ExampleSettings
    source: str


def ask() -> Inputs:
    """The bar, and below it the field, sheet or photo of the chosen source."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="by_hand-bar"):
        with st.container(width=210):
            source = choose(_("Picture"), SOURCES, "picture", "lecture", group="picture")
        with st.container(width=330):
            names = _kernel_names("golden" if source == "golden" else "lecture")
        geometry_place = st.popover(_("Settings"), icon=":material/tune:") if "settings" not in hidden() else st.empty()
        teacher.show()
    picture = _picture(source)
    kernels = _kernels(names)
    with geometry_place:
        settings = _settings(source, picture, kernels)
    return Inputs(picture, kernels, settings, source)


def _kernel_names(default: str) -> list[str]:
    texts = {key: _(each.title) for key, each in KERNELS.items()} | {TYPED: _("Typed")}
    key = f"{PAGE}.kernels"
    if default != "lecture":  # its own kernel and settings belong to a published example
        key += f".{default}"
    if "kernel" in hidden():
        return url_state.remembered(key, allowed=texts, default=[default])[:MOST_FILTERS] or [default]
    return choices.choose_some(_("Kernels, one a filter"), texts, key=key, default=[default], most=MOST_FILTERS) or [
        default
    ]


def _kernels(names: list[str]) -> list[FloatArray]:
    found = []
    for name in names:
        if name != TYPED:
            found.append(KERNELS[name].matrix[None])
        elif (typed := _typed("kernel", KERNELS["lecture"].matrix[None], MOST_KERNEL**2 * 3)) is not None:
            found.append(typed)
    return found


def _picture(source: str) -> FloatArray | None:
    if source in PICTURES:
        return np.array(PICTURES[source], float)[None]
    if source == "typed":
        return _typed("matrix", np.array(PICTURES["lecture"], float)[None], MOST_PICTURE)
    return _drawn() if source == "drawn" else _crop(colour=source == "colour")


def _typed(name: str, default: FloatArray, limit: int) -> FloatArray | None:
    """A matrix written by the visitor; its error is shown beside it, and the address keeps what was written."""
    key, first = f"{PAGE}.{name}", written(default)
    text = url_state.remembered_text(key, first, lambda each: len(each) <= LONGEST)
    if ("kernel" if name == "kernel" else "picture") not in hidden():
        widget = f"{key}.widget"
        st.session_state[widget] = text.replace(";", "\n").replace("/", "\n\n")

        def keep(typed: str) -> None:
            lines = [line.strip("; \t\r") for line in typed[:LONGEST].strip().split("\n")]
            flat = ";".join(lines).replace(";;", "/") if any(lines) else ""
            url_state.remember(key, [flat], default=[first])

        label = _("Kernel (rows of numbers)") if name == "kernel" else _("Matrix (rows of numbers)")
        st.text_area(
            label, key=widget, on_change=told(widget, keep), height=150, help=_(HOW_TO_TYPE), max_chars=LONGEST
        )
    try:
        return read_matrices(text, most_cells=limit)
    except VizError as error:
        show_error(error)
        return None


HOW_TO_TYPE = N_(
    "A row on each line, numbers parted by commas or blanks, with a decimal point. An empty line begins the next"
    " channel."
)


def _drawn() -> FloatArray | None:
    code = drawing_code("drawn")
    if "picture" not in hidden():
        show_pad("drawn", code)
    bitmap = bitmap_of(code)
    return None if bitmap is None else blocks(bitmap)[None]


def drawing_code(name: str) -> str:
    """The drawing in the address, or the first one, a three."""
    return url_state.remembered_text(f"{PAGE}.{name}", FIRST_DRAWING, lambda each: bitmap_of(each) is not None)


def show_pad(name: str, code: str) -> None:
    """The sheet; what is drawn goes to the address."""

    def keep(drawn: str) -> None:
        if bitmap_of(drawn) is not None:
            url_state.remember(f"{PAGE}.{name}", [drawn], default=[FIRST_DRAWING])

    drawing_pad(f"{PAGE}.{name}.pad", code, alt=_("A sheet of 32 × 32 dots to draw on"), on_draw=keep)


def _crop(*, colour: bool) -> FloatArray | None:
    """A square of the tray's photo: a click moves it, two numbers say how large and how fine it is."""
    x, y = (float(url_state.remembered_text(f"{PAGE}.{name}", "0.5", _is_share)) for name in ("x", "y"))
    left, right = st.columns([2, 3]) if "picture" not in hidden() else (st.empty(), st.empty())
    with right:
        photo = _photo()
        side = int(choose_number(_("Cells a side"), "side", 10, (SIDES[0], SIDES[-1]), group="picture"))
        share = choose_number(_("Part of the photo (%)"), "share", 40, (2, 100), group="picture") / 100
        if "picture" not in hidden():
            st.caption(
                _(
                    "The square of “{photo}” becomes {n} × {n} means between 0 (black) and 1 (white), in hundredths."
                ).format(photo=escaped(photo_name(photo)), n=number(side, 0))
            )
    box_left, top, edge = crop_box(photo.rgb, (x, y), share, side)
    height, width = photo.rgb.shape[:2]

    def move(event: CanvasEvent) -> None:
        url_state.remember(f"{PAGE}.x", [f"{event.x / width:.3f}"], default=["0.5"])
        url_state.remember(f"{PAGE}.y", [f"{event.y / height:.3f}"], default=["0.5"])

    if "picture" not in hidden():
        with left:
            click_canvas(
                f"{PAGE}.crop",
                display_jpeg(photo, 480),
                width,
                height,
                alt=_("The photo with the square that is computed on; a click moves it"),
                mode="pick",
                boxes=[(box_left, top, box_left + edge, top + edge)],
                on_event=move,
            )
    return cropped(photo.rgb, (x, y), share, side, colour=colour)


def _photo() -> Photo:
    """The picked photo; while a link hides the controls, the sample that its address names."""
    if "picture" in hidden():
        return load_sample(url_state.remembered_one(f"{PAGE}.photos", allowed=list(SAMPLES), default=SAMPLE))
    samples = [key for key in GENERAL_SAMPLES if key in SAMPLES]
    return strip.choose_photos(PAGE, most=1, samples=samples, start=(SAMPLE,))[0]


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _settings(source: str, picture: FloatArray | None, kernels: list[FloatArray]) -> ExampleSettings:
    """The ranges are tied: no padding, dilation or stride is offered with which no output would be left."""
    published = source == "golden"
    sides = picture.shape[1:] if picture is not None else (5, 5)
    taps = tuple(max((each.shape[axis] for each in kernels), default=3) for axis in (1, 2))
    input_hw, kernel_hw = (sides[0], sides[1]), (taps[0], taps[1])
    needed = least_padding(input_hw, kernel_hw, 1)
    suffix = ".golden" if published else ""
    padding = choose_number(
        _("Padding"),
        f"padding{suffix}",
        1 if published else 0,
        (min(needed, 16), max(min(needed, 16), 4)),
        group="settings",
    )
    most = largest_dilation(input_hw, kernel_hw, int(padding))
    dilation = choose_number(_("Dilation"), f"dilation{suffix}", 1, (1, most), group="settings")
    stride = choose_number(
        _("Stride"), f"stride{suffix}", 2 if published else 1, (1, LIMITS["stride"][1]), group="settings"
    )
    if "settings" not in hidden():
        st.caption(
            _("Padding is at least {p} and dilation at most {d} here: beyond, the kernel would not fit.").format(
                p=needed, d=most
            )
        )
    bias = choose_number(_("Bias of the filters"), "bias", 0, (-1000, 1000), group="settings", step=0.5)
    pool: PoolKind = "average" if choose(_("Pooling"), POOLS, "pool", "max", group="settings") == "average" else "max"
    size = int(choose_number(_("Pooling window"), "window", 2, (2, 4), group="settings"))
    step = int(choose_number(_("Pooling stride"), "window_stride", 2, (1, 4), group="settings"))
    classes = int(choose_number(_("Classes"), "classes", 3, (2, MOST_CLASSES), group="settings"))
    label = int(choose_number(_("True class (from 0)"), "label", 0, (0, classes - 1), group="settings"))
    seed = int(choose_number(_("Seed of the dense weights"), "seed", 0, (0, 9999), group="settings"))
    geometry = Geometry(int(stride), int(padding), int(dilation))
    return ExampleSettings(geometry, bias, pool, Window(size, step), classes, label, seed)
