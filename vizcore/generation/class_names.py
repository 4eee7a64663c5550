"""Which class of another model is the same thing?"""

from __future__ import annotations

from collections.abc import Sequence


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
