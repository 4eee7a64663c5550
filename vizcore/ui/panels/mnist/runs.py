"""Which runs does the page know: the recorded ones, and those of this visitor?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.digits import DigitData, LabelledDigits, drawn, packaged_data
from vizcore.learning.contest.recorded import recording
from vizcore.learning.contest.results import ClassifierRun, ContestRun, Regime
from vizcore.results import FloatArray

OWN = "mnist.own"
MOST_OWN = 20
PACKAGED = "mnist-5k"  # the source of the digits that come with the program
STARTS = {"noise": N_("from noise"), "imagenet": N_("from ImageNet")}


def own_runs() -> list[ContestRun]:
    """This visitor's, the newest last."""
    found: list[ContestRun] = st.session_state.setdefault(OWN, [])
    return found


def keep(run: ContestRun) -> None:
    """Puts a finished or stopped run into the table; of two of one contestant, only the newer keeps its weights."""
    held = own_runs()
    if any(each is run for each in held):
        return
    lighter = [replace(each, weights={}) if each.contestant == run.contestant else each for each in held]
    st.session_state[OWN] = [*lighter, run][-MOST_OWN:]


def recorded_runs(regime: Regime) -> list[ContestRun]:
    return [each for each in recording().runs if each.regime == regime]


def own_weights() -> Mapping[str, Mapping[str, FloatArray]]:
    """Of the contestants that ran here, by key."""
    return {each.contestant: each.weights for each in own_runs() if each.weights}


def tested_digits(run: ContestRun) -> LabelledDigits | None:
    """The digits that a run was tested on, in its order; None when they have been taken away or replaced since."""
    if run.source == PACKAGED:
        data: DigitData | None = packaged_data()
    else:
        data = st.session_state.get("mnist.idx")
    made = run.provenance.settings
    if data is None or made.get("data_sha256", data.sha256) != data.sha256:
        return None
    return drawn(data.test, int(made["test_most"]))


def named(run: ContestRun) -> str:
    """ "Small CNN · 60 s · seed 0 · recorded", or "… run here · 4,000 + 1,000 packaged digits"."""
    title = _(CONTESTANTS[run.contestant].title)
    recorded = any(each is run for each in recording().runs)
    origin = [_("recorded")] if recorded else [_("run here"), digits_words(run)]
    return " · ".join([title, budget_words(run), _("seed {n}").format(n=run.seed), *origin])


def digits_words(run: ContestRun) -> str:
    """ "4,000 + 1,000 packaged digits": what it learned from and was tested on."""
    words = _("{train} + {test} packaged digits") if run.source == PACKAGED else _("{train} + {test} own digits")
    return words.format(train=number(run.train_count, 0), test=number(run.test_count, 0))


def budget_words(run: ContestRun) -> str:
    """ "60 s" or "3 epochs"."""
    if run.regime == "time":
        return _("{n} s").format(n=number(run.budget, 0))
    whole = math.ceil(run.budget)
    return ngettext("{n} epoch", "{n} epochs", whole).format(n=number(run.budget, 2))


def interval_words(run: ClassifierRun) -> str:
    """ "96.1% to 98.2%"."""
    low, high = run.interval
    return _("{low} to {high}").format(low=percent(low, 1), high=percent(high, 1))
