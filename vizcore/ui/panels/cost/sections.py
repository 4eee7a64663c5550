"""Which sections does the page Cost have? One at a time is shown, so that only one asks its model."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.i18n import N_
from vizcore.ui.panels.cost import export, load, pyramid, resolution, runtimes, variations
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import Task

TASKS: tuple[Task, ...] = ("classify", "embed", "detect")
FIRST_SAMPLES = ("cat", "bus", "coffee", "astronaut", "motorcycle", "flower", "rocket", "zidane")


@dataclass(frozen=True)
class CostSection(Section):
    """Shown with the photo (if `one_photo`) and the model. tasks: whose models. default: the one that it opens on."""

    tasks: tuple[Task, ...] = TASKS
    default: str = "cnn-mini"
    one_photo: bool = True


SECTIONS = {
    "runtimes": CostSection(N_("Runtimes"), runtimes.show),
    "variations": CostSection(N_("Settings of torch"), variations.show),
    "resolution": CostSection(N_("Resolution"), resolution.show, ("classify", "detect"), "efficientnet-lite0"),
    "load": CostSection(N_("Under load"), load.show),
    "export": CostSection(N_("Export"), export.show, (*TASKS, "promptable"), one_photo=False),
    "pyramid": CostSection(N_("Feature pyramid"), pyramid.show, ("detect",), "yolo-mini"),
}


def show(chosen: str, bar: Toolbar) -> None:
    """One photo, where the section asks about one, and one model in the bar, then the chosen section."""
    section = SECTIONS[chosen]
    place = "cost" if section.tasks == TASKS else f"cost.{chosen}"
    photos = bar.photos(samples=FIRST_SAMPLES) if section.one_photo else []
    cards = bar.models(section.tasks, most=1, default=[section.default], key=f"{place}.model")
    if cards and (photos or not section.one_photo):
        section.show(*photos[:1], cards[0])
