"""Of too many photos some of every folder are used, always the same ones."""

from __future__ import annotations

from collections import Counter

import pytest

from vizcore.monitoring.thinning import spread, spread_over_groups


@pytest.mark.parametrize(
    ("count", "most", "places"),
    [(0, 5, []), (5, 0, []), (3, 5, [0, 1, 2]), (10, 4, [0, 2, 5, 7]), (10, 10, list(range(10)))],
)
def test_places_at_equal_distances(count: int, most: int, places: list[int]) -> None:
    assert spread(count, most) == places


def test_as_many_of_each_group_and_small_ones_whole() -> None:
    groups = ["a"] * 200 + ["b"] * 10 + ["c"] * 150
    places = spread_over_groups(groups, 120)
    assert places == sorted(set(places))
    assert Counter(groups[place] for place in places) == {"a": 55, "b": 10, "c": 55}
    assert places == spread_over_groups(groups, 120)
    assert max(places) > 340, "the group's end too"


def test_few_photos_are_all_used_and_many_groups_are_no_fault() -> None:
    assert spread_over_groups(["a", "b", "a"], 3) == [0, 1, 2]
    assert spread_over_groups([], 3) == []
    assert len(spread_over_groups([str(n) for n in range(9)], 4)) == 4
