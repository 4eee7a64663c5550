"""Which class does a person mean by a number or a word, and which class of another model is the same thing?"""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.errors import AmbiguousClass, UnknownClass


def find_class(labels: Sequence[str], wanted: str | int, model_key: str) -> int:
    """The class with this index, this name, or the only one whose label contains the words.

    A label may list several names ("tabby, tabby cat"). Errors: UnknownClass, AmbiguousClass with the candidates.
    """
    words = str(wanted).strip().lower()
    if words.isdecimal():
        if int(words) < len(labels):
            return int(words)
        raise UnknownClass(wanted=str(wanted), model=model_key)
    fitting = [i for i, label in enumerate(labels) if words in names_of(label)]
    fitting = fitting or [i for i, label in enumerate(labels) if words and words in label.lower()]
    if not fitting:
        raise UnknownClass(wanted=str(wanted), model=model_key)
    if len(fitting) > 1:
        raise AmbiguousClass(wanted=str(wanted), candidates=[labels[i] for i in fitting])
    return fitting[0]


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
