"""Which class of a model do some words mean, and which one is the same thing as another model's?"""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.zoo.labels import find_class


def same_class(labels: Sequence[str], label: str) -> int | None:
    """The class of another model that shares a name with `label`, or None where it has none or more than one."""
    if label in labels:
        return list(labels).index(label)
    wanted = names_of(label)
    sharing = [i for i, each in enumerate(labels) if wanted & names_of(each)]
    return sharing[0] if len(sharing) == 1 else None


def names_of(label: str) -> set[str]:
    """The names in one label: "tabby, tabby cat" -> {"tabby", "tabby cat"}, in lower case."""
    return {name.strip().lower() for name in label.split(",")}


def class_of(wanted: Sequence[str], labels: Sequence[str], model_key: str) -> int:
    """The class that the first fitting one of these words names.

    A label of another model fits by any name that both share. Errors: UnknownClass, AmbiguousClass (of the last words).
    """
    problem: UnknownClass | AmbiguousClass = UnknownClass(wanted="", model=model_key)
    for words in wanted:
        if (index := same_class(labels, words)) is not None:
            return index
        try:
            return find_class(labels, words, model_key)
        except (UnknownClass, AmbiguousClass) as error:
            problem = error
    raise problem


def knows_class(wanted: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether some class is called so, be it one or several: a model that was taught here knows its own alone."""
    try:
        return class_of(wanted, labels, "") >= 0
    except AmbiguousClass:
        return True
    except UnknownClass:
        return False
