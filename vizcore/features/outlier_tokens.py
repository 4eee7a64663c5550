"""Which patches have vectors far longer than the others? A few such tokens take a map's whole range of colours.

Large ViTs keep sums over the whole picture in some patches of plain background, whose norms are about ten times the
others' (Darcet et al. 2024, "Vision Transformers Need Registers"). They read the number off a histogram of one model;
here it is relative, so that it holds for models of any scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.results import FloatArray

TIMES_MEDIAN = 3.0  # a norm beyond so many times the median is an outlier's
CLIPPED_PERCENT = 2.0  # at either end of a range of colours without extremes


@dataclass(frozen=True)
class OutlierTokens:
    """count of `total` tokens are outliers; largest: the longest norm as a multiple of the median, NaN for none."""

    count: int
    total: int
    largest: float


def outlier_tokens(norms: FloatArray) -> OutlierTokens:
    """norms: of any shape, one for each token. Where the median is 0, nothing can be said and none is an outlier."""
    middle = float(np.median(norms)) if norms.size else 0.0
    if middle <= 0:
        return OutlierTokens(0, int(norms.size), float("nan"))
    times = norms / middle
    return OutlierTokens(int((times > TIMES_MEDIAN).sum()), int(norms.size), float(times.max()))
