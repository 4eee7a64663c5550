"""How is each class of a set told from the others, where two have one name or one is called background?

Headings are the labels, for files and addresses; words are what the visitor reads. No two of either are alike.
"""

from __future__ import annotations

from vizcore.i18n import _
from vizcore.i18n.class_names import names_of_classes
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.ui.names_apart import told_apart

BACKGROUND, BACKGROUND_BESIDE_CLASS = "background", "background (none)"
TRUTH = "truth"  # the column that names a matrix's rows


def class_headings(data: DetectionData) -> list[str]:
    """The labels in the set's order; of several alike the later ones are numbered: cat, cat (2)."""
    return told_apart(data.class_names)


def matrix_headings(data: DetectionData) -> list[str]:
    """The labels and, last, what stands for no class; none of them is `TRUTH`."""
    names = told_apart(data.class_names, taken=(TRUTH,))
    background = BACKGROUND_BESIDE_CLASS if BACKGROUND in names else BACKGROUND
    return [*names, *told_apart([background], taken=names)]


def words_of_classes(data: DetectionData) -> list[str]:
    """The classes in the language in force, in the set's order."""
    return told_apart(names_of_classes(data.class_names))


def words_of_matrix(data: DetectionData) -> list[str]:
    """The classes in the language in force and, last, what stands for no class."""
    words = words_of_classes(data)
    background = _("background")
    if {BACKGROUND, background.casefold()} & {each.casefold() for each in (*data.class_names, *words)}:
        background = _("background (none)")
    return [*words, *told_apart([background], taken=words)]
