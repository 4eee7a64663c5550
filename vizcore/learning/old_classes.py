"""What does a backbone forget when it is fine-tuned? It is asked with its old head about photos of old classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

# ImageNet's labels, by their first words, for things that built-in samples show.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "cat": ("tabby", "tiger cat", "persian cat", "siamese cat", "egyptian cat"),
    "coffee": ("espresso", "coffee mug", "cup"),
    "bus": ("minibus", "school bus", "trolleybus"),
    "motorcycle": ("moped", "motor scooter"),
}


@dataclass(frozen=True)
class Forgetting:
    """Of `asked` photos, how many get the same answer as before; of the `labelled` ones, right answers then and now."""

    asked: int
    same: int
    labelled: int
    right_before: int
    right_after: int


def old_class_places(name: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Which old classes a photo of this thing may rightly get: `KNOWN`'s, or labels that are or end with the name.

    Of a label with several names the first one counts: "lesser panda, ..., bear cat" is no cat.
    """
    wanted = name.strip().casefold()
    if not wanted:
        return ()
    firsts = [label.partition(",")[0].strip().casefold() for label in labels]
    known = KNOWN.get(wanted)
    if known is not None:
        return tuple(place for place, first in enumerate(firsts) if first in known)
    return tuple(place for place, first in enumerate(firsts) if first == wanted or first.endswith(f" {wanted}"))


def forgetting(before: torch.Tensor, after: torch.Tensor, names: Sequence[str], labels: Sequence[str]) -> Forgetting:
    """before, after (n,): the old classes answered. names: what each photo shows, "" where that is not known."""
    places = [old_class_places(name, labels) for name in names]
    known = [row for row, each in enumerate(places) if each]
    return Forgetting(
        asked=len(before),
        same=int((before == after).sum()),
        labelled=len(known),
        right_before=sum(int(before[row]) in places[row] for row in known),
        right_after=sum(int(after[row]) in places[row] for row in known),
    )
