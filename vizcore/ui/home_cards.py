"""Where can a visitor go from the home page with one click? A card for each page, with a picture and its question."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.samples import SAMPLES
from vizcore.ui import access
from vizcore.ui.pages import PageEntry, built_pages
from vizcore.ui.small_picture import show_small
from vizcore.ui.tray.state import sample_tile

COLUMNS = 3
PICTURE_WIDTH = 56

# page -> (the question that it answers, the sample on its card); a page without a line shows its title alone.
QUESTIONS: dict[str, tuple[str, str]] = {
    "lecture": (N_("How is a class led through it, with questions and votes?"), "astronaut"),
    "features": (N_("What do a CNN and a ViT see, and where do they look?"), "cat"),
    "similarity": (N_("How alike are two pictures to a model?"), "motorcycle"),
    "by_hand": (N_("Where does every number in a CNN come from?"), "photographer"),
    "teach": (N_("How does a network learn your own classes, and how good is it really?"), "cat"),
    "detection": (N_("What do YOLO and DETR find, and where do they disagree?"), "bus"),
    "detection_metrics": (N_("How do right and wrong boxes become one number?"), "astronaut"),
    "segmentation": (N_("Which pixels belong to what you click on?"), "flower"),
    "segmentation_kinds": (N_("Semantic, instance, panoptic: what does each say?"), "coins"),
    "segmentation_metrics": (N_("What do IoU and Dice say about a mask, and what not?"), "retina"),
    "mnist": (N_("Which network learns digits best in the same time?"), ""),
    "classification_metrics": (N_("What does one threshold do to every number?"), "coffee"),
    "reading": (N_("What do two engines read, and how is a misreading counted?"), ""),
    "tracking": (N_("Who is who, frame after frame, and which number notices?"), "bus"),
    "ideal_cat": (N_("Which picture would a network like best?"), "galaxies"),
    "adversarial": (N_("How little must change before a network is fooled?"), "cat"),
    "robustness": (N_("Does the answer hold in noise, fog and blur?"), "rocket"),
    "input_lint": (N_("What does wrongly fed input do to the answer?"), "coffee"),
    "cost": (N_("What does an answer cost, and what does a faster one lose?"), "motorcycle"),
    "production": (N_("Has the world changed since the training?"), "rocket"),
    "doctor": (N_("Can this installation and its proxy do their work?"), "retina"),
    "admin": (N_("Who is here, what waits, what is in memory?"), "coins"),
    "about": (N_("Models, terms, versions, and what happens to your pictures."), "pagoda"),
}


def show_cards() -> None:
    """All pages but this one, three in a row."""
    may = access.may_all()
    pages = [page for page in built_pages() if page.key != "home" and may(page.role)]
    for start in range(0, len(pages), COLUMNS):
        for column, page in zip(st.columns(COLUMNS), pages[start : start + COLUMNS], strict=False):
            with column.container(border=True, height="stretch", key=f"door-{page.key}"):
                _show_card(page)


def _show_card(page: PageEntry) -> None:
    question, sample = QUESTIONS.get(page.key, ("", ""))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sample in SAMPLES:
            show_small(sample_tile(sample), width=PICTURE_WIDTH, alt="")
        with st.container(width="stretch", gap=None):
            st.page_link(page.file, label=f"**{_(page.title)}**", icon=page.icon, help=_(question) or None)
            if question:
                st.caption(_(question))
