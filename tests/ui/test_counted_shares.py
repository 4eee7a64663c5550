"""Is a share of a few photos said with its count, and its mean with an interval that does not promise too much?"""

from __future__ import annotations

import pytest

from vizcore.i18n import speaking
from vizcore.ui.counted_shares import interval_of, mean_share, share_of, with_interval


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5], "50%"),
        ([0.4, 0.6], "50% (0% – 100%)"),
        ([0.5, 0.6, 0.7], "60% (35% – 85%)"),
        ([1.0] * 6, "100% (61% – 100%)"),
        ([0.0] * 6, "0% (0% – 39%)"),
        ([1.0] * 5 + [0.5], "92% (70% – 100%)"),
    ],
)
def test_a_mean_of_shares(values: list[float], words: str) -> None:
    """Six equal shares of all or nothing are as sure as 6 of 6, and not certain."""
    with speaking("en"):
        assert mean_share(values) == words


def test_counts() -> None:
    with speaking("en"):
        assert (share_of(4, 6), share_of(0, 0)) == ("4 / 6 (67%)", "–")
        assert interval_of(4, 6) == "30% – 90%"
        assert with_interval(4, 6) == "4 / 6 (30% – 90%)"
