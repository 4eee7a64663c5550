"""Rankings and how they differ between two models."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.similarity import Ranking, agreement, rank, rank_changes

GALLERY = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [1.0, 1.0]])


def order(*ids: int) -> Ranking:
    return Ranking(np.array(ids), np.zeros(len(ids)))


def test_by_hand() -> None:
    ranking = rank(np.array([2.0, 0.0]), GALLERY)
    assert ranking.ids.tolist() == [0, 3, 1, 2]
    assert ranking.scores.tolist() == pytest.approx([1, 0.5**0.5, 0, -1])
    assert ranking.places() == {0: 1, 3: 2, 1: 3, 2: 4}


def test_the_query_leaves_itself_out() -> None:
    assert rank(GALLERY[0], GALLERY, exclude=0).ids.tolist() == [3, 1, 2]


def test_equal_pictures_keep_their_order() -> None:
    same = np.tile(np.random.default_rng(0).normal(size=(1, 50)), (500, 1))
    assert rank(same[0], same).ids.tolist() == list(range(500))


def test_changes_by_hand() -> None:
    assert rank_changes(order(5, 6, 7), order(7, 5, 6)) == {5: -1, 6: -1, 7: 2}
    assert rank_changes(order(), order()) == {}
    with pytest.raises(ValueError, match="same pictures"):
        rank_changes(order(1), order(2))


@pytest.mark.parametrize(("count", "share"), [(1, 0.0), (2, 0.5), (3, 1.0), (10, 1.0)])
def test_agreement_by_hand(count: int, share: float) -> None:
    assert agreement(order(1, 2, 3), order(3, 1, 2), count) == pytest.approx(share)
