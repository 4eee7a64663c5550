"""Which pages are there, in which section, and what are they called?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.util import calc_hash

from vizcore import app_files
from vizcore.access import Role
from vizcore.i18n import N_

FOLDER = app_files.PAGES


@dataclass(frozen=True)
class PageEntry:
    """One line of the navigation. key: the file's stem and the address. title, section: to be translated when shown.

    role: who sees it on a shared server; on a laptop everybody is its administrator.
    """

    key: str
    section: str
    title: str
    icon: str
    role: Role = "viewer"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.key}.py"


# Adding a page is adding its file and one line here; a line without a file is not shown.
PAGES = (
    PageEntry("home", N_("Getting started"), N_("Home"), ":material/home:"),
    PageEntry("lecture", N_("Getting started"), N_("Lecture"), ":material/co_present:"),
    PageEntry("features", N_("Look inside"), N_("Features"), ":material/visibility:"),
    PageEntry("similarity", N_("Look inside"), N_("Similarity"), ":material/compare:"),
    PageEntry("by_hand", N_("Look inside"), N_("CNN by hand"), ":material/calculate:"),
    PageEntry("teach", N_("Teach"), N_("Teach it your classes"), ":material/model_training:"),
    PageEntry("mnist", N_("Teach"), N_("MNIST contest"), ":material/trophy:"),
    PageEntry("detection", N_("Find"), N_("Detection"), ":material/select_all:"),
    PageEntry("detection_metrics", N_("Find"), N_("Detection metrics"), ":material/monitoring:"),
    PageEntry("segmentation", N_("Cut out"), N_("Segment anything"), ":material/content_cut:"),
    PageEntry("segmentation_kinds", N_("Cut out"), N_("Kinds of segmentation"), ":material/category:"),
    PageEntry("segmentation_metrics", N_("Cut out"), N_("IoU and Dice"), ":material/contrast:"),
    PageEntry("classification_metrics", N_("Measure"), N_("Classification metrics"), ":material/query_stats:"),
    PageEntry("reading", N_("Measure"), N_("Reading"), ":material/document_scanner:"),
    PageEntry("tracking", N_("Measure"), N_("Tracking"), ":material/timeline:"),
    PageEntry("ideal_cat", N_("Imagine"), N_("Ideal cat"), ":material/auto_awesome:"),
    PageEntry("adversarial", N_("Imagine"), N_("Adversarial dog"), ":material/blur_on:"),
    PageEntry("robustness", N_("Imagine"), N_("Robustness"), ":material/shield:"),
    PageEntry("input_lint", N_("Into production"), N_("Input lint"), ":material/rule:"),
    PageEntry("cost", N_("Into production"), N_("Cost"), ":material/speed:"),
    PageEntry("production", N_("Into production"), N_("In production"), ":material/monitor_heart:"),
    PageEntry("doctor", N_("Project"), N_("Examination"), ":material/stethoscope:", "administrator"),
    PageEntry("admin", N_("Project"), N_("Administration"), ":material/settings:", "administrator"),
    PageEntry("about", N_("Project"), N_("About"), ":material/info:"),
)


@lru_cache(maxsize=1)
def built_pages() -> tuple[PageEntry, ...]:
    """The pages whose file is there, in the navigation's order; looked up once, since every run asks several times."""
    return tuple(page for page in PAGES if page.file.is_file())


def page_asked_for() -> str:
    """The key of the page that this run will draw, known before st.navigation decides; "" for an unknown address."""
    context = get_script_run_ctx()
    if context is None:
        return ""
    asked = context.pages_manager.intended_page_script_hash or calc_hash(context.pages_manager.intended_page_name or "")
    return _keys_by_hash().get(asked, "")


@lru_cache(maxsize=1)
def _keys_by_hash() -> dict[str, str]:
    """Streamlit tells pages apart by the hash of their address; Home's is empty."""
    return {calc_hash("" if page.key == "home" else page.key): page.key for page in PAGES}
