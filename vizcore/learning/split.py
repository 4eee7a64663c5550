"""Which photos teach, which choose and which judge? A stratified split by group, frozen before the first run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import ClassTooSmall

TRAIN, VALIDATION, TEST = 0, 1, 2
PART_NAMES = ("train", "validation", "test")

Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class SplitSettings:
    """Shares of all photos; validation is taken only from classes of three groups or more."""

    test_share: float = 0.2
    validation_share: float = 0.2
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Split:
    """parts (n,) in {TRAIN, VALIDATION, TEST}; groups (n,): equal numbers stay together.

    moved: photos that a split photo by photo, with the same seed, would have put on another side than their twins.
    """

    parts: NDArray[np.int8]
    groups: NDArray[np.int64]
    moved: tuple[int, ...] = ()

    def rows(self, part: int) -> NDArray[np.int64]:
        """The photos of one part."""
        return np.flatnonzero(self.parts == part)

    @property
    def key(self) -> str:
        """The same for the same photos in the same parts."""
        return hashlib.sha256(self.parts.tobytes()).hexdigest()[:16]

    @property
    def counts(self) -> dict[str, int]:
        return {name: int((self.parts == part).sum()) for part, name in enumerate(PART_NAMES)}


def split_photos(
    classes: Integers,
    groups: Integers,
    labels: Sequence[str],
    settings: SplitSettings | None = None,
    frozen: Mapping[int, int] | None = None,
) -> Split:
    """classes (n,) into `labels`, groups (n,) -> the split. frozen: photo -> part of an earlier split, which it keeps.

    Every class has a group in train and one in test; ClassTooSmall names one that cannot. A group with photos of both
    an old test and an old train goes to the test. Where a class has lost its last photo of train or test, one of its
    frozen groups is given to it, of the validation first.
    """
    settings, frozen = settings or SplitSettings(), frozen or {}
    truth, together = np.asarray(classes, np.int64), np.asarray(groups, np.int64)
    parts = _assigned(truth, together, settings, frozen)
    for place, label in enumerate(labels):
        inside = parts[truth == place]
        if not {TRAIN, TEST} <= set(inside.tolist()):
            count = len(set(together[truth == place].tolist()))
            raise ClassTooSmall(label=label, needed=2, given=count, photos=len(inside))
    alone = _assigned(truth, np.arange(len(truth)), settings, frozen)
    moved = [row for members in _members(together) if len(set(alone[members].tolist())) > 1 for row in members]
    return Split(parts, together, tuple(int(row) for row in moved if alone[row] != parts[row]))


def _assigned(
    classes: NDArray[np.int64], groups: NDArray[np.int64], settings: SplitSettings, frozen: Mapping[int, int]
) -> NDArray[np.int8]:
    random = np.random.default_rng(settings.seed)
    parts = np.full(len(classes), -1, np.int8)
    members = _members(groups)
    for each in members:
        if known := [frozen[row] for row in each if row in frozen]:
            parts[each] = max(known)
    for place in np.unique(classes):
        own = [each for each in members if classes[each[0]] == place]
        random.shuffle(own)
        _free(parts, own)
        _fill(parts, own, settings)
    return parts


def _members(groups: NDArray[np.int64]) -> list[list[int]]:
    """The rows of each group, groups in the order of their first photo."""
    found: dict[int, list[int]] = {}
    for row, group in enumerate(groups.tolist()):
        found.setdefault(group, []).append(row)
    return list(found.values())


def _free(parts: NDArray[np.int8], members: list[list[int]]) -> None:
    """Frees as many frozen groups of one class as it takes to fill the test and train that it has lost."""
    held = [int(parts[each[0]]) for each in members]
    missing = sum(part not in held for part in (TEST, TRAIN)) - held.count(-1)
    for part in (VALIDATION, TRAIN, TEST):
        own = [each for each in members if parts[each[0]] == part]
        spare = own if part == VALIDATION else own[1:]
        for each in spare[: max(0, missing)]:
            parts[each] = -1
            missing -= 1


def _fill(parts: NDArray[np.int8], members: list[list[int]], settings: SplitSettings) -> None:
    """Gives the free groups of one class to test, then validation, then train."""
    count = sum(map(len, members))
    free = [each for each in members if parts[each[0]] < 0]
    shares = [(TEST, settings.test_share)]
    if len(members) > 2:
        shares.append((VALIDATION, settings.validation_share))
    for part, share in shares:
        held = sum(len(each) for each in members if parts[each[0]] == part)
        wanted = max(1, round(share * count)) if share else 0
        must_stay = 0 if any(parts[each[0]] == TRAIN for each in members) else 1  # one group at least for train
        for each in list(free):
            room = wanted - held
            if room <= 0 or len(free) <= must_stay:
                break
            if held and len(each) > 2 * room:
                continue  # a large group would take far more than the share
            parts[each] = part
            held += len(each)
            free.remove(each)
    for each in free:
        parts[each] = TRAIN
