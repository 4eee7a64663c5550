"""Which photos has the visitor put into which class? Immutable bins that are changed one sentence at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import ClassCountInvalid, ClassEmpty, ClassNameInvalid, PhotoInTwoClasses, VizError
from vizcore.photo import Photo

FEWEST_CLASSES, MOST_CLASSES = 2, 20
MOST_PHOTOS = 5000
LONGEST_NAME = 40
ALLOWED = re.compile(r"[\w .,'’()+-]+")  # letters and digits of any script, and little else: names go into figures


@dataclass(frozen=True, eq=False)
class Example:
    """One photo of a class. sha256 and name as the photo's; burst: what photos taken in one go share; photo: None where
    only its vector is known."""

    sha256: str
    name: str
    label: str
    burst: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, eq=False)
class Bins:
    """labels: the classes in their order. examples: photos in the order of their arrival, each once."""

    labels: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @cached_property
    def _places(self) -> dict[str, int]:
        return {each.sha256: place for place, each in enumerate(self.examples)}

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def classes(self) -> NDArray[np.int64]:
        """(n,): the class of each example, as its place in `labels`."""
        places = {label: place for place, label in enumerate(self.labels)}
        return np.array([places[each.label] for each in self.examples], np.int64)

    @property
    def key(self) -> str:
        """The same for the same photos in the same classes."""
        lines = [*self.labels, *(f"{each.sha256} {each.label} {each.burst}" for each in self.examples)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def count(self, label: str) -> int:
        """Photos of one class."""
        return sum(each.label == label for each in self.examples)

    def place(self, sha256: str) -> int:
        """Where the photo with this hash stands among the examples."""
        return self._places[sha256]

    def with_class(self, name: str) -> Bins:
        """One class more. Errors: ClassNameInvalid, ClassCountInvalid."""
        label = checked_name(name)
        if label.casefold() in {each.casefold() for each in self.labels}:
            raise ClassNameInvalid(name=label, reason="taken", limit=LONGEST_NAME)
        if len(self.labels) >= MOST_CLASSES:
            raise ClassCountInvalid(reason="many", limit=MOST_CLASSES, given=len(self.labels) + 1)
        return replace(self, labels=(*self.labels, label))

    def with_classes(self, names: Iterable[str]) -> Bins:
        """These classes more, in their order. Errors: as `with_class`."""
        bins = self
        for each in names:
            bins = bins.with_class(each)
        return bins

    def without_class(self, label: str) -> Bins:
        """Without the class and its photos."""
        kept = tuple(each for each in self.examples if each.label != label)
        return replace(self, labels=tuple(each for each in self.labels if each != label), examples=kept)

    def renamed(self, label: str, name: str) -> Bins:
        """The class under another name. Errors: ClassNameInvalid."""
        new = checked_name(name)
        if new.casefold() in {each.casefold() for each in self.labels if each != label}:
            raise ClassNameInvalid(name=new, reason="taken", limit=LONGEST_NAME)
        examples = tuple(replace(each, label=new) if each.label == label else each for each in self.examples)
        return replace(self, labels=tuple(new if each == label else each for each in self.labels), examples=examples)

    def with_examples(self, added: Iterable[Example]) -> tuple[Bins, list[tuple[str, VizError]]]:
        """With more photos of classes that are there; a photo that is in its class already is passed over.

        What could not be taken, by the photo's name: PhotoInTwoClasses.
        """
        examples, problems, held = list(self.examples), list[tuple[str, VizError]](), dict(self._places)
        for each in added:
            if each.label not in self.labels:
                raise ValueError(f"expected one of {self.labels}, got {each.label!r}")
            if (place := held.get(each.sha256)) is None:
                held[each.sha256] = len(examples)
                examples.append(each)
            elif examples[place].label != each.label:
                error = PhotoInTwoClasses(photo=each.name, first=examples[place].label, second=each.label)
                problems.append((each.name, error))
        return replace(self, examples=tuple(examples)), problems

    def moved(self, sha256: str, label: str) -> Bins:
        """The photo in another class."""
        if label not in self.labels:
            raise ValueError(f"expected one of {self.labels}, got {label!r}")
        examples = tuple(replace(each, label=label) if each.sha256 == sha256 else each for each in self.examples)
        return replace(self, examples=examples)

    def removed(self, sha256: str) -> Bins:
        """Without the photo."""
        kept = tuple(each for each in self.examples if each.sha256 != sha256)
        return replace(self, examples=kept)

    def checked(self) -> Bins:
        """Itself, if it can be learnt from. Errors: ClassCountInvalid, ClassEmpty."""
        if len(self.labels) < FEWEST_CLASSES:
            raise ClassCountInvalid(reason="few", limit=FEWEST_CLASSES, given=len(self.labels))
        for label in self.labels:
            if not self.count(label):
                raise ClassEmpty(label=label)
        return self


def checked_name(name: str) -> str:
    """The name of a class, spaces in order. Errors: ClassNameInvalid."""
    label = " ".join(name.split())
    if not label:
        raise ClassNameInvalid(name="", reason="empty", limit=LONGEST_NAME)
    if len(label) > LONGEST_NAME:
        raise ClassNameInvalid(name=label[:LONGEST_NAME] + "…", reason="long", limit=LONGEST_NAME)
    if not ALLOWED.fullmatch(label):
        raise ClassNameInvalid(name=label, reason="characters", limit=LONGEST_NAME)
    return label


def safe_name(folder: str) -> str:
    """A folder's name as the name of a class: what may not stand in one becomes a space; "" where nothing is left."""
    kept = "".join(letter if ALLOWED.fullmatch(letter) else " " for letter in folder)
    return " ".join(kept.replace("_", " ").split())[:LONGEST_NAME].strip()
