"""Which sections does the page In production have? One at a time is shown."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.i18n import N_
from vizcore.ui.panels.production import checklist, drift, groups, outliers, privacy, spec, watching
from vizcore.ui.sections import Section
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import Task


@dataclass(frozen=True)
class ProductionSection(Section):
    """Given the model and the bar. tasks: whose models it can ask. default: the one it opens on."""

    tasks: tuple[Task, ...] = ()
    default: str = "cnn-mini"


SECTIONS = {
    "drift": ProductionSection(N_("Drift"), drift.show, ("classify", "embed", "detect")),
    "outliers": ProductionSection(N_("Unknown photos"), outliers.show, ("classify", "embed")),
    "groups": ProductionSection(N_("Groups"), groups.show, ("classify", "detect")),
    "spec": ProductionSection(N_("Specification"), spec.show, ("classify", "detect"), "yolo-mini"),
    "privacy": ProductionSection(N_("Data protection"), privacy.show, ("detect",), "yolo-mini"),
    "watching": ProductionSection(N_("This app"), watching.show, ("classify", "detect")),
    "checklist": ProductionSection(N_("Checklist"), checklist.show, ("classify", "detect", "embed")),
}


def show(chosen: str, bar: Toolbar) -> None:
    """The model in the bar, then the chosen section, which puts its own settings there."""
    section = SECTIONS[chosen]
    cards = bar.models(section.tasks, most=1, default=[section.default], key=f"production.{chosen}.model")
    if cards:
        section.show(cards[0], bar)
