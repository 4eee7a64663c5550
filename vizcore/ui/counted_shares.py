"""How is a share of a few photos said, so that nobody takes 4 of 6 for a measured 67 %?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import percent
from vizcore.metrics.proportion import mean_interval, wilson_interval

FEW = 30


def share_of(count: int, n: int) -> str:
    """ "4 / 6 (67 %)"; a dash for nothing of nothing."""
    return f"{count} / {n} ({percent(count / n, 0)})" if n else "–"


def interval_of(count: int, n: int) -> str:
    """ "30 % – 90 %": Wilson's 95 % interval of that share."""
    return from_to(*wilson_interval(count, n))


def with_interval(count: int, n: int) -> str:
    """ "4 / 6 (30 % – 90 %)": the share, and in brackets its interval, for a table that has no column to spare."""
    return f"{count} / {n} ({interval_of(count, n)})"


def from_to(low: float, high: float) -> str:
    """ "30 % – 90 %"."""
    return f"{percent(low, 0)} – {percent(high, 0)}"


def mean_share(values: Sequence[float]) -> str:
    """ "67 % (50 % – 84 %)": the mean of shares in [0, 1] with its 95 % interval by Student's t, cut to [0, 1]; of one
    share no interval. All or nothing on every photo is as sure as n of n, and not certain: Wilson's interval."""
    found, n = mean_interval(values), len(values)
    mean = percent(found.mean, 0)
    if n < 2:
        return mean
    if set(values) in ({0.0}, {1.0}):
        return f"{mean} ({interval_of(round(sum(values)), n)})"
    return f"{mean} ({from_to(max(0.0, found.mean - found.half), min(1.0, found.mean + found.half))})"


def say_intervals() -> None:
    """A caption below a table whose means and shares have their intervals in brackets."""
    st.caption(_("In brackets: the 95 % interval, by Student's t for means and by Wilson for shares."))


def say_few(n: int) -> None:
    """A caption below rates of fewer than FEW photos, and of one at least."""
    if 0 < n < FEW:
        st.caption(
            ngettext(
                "{n} photo: the intervals are wide. Rates need {few} photos or more.",
                "{n} photos: the intervals are wide. Rates need {few} photos or more.",
                n,
            ).format(n=n, few=FEW)
        )
