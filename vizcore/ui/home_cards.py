"""Where can a visitor go from the home page with one click?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui import tray
from vizcore.ui.pages import built_pages

MOST = 4


@dataclass(frozen=True)
class HomeCard:
    """page: a key of `PAGES`. samples: what an empty tray gets on the way in; a visitor's own pictures stay alone."""

    page: str
    title: str
    promise: str
    samples: tuple[str, ...] = ()


# The first four whose page is built are shown.
HOME_CARDS = (
    HomeCard(
        "features",
        N_("What do they see?"),
        N_("A CNN and a ViT name what is in a picture and show where they looked."),
        ("cat",),
    ),
    HomeCard(
        "detection",
        N_("What do they find?"),
        N_("YOLO and DETR draw boxes on the same street; where do they disagree?"),
        ("bus",),
    ),
    HomeCard(
        "segmentation",
        N_("What belongs together?"),
        N_("Click on the cat, get the cat; correct it with a second click, and take it away."),
        ("cat",),
    ),
    HomeCard(
        "ideal_cat",
        N_("What do they dream of?"),
        N_("Gradient descent turns noise into an ideal cat, and a dog into a “cat”."),
    ),
    HomeCard(
        "similarity",
        N_("How alike are two pictures?"),
        N_("Each model turns a picture into a vector; the angle between two vectors is the answer."),
        ("motorcycle", "motorcycle-right"),
    ),
    HomeCard("about", N_("What is in here?"), N_("Models, licences, versions, and what happens to your pictures.")),
)


def show_home_cards() -> None:
    """Cards two by two, each with one link that leads to a first result."""
    if tray.photos():
        st.markdown(_("Your picture is ready. What do you want to know first?"))
    pages = {page.key: page for page in built_pages()}
    open_doors = [door for door in HOME_CARDS if door.page in pages][:MOST]
    for start in range(0, len(open_doors), 2):
        for number, (column, door) in enumerate(zip(st.columns(2), open_doors[start:], strict=False), start):
            with column.container(border=True, height="stretch", key=f"door-{number}"):
                st.markdown(f"## {_(door.title)}")
                st.markdown(_(door.promise))
                st.page_link(
                    pages[door.page].file,
                    label=_("Open: {page}").format(page=_(pages[door.page].title)),
                    icon=":material/arrow_forward:",
                    query_params=[] if tray.photos() else [("sample", sample) for sample in door.samples],
                    help=_(door.title),
                )
