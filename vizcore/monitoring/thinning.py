"""Which of too many photos are used? Places spread over all of them, always the same ones, never the first few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def spread(count: int, most: int) -> list[int]:
    """At most `most` of the places 0 to count - 1, at equal distances: of photos by folder, each folder its share."""
    used = min(count, most)
    return [place * count // used for place in range(used)]


def spread_over_groups(groups: Sequence[str], most: int) -> list[int]:
    """At most `most` places, in order: as many of each group, and more of the large ones where others are too small."""
    places: list[int] = []
    sizes, left = Counter(groups), most
    for done, name in enumerate(sorted(sizes, key=lambda each: sizes[each])):
        members = [place for place, group in enumerate(groups) if group == name]
        taken = spread(len(members), left // (len(sizes) - done))
        places += [members[each] for each in taken]
        left -= len(taken)
    return sorted(places)
