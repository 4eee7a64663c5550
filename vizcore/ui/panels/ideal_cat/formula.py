"""How is the loss written: its terms by name and colour, with their weights, and with their values?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vizcore.figures.loss_curves import as_terms, term_colour
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.generation.ideal.settings import IdealSettings

TERMS = {
    "activation": N_("activation"),
    "certainty": N_("certainty"),
    "variation": N_("variation"),
    "l1": N_("L1"),
    "l2": N_("L2"),
    "blur": N_("blur"),
    "diversity": N_("alikeness"),
    "loss": N_("loss"),
}


def names(settings: IdealSettings) -> dict[str, str]:
    """The terms as they add up to the loss, with their signs and weights: "−3 · certainty"."""
    shown = {key: _(text) for key, text in TERMS.items()}
    weighted = {name: _weighted(weight, shown[name]) for name, weight in settings.loss_weights.items()}
    return shown | {name: text.replace(" ", "", 1) for name, text in weighted.items()}


def in_words(settings: IdealSettings) -> str:
    """ "loss = −activation − 3 · certainty + 150 · variation", each term in the colour of its curve, as Markdown."""
    pieces = []
    for name, weight in settings.loss_weights.items():
        pieces.append(_weighted(weight, coloured(name, _(TERMS[name]))))
    return f"{coloured('loss', _(TERMS['loss']))} = " + " ".join(pieces).removeprefix("+ ")


def _weighted(weight: float, term: str) -> str:
    """ "− 3 · certainty"; a weight of 1 is not written."""
    size = "" if abs(weight) == 1 else f"{number(abs(weight), 3)} · "
    return f"{'−' if weight < 0 else '+'} {size}{term}"


def in_numbers(values: Mapping[str, float]) -> str:
    """ "−31.2 = −12.3 − 24 + 5.1" in the same colours; "" without values."""
    terms = as_terms(values)
    if "loss" not in terms:
        return ""
    total = terms.pop("loss")
    pieces = [coloured(name, f"{'−' if value < 0 else '+'} {number(abs(value), 2)}") for name, value in terms.items()]
    return f"{coloured('loss', _(TERMS['loss']))} **{number(total, 2)}** = " + " ".join(pieces)


def coloured(name: str, text: str) -> str:
    """Bold Markdown in the term's colour."""
    return f':color[**{text}**]{{foreground="{term_colour(name, dark=dark_now())}"}}'
