"""How do a classifier's answers about pictures in class folders become scores that can be judged?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.results import FloatArray

NAMES_READ = 2  # of a label's synonyms: later ones are often nicknames of something else ("bear cat", a panda)
DRAWN = "drawn-"


def folder_class(folder: str) -> str:
    """The class that a folder names; drawn pictures count with the photographs."""
    return folder.removeprefix(DRAWN)


def labels_for(word: str, labels: Sequence[str]) -> list[int]:
    """The model's classes that are a kind of `word`: one of the first two names of each ends with it.

    "cat" fits "Persian cat" and "tabby, tabby cat", and not "lesser panda, red panda, panda, bear cat".
    """
    wanted = word.casefold().replace("_", " ").strip()
    return [row for row, label in enumerate(labels) if wanted and any(_ends(each, wanted) for each in _names(label))]


def _names(label: str) -> list[str]:
    return [each.strip().casefold().replace("_", " ") for each in label.split(",")[:NAMES_READ]]


def _ends(name: str, word: str) -> bool:
    return name == word or name.endswith(f" {word}")


def probabilities_of(logits: FloatArray) -> FloatArray:
    """Softmax of each row, (n, classes)."""
    powers = np.exp(np.asarray(logits, np.float64) - logits.max(axis=1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def one_class(
    logits: FloatArray, classes: Sequence[str], names: Sequence[str], word: str, columns: Sequence[int]
) -> ScoreSet:
    """Is it a `word`? The score is the probability of the model's classes `columns` together; classes, names (n,)."""
    scores = probabilities_of(logits)[:, list(columns)].sum(axis=1)
    truth = np.array([each == word for each in classes], bool)
    return ScoreSet(np.clip(scores, 0, 1)[:, None], truth[:, None], (word,), "binary", tuple(names))


def all_classes(
    logits: FloatArray, classes: Sequence[str], names: Sequence[str], columns: Mapping[str, Sequence[int]]
) -> ScoreSet:
    """Which of these classes is it? Pictures of other folders are left out, and the probabilities of the classes are
    made to sum to 1, so that the question is the same for every model.
    """
    kept = [row for row, each in enumerate(classes) if each in columns]
    p = probabilities_of(logits)[kept]
    groups = np.column_stack([p[:, list(each)].sum(axis=1) for each in columns.values()])
    scores = groups / np.maximum(groups.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    truth = np.array([[classes[row] == name for name in columns] for row in kept], bool).reshape(len(kept), -1)
    return ScoreSet(scores, truth, tuple(columns), "multiclass", tuple(names[row] for row in kept))
