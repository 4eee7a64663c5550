"""Which sections does the page Cost have? One at a time is shown, so that only one asks its model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vizcore.i18n import N_, _
from vizcore.ui.panels.cost import export, load, pyramid, resolution, runtimes, variations
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import Task

TASKS: tuple[Task, ...] = ("classify", "embed", "detect")
FIRST_SAMPLES = ("cat", "bus", "coffee", "astronaut", "motorcycle", "flower", "rocket", "zidane")


@dataclass(frozen=True)
class Section:
    """title: to be translated when shown. show: given the photo (if `one_photo`) and the model. tasks: whose models it
    can measure. default: the model it opens on."""

    title: str
    show: Callable[..., None]
    tasks: tuple[Task, ...] = TASKS
    default: str = "cnn-mini"
    one_photo: bool = True


SECTIONS = {
    "runtimes": Section(N_("Runtimes"), runtimes.show),
    "variations": Section(N_("Settings of torch"), variations.show),
    "resolution": Section(N_("Resolution"), resolution.show, ("classify", "detect"), "efficientnet-lite0"),
    "load": Section(N_("Under load"), load.show),
    "export": Section(N_("Export"), export.show, (*TASKS, "promptable"), one_photo=False),
    "pyramid": Section(N_("Feature pyramid"), pyramid.show, ("detect",), "yolo-mini"),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in SECTIONS.items()}


def show(chosen: str, bar: Toolbar) -> None:
    """One photo, where the section asks about one, and one model in the bar, then the chosen section."""
    section = SECTIONS[chosen]
    place = "cost" if section.tasks == TASKS else f"cost.{chosen}"
    photos = bar.photos(samples=FIRST_SAMPLES) if section.one_photo else []
    cards = bar.models(section.tasks, most=1, default=[section.default], key=f"{place}.model")
    if cards and (photos or not section.one_photo):
        section.show(*photos[:1], cards[0])
