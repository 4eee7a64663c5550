"""How are things of one name told from each other? By what they are, or by numbers behind it.

Streamlit's widgets that offer a choice (lists, pills, segmented controls) know by its text which one was taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count


def told_apart(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """The names; one that stands before it or is taken has the next free number behind it."""
    used, result = set(taken), []
    kept = used | set(names)
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for name in names:
        heading = name
        if name in used:
            heading = next(each for n in numbers[name] if (each := f"{name} ({n})") not in kept)
        used.add(heading)
        kept.add(heading)
        result.append(heading)
    return result


def labels_apart(names: Sequence[str], labels: Sequence[str]) -> list[str]:
    """What classes are called; one that is called as one before it has its whole label: "maillot, tank suit"."""
    first = {name: place for place, name in reversed(list(enumerate(names)))}
    pairs = enumerate(zip(names, labels, strict=True))
    return told_apart([name if first[name] == place else label for place, (name, label) in pairs])
