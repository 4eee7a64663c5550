"""How is a model's class called in the language in force? By our own tables, one for each kind of class.

Labels stay English in the models, in JSON, in CSV and in files; only what is shown is translated. A class without an
entry keeps its English name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from vizcore.i18n import current_language
from vizcore.i18n.bundled_names import BUNDLED_FRENCH
from vizcore.i18n.imagenet_names import IMAGENET_FRENCH, SPELT_ALIKE
from vizcore.i18n.imagenet_names_rest import IMAGENET_FRENCH_REST

FRENCH = {**BUNDLED_FRENCH, **IMAGENET_FRENCH, **IMAGENET_FRENCH_REST, **SPELT_ALIKE}
TABLES: Mapping[str, Mapping[str, str]] = {"fr": FRENCH}


def first_name(label: str) -> str:
    """The first of a class's names, in English: "tabby, tabby cat" -> "tabby"."""
    return label.split(",")[0].strip()


def class_name(label: str) -> str:
    """The class in the language in force: "chat tigré" for "tabby, tabby cat"; its first English name without one."""
    return _ours(first_name(label))


def class_name_with_english(label: str, longest: int) -> str:
    """ "chat tigré (tabby)": the English name beside it, where both fit into so many letters and differ."""
    english, ours = first_name(label), class_name(label)
    both = f"{ours} ({english})"
    return ours if ours.casefold() == english.casefold() or len(both) > longest else both


def names_of_classes(labels: Sequence[str]) -> list[str]:
    """The classes of a data set in the language in force: "chat" for "cat"; one without an entry as it is.

    A label is taken as a whole, commas too. Where two have the same name, the label stands beside it, so that no two
    classes of a set are shown as one: "moto (motorbike)".
    """
    names = [_ours(label) for label in labels]
    times = Counter(names)
    return [
        f"{name} ({label})" if times[name] > 1 and name != label else name
        for name, label in zip(names, labels, strict=True)
    ]


def english_words(words: str, labels: Collection[str] = ()) -> str:
    """What a person typed, as the labels say it: "chat tigré" -> "tabby".

    What is one of these labels already stays: English "maillot" is no jersey, though French "maillot" is one. The
    language in force decides; another one's words, which a link or a switch of the language brought, count where no
    label holds them.
    """
    if words in labels:
        return words
    if (found := _english_of(words, current_language())) is not None:
        return found
    if any(_key(words) in _key(label) for label in labels):
        return words
    return next((found for language in TABLES if (found := _english_of(words, language)) is not None), words)


def _english_of(words: str, language: str) -> str | None:
    typed = _key(words).replace("'", "’")
    return next((english for english, ours in TABLES.get(language, {}).items() if ours.casefold() == typed), None)


def _ours(english: str) -> str:
    """By the spelling itself first, since "Cardigan" is a dog and "cardigan" is worn."""
    table = TABLES.get(current_language(), {})
    return table.get(english) or table.get(_key(english), english)


def _key(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
