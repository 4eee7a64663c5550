"""Which sections does the page Input lint have? One at a time is shown, so that only one asks its model."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.i18n import N_
from vizcore.ui.panels.input_lint import detective, faults, folder, tiles
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import Task

TASKS: tuple[Task, ...] = ("classify", "detect", "promptable")
FIRST_SAMPLES = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower", "rocket", "zidane")


@dataclass(frozen=True)
class LintSection(Section):
    """Shown with the photo (if `one_photo`) and the model. tasks: whose models. default, sample: what it opens on."""

    tasks: tuple[Task, ...] = TASKS
    default: str = "efficientnet-lite0"
    sample: str = "cat"
    one_photo: bool = True


SECTIONS = {
    "faults": LintSection(N_("All faults"), faults.show),
    "folder": LintSection(N_("Many photos"), folder.show, one_photo=False),
    "detective": LintSection(N_("Detective"), detective.show, ("classify", "detect")),
    "tiles": LintSection(N_("Tiles"), tiles.show, ("detect",), "detr-mini", "bus"),
}


def show(chosen: str, bar: Toolbar) -> None:
    """One photo and one model in the bar, then the chosen section."""
    section = SECTIONS[chosen]
    place = "input_lint" if section.tasks == TASKS else f"input_lint.{chosen}"
    photos = bar.photos(samples=FIRST_SAMPLES, start=(section.sample,)) if section.one_photo else []
    cards = bar.models(section.tasks, most=1, default=[section.default], key=f"{place}.model")
    if cards and (photos or not section.one_photo):
        section.show(*photos, cards[0])
