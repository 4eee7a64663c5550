"""Which sections does the page In production have? One at a time is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vizcore.i18n import N_, _
from vizcore.ui.panels.production import checklist, drift, groups, outliers, privacy, spec, watching
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard, Task


@dataclass(frozen=True)
class Section:
    """title: to be translated when shown. tasks: whose models it can ask. default: the model it opens on."""

    title: str
    show: Callable[[ModelCard, Toolbar], None]
    tasks: tuple[Task, ...]
    default: str = "cnn-mini"


SECTIONS = {
    "drift": Section(N_("Drift"), drift.show, ("classify", "embed", "detect")),
    "outliers": Section(N_("Unknown photos"), outliers.show, ("classify", "embed")),
    "groups": Section(N_("Groups"), groups.show, ("classify", "detect")),
    "spec": Section(N_("Specification"), spec.show, ("classify", "detect"), "yolo-mini"),
    "privacy": Section(N_("Data protection"), privacy.show, ("detect",), "yolo-mini"),
    "watching": Section(N_("This app"), watching.show, ("classify", "detect")),
    "checklist": Section(N_("Checklist"), checklist.show, ("classify", "detect", "embed")),
}


def titles() -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in SECTIONS.items()}


def show(chosen: str, bar: Toolbar) -> None:
    """The model in the bar, then the chosen section, which puts its own settings there."""
    section = SECTIONS[chosen]
    cards = bar.models(section.tasks, most=1, default=[section.default], key=f"production.{chosen}.model")
    if cards:
        section.show(cards[0], bar)
