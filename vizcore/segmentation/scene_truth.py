"""A drawn scene as exact segments, and the same segments damaged the ways in which models fail."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import SettingOutOfRange
from vizcore.metrics.masks.panoptic import Segments
from vizcore.metrics.masks.presets import grown, shifted
from vizcore.scenes import Scene

GROUND = 0  # class number of everything that is no object: the scene's only stuff
GROUND_NAME = "ground"
DAMAGE_LIMITS = {"shift_px": (0, 40), "rim_px": (-12, 12), "missed": (0, 12), "renamed": (0, 12), "merged": (0, 6),
                 "split": (0, 6), "invented": (0, 6)}  # fmt: skip


@dataclass(frozen=True)
class DamageSettings:
    """What goes wrong. shift_px: every object to the right. rim_px: every object grown, or shrunk below 0.

    missed, renamed (another class), merged (pairs of one class become one), split (cut in two), invented: how many.
    seed: which objects; one object suffers one of these at most.
    """

    shift_px: int = 0
    rim_px: int = 0
    missed: int = 0
    renamed: int = 0
    merged: int = 0
    split: int = 0
    invented: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in DAMAGE_LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))


def class_names(scene: Scene) -> tuple[str, ...]:
    """The ground, then the scene's classes: what the class numbers of `truth_of` stand for."""
    return (GROUND_NAME, *scene.class_names)


def truth_of(scene: Scene) -> Segments:
    """Segment 1 is the ground, 2, 3 ... are the scene's objects from back to front."""
    return _assembled(list(scene.masks), [int(label) + 1 for label in scene.labels], scene.semantic.shape)


def damaged(truth: Segments, classes: int, settings: DamageSettings) -> Segments:
    """The truth with its objects damaged. classes: how many there are, the ground included. Where objects then overlap
    the later one lies on top, and what no object covers is ground."""
    random = np.random.default_rng(settings.seed)
    masks = [truth.mask(number) for number in range(2, len(truth.class_ids) + 1)]
    labels = [int(each) for each in truth.class_ids[1:]]
    order = [int(place) for place in random.permutation(len(masks))]
    merged = _pairs_to_merge(labels, masks, order, settings.merged)
    free = [place for place in order if all(place not in pair for pair in merged)]
    missed, renamed = free[: settings.missed], free[settings.missed : settings.missed + settings.renamed]
    split = free[settings.missed + settings.renamed :][: settings.split]
    for place in renamed:
        labels[place] = labels[place] % (classes - 1) + 1
    for first, second in merged:
        masks[first] = masks[first] | masks[second]
    gone = {*missed, *(second for _first, second in merged)}
    found = [(masks[place], labels[place], place in split) for place in range(len(masks)) if place not in gone]
    pieces = [(piece, label) for mask, label, cut in found for piece in (_halves(mask) if cut else [mask])]
    moved = [(shifted(grown(mask, settings.rim_px), settings.shift_px), label) for mask, label in pieces]
    invented = [_invented(truth.numbers.shape, classes, random) for _each in range(settings.invented)]
    every = moved + invented
    return _assembled([mask for mask, _label in every], [label for _mask, label in every], truth.numbers.shape)


def regroups(truth: Segments, classes: int, settings: DamageSettings) -> bool:
    """Whether merging and cutting change anything: a scene may have no pair of one class, and no object to spare."""
    found = damaged(truth, classes, settings)
    without = damaged(truth, classes, replace(settings, merged=0, split=0))
    same = np.array_equal(found.numbers, without.numbers) and np.array_equal(found.class_ids, without.class_ids)
    return not same


def _assembled(masks: list[NDArray[np.bool_]], labels: list[int], size_hw: tuple[int, ...]) -> Segments:
    """Ground everywhere, then the masks one over the other; what is hidden completely keeps its number and no pixel."""
    numbers = np.ones(size_hw, dtype=np.uint16)
    for number, mask in enumerate(masks, start=2):
        numbers[mask] = number
    return Segments(numbers, np.array([GROUND, *labels], dtype=np.int64))


def _pairs_to_merge(
    labels: list[int], masks: list[NDArray[np.bool_]], order: list[int], count: int
) -> list[tuple[int, int]]:
    """Pairs of one class, nearest first, no object twice."""
    centres = [np.argwhere(mask).mean(axis=0) for mask in masks]
    pairs = [
        (float(np.hypot(*(centres[a] - centres[b]))), a, b)
        for place, a in enumerate(order)
        for b in order[place + 1 :]
        if labels[a] == labels[b]
    ]
    chosen: list[tuple[int, int]] = []
    for _distance, a, b in sorted(pairs):
        if len(chosen) < count and not any({a, b} & {*pair} for pair in chosen):
            chosen.append((a, b))
    return chosen


def _halves(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The upper and the lower half of its pixels."""
    middle = int(np.median(np.nonzero(mask)[0]))
    upper, lower = mask.copy(), mask.copy()
    upper[middle:], lower[:middle] = False, False
    return [each for each in (upper, lower) if each.any()]


def _invented(size_hw: tuple[int, ...], classes: int, random: np.random.Generator) -> tuple[NDArray[np.bool_], int]:
    """A disc of any class anywhere."""
    height, width = size_hw[:2]
    radius = 0.09 * min(height, width)
    y, x = random.uniform(radius, height - radius), random.uniform(radius, width - radius)
    ys, xs = np.ogrid[:height, :width]
    disc: NDArray[np.bool_] = (ys - y) ** 2 + (xs - x) ** 2 <= radius**2
    return disc, int(random.integers(1, max(2, classes)))
