"""What a model's card says of it, in the visitor's language: its limits, its quality, its terms.

The sentences of the cards are gathered into the catalogues by `tools/catalogues.py`.
"""

from __future__ import annotations

from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import named
from vizcore.metrics.proportion import wilson_interval
from vizcore.zoo.cards import Licences, Measured, ModelCard

CLASS_COUNTS = {"tiny-104": 104, "imagenet-1k": 1000, "coco-80": 80}


def library_of(card: ModelCard) -> str:
    """Where the model comes from: a library, or the Python package that holds its weights."""
    return card.facts.get("package", card.source)


def limits(card: ModelCard) -> str:
    """What the model cannot do; empty where the card says nothing."""
    return _(card.limits)


def training_data(licences: Licences) -> str:
    """What the model was trained on, and the terms of that."""
    return _(licences.training_data)


def weights_terms(licences: Licences) -> str:
    """The terms of the weights: an SPDX name, or words."""
    return _(licences.weights)


def reach(card: ModelCard) -> str:
    """ "one of 104 classes, learnt from 64,000 small pictures": for beside an answer; empty for a model without any."""
    count = CLASS_COUNTS.get(card.labels, card.facts.get("classes", 0))
    if not count:
        return ""
    if card.task == "detect":
        knows = ngettext("knows {n} class", "knows {n} classes", count).format(n=number(count, 0))
    else:
        knows = ngettext("one of {n} class", "one of {n} classes", count).format(n=number(count, 0))
    learnt = card.facts.get("learnt_from", "")
    return f"{knows}, {_(learnt)}" if learnt else knows


# Sources that are words, as the cards have them.
SOURCES = (N_("104 ImageNet photos, one of each class of cnn-mini; 200 photos of cats and dogs"),)


def quality(measured: Measured) -> str:
    """ "top-1, ImageNet-1K: 69.76 %", with its 95 % interval: the stated one, or of a share of n examples Wilson's."""
    amount = f"{number(measured.value, 2)} {measured.unit}".rstrip()
    value = named(_(measured.name), amount)
    ends = interval(measured)
    if ends is None:
        return value
    low, high = (number(end, 2 if abs(end) <= 1 and not measured.unit else 1) for end in ends)
    return _("{value} (95%: {low} to {high})").format(value=value, low=low, high=high)


def interval(measured: Measured) -> tuple[float, float] | None:
    """The ends of the 95 % interval in the value's unit; None where there is none."""
    if measured.interval or not measured.n:
        return measured.interval
    low, high = wilson_interval(round(measured.value * measured.n / 100), measured.n)
    return 100 * low, 100 * high


def quality_with_source(measured: Measured) -> str:
    """ "top-1, ImageNet-1K: 69.76 % (torchvision 0.29.1)"."""
    return f"{quality(measured)} ({_(measured.source)})"
