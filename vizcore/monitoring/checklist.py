"""Is it ready for production? Questions in four sections, scored in the manner of the ML Test Score.

Breck et al. 2017: half a point for what was done by hand and written down, one for what runs by itself; a section's
points are added, and the final score is the lowest section's, since a chain breaks at its weakest link. The questions
are ours, shorter than the paper's 28.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from vizcore.i18n import N_
from vizcore.settings import current
from vizcore.zoo.cards import ModelCard

Mark = Literal["no", "manual", "automatic"]
POINTS: dict[str, float] = {"no": 0.0, "manual": 0.5, "automatic": 1.0}
SECTIONS = {
    "data": N_("Data"),
    "model": N_("Model"),
    "infrastructure": N_("Infrastructure"),
    "monitoring": N_("Monitoring"),
}


@dataclass(frozen=True)
class Item:
    """question: to be translated when shown. verified: what this app can say of it by itself for a model."""

    section: str
    question: str
    verified: Callable[[ModelCard], Mark] | None = None


def _pinned(card: ModelCard) -> Mark:
    return "automatic" if card.files and all(file.sha256 for file in card.files) else "no"


def _licensed(card: ModelCard) -> Mark:
    return "manual" if card.licences.permissive else "no"


def _recipe(card: ModelCard) -> Mark:
    return "automatic" if card.recipe else "no"


def _asked_at_start(card: ModelCard) -> Mark:
    return "automatic" if card.source in ("bundled", "package") and current().start_check else "no"


ITEMS: dict[str, Item] = {
    "task": Item("data", N_("The task, its metric and what counts as success are written down")),
    "split": Item("data", N_("Test photos are independent: no person, place or day on both sides")),
    "slices": Item("data", N_("Enough photos of each slice: small, dark, blurred, rare, and of each group of people")),
    "protection": Item("data", N_("Personal data: purpose, retention and blurring are settled")),
    "licences": Item("data", N_("Licences of code, weights and training data allow the use"), _licensed),
    "baseline": Item("model", N_("A simple baseline was beaten")),
    "acceptance": Item("model", N_("An acceptance limit for the metric, with its interval, was set before measuring")),
    "threshold": Item("model", N_("The threshold follows from what each kind of error costs")),
    "robustness": Item("model", N_("Noise, blur, weather and wrong input were tried")),
    "weights": Item("model", N_("The weights are pinned by a hash"), _pinned),
    "recipe": Item("infrastructure", N_("Preprocessing is one named, versioned recipe on both sides"), _recipe),
    "parity": Item("infrastructure", N_("The exported model was compared with the trained one by decisions")),
    "profile": Item("infrastructure", N_("p95 and p99 were measured under open load, and a budget is kept")),
    "broken": Item(
        "infrastructure", N_("Broken, empty and huge files end in one clear answer"), lambda card: "automatic"
    ),
    "rollback": Item("infrastructure", N_("Going back to the last version takes minutes and was tried")),
    "golden": Item("monitoring", N_("Golden pictures are scored at start against recorded answers"), _asked_at_start),
    "events": Item("monitoring", N_("Latency, errors, empty rates and scores are logged"), lambda card: "automatic"),
    "drift": Item("monitoring", N_("Drift is tested with a control, on a schedule")),
    "alarm": Item(
        "monitoring", N_("Somebody is told when a limit is crossed, and knows what to do"), lambda card: "manual"
    ),
    "review": Item("monitoring", N_("Unsure cases go to a person, whose answers come back as test photos")),
}


def prefilled(card: ModelCard) -> dict[str, Mark]:
    """The marks that this app can verify about a model; the rest is "no" until somebody says otherwise."""
    return {key: item.verified(card) if item.verified else "no" for key, item in ITEMS.items()}


def scores(marks: Mapping[str, Mark]) -> dict[str, float]:
    """{section: points}, and "final": the lowest of them."""
    found = {
        section: sum(POINTS[marks.get(key, "no")] for key, item in ITEMS.items() if item.section == section)
        for section in SECTIONS
    }
    return {**found, "final": min(found.values())}


def as_markdown(
    card: ModelCard,
    marks: Mapping[str, Mark],
    words: Callable[[str], str],
    written: Callable[[float], str] = "{:g}".format,
    pair: Callable[[str, str], str] = "{}: {}".format,
) -> str:
    """The checklist as a document. words: translates a sentence; written: writes points; pair: a name and its value."""
    found = scores(marks)
    signs = {"no": "[ ]", "manual": "[~]", "automatic": "[x]"}
    lines = [f"# {pair(words('Production checklist'), card.title)}", ""]
    lines.append(pair(words("Final score (the lowest section)"), f"**{written(found['final'])}**"))
    for section, title in SECTIONS.items():
        lines += ["", f"## {pair(words(title), written(found[section]))}", ""]
        rows = [(key, item) for key, item in ITEMS.items() if item.section == section]
        lines += [f"- {signs[marks.get(key, 'no')]} {words(item.question)}" for key, item in rows]
    lines += ["", f"[x] {words('automatic')}, [~] {words('by hand')}, [ ] {words('not yet')}", ""]
    return "\n".join(lines)


TEXTS = (
    N_("Production checklist"),
    N_("Final score (the lowest section)"),
    N_("automatic"),
    N_("by hand"),
    N_("not yet"),
)
