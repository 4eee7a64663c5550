"""Which class of a model do some words mean?"""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.zoo.labels import find_class

# Words for a wish, in order: label sets differ. "cat" and "dog" stand for their groups.
WORDS = {"cat": ("cat",), "dog": ("dog",)}


def class_of(wanted: Sequence[str], labels: Sequence[str], model_key: str) -> int:
    """The class that the first fitting one of these words names.

    A label of another model fits by any name that both share. Errors: UnknownClass, AmbiguousClass (of the last words).
    """
    from vizcore.generation.class_names import same_class

    problem: UnknownClass | AmbiguousClass = UnknownClass(wanted="", model=model_key)
    for words in wanted:
        if (index := same_class(labels, words)) is not None:
            return index
        try:
            return find_class(labels, words, model_key)
        except (UnknownClass, AmbiguousClass) as error:
            problem = error
    raise problem
