"""How does a value stand in a sentence: numbers, shares and lists as the reader's language writes them?"""

from __future__ import annotations

from collections.abc import Mapping

from vizcore.errors import Value
from vizcore.i18n.numbers import alternatives, number, percent


class Shown(dict[str, object]):
    """Values as a reader of the language writes them. A missing one is a dash: an error message never fails."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__({name: _shown(value) for name, value in values.items()})

    def __missing__(self, name: str) -> object:
        return _Dash()


class _Dash:
    def __format__(self, form: str) -> str:
        return "–"


class _Number(float):
    """{share} is 0.25, {share:%} is 25%."""

    def __format__(self, form: str) -> str:
        return percent(self, decimals=0) if form == "%" else number(self, decimals=1 if abs(self) >= 10 else 2)


def _shown(value: Value) -> object:
    if isinstance(value, list):
        return alternatives(value)
    return value if isinstance(value, str) else _Number(value)
