"""How do pictures in folders become bins: one folder a class, or Oxford's names (Abyssinian_1.jpg)?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from vizcore.errors import ClassCountInvalid, PhotoUnnamed, VizError
from vizcore.learning.bins import FEWEST_CLASSES, MOST_CLASSES, Bins, Example, safe_name
from vizcore.learning.twins import burst_of
from vizcore.similarity.gallery import Gallery, GalleryPicture

NUMBERED = re.compile(r"^(.*\D)_\d+$")  # of the Oxford-IIIT pets: the breed, then a number


def labels_of(pictures: Sequence[GalleryPicture]) -> list[str]:
    """The class of each picture, "" where nothing says it: its folder's name, or, where all lie in one folder, the
    breed in its own name."""
    folders = [safe_name(each.label) for each in pictures]
    if len(set(folders)) >= FEWEST_CLASSES:
        return folders
    found = [NUMBERED.match(PurePosixPath(each.path).stem) for each in pictures]
    named = [safe_name(each[1]) if each else "" for each in found]
    return named if len(set(named) - {""}) >= FEWEST_CLASSES else folders


def bins_of(gallery: Gallery, into: Bins | None = None) -> tuple[Bins, list[tuple[str, VizError]]]:
    """Bins with the gallery's pictures, and what could not be taken, by name. into: bins that they are added to.

    Errors: ClassCountInvalid where one class or none is left, or more than 20.
    """
    bins = into or Bins()
    labels = labels_of(gallery.pictures)
    known = {each.casefold(): each for each in bins.labels}
    for label in dict.fromkeys(filter(None, labels)):
        if label.casefold() not in known:
            known[label.casefold()] = label
    if len(known) < FEWEST_CLASSES:
        reason: Literal["few", "unnamed"] = "few" if any(labels) else "unnamed"
        raise ClassCountInvalid(reason=reason, limit=FEWEST_CLASSES, given=len(known))
    if len(known) > MOST_CLASSES:
        raise ClassCountInvalid(reason="many", limit=MOST_CLASSES, given=len(known))
    bins = bins.with_classes([label for label in known.values() if label not in bins.labels])
    pairs = zip(gallery.pictures, labels, strict=True)
    added = [example_of(picture, known[label.casefold()]) for picture, label in pairs if label]
    bins, problems = bins.with_examples(added)
    unnamed = [each.path for each, label in zip(gallery.pictures, labels, strict=True) if not label]
    strangers = [(path, PhotoUnnamed(photo=PurePosixPath(path).name)) for path in unnamed]
    return bins, [*gallery.problems, *problems, *strangers]


def example_of(picture: GalleryPicture, label: str) -> Example:
    """A gallery's picture as an example of the class."""
    photo = picture.photo
    burst = burst_of(photo.name)
    of_class = f"{label}/{burst}" if burst else ""  # two folders may both begin with burst_001
    return Example(photo.sha256, PurePosixPath(picture.path).name, label, of_class, photo)
