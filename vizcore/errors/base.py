"""What is an error that a person can do something about? A code and typed values, never a sentence."""

from __future__ import annotations

from typing import ClassVar, dataclass_transform

Value = str | int | float | list[str]


@dataclass_transform(kw_only_default=True)
class VizError(Exception):
    """A named problem with the numbers and names that its sentence needs: `raise TrayFull(limit=12)`.

    A subclass names its values and their types like the fields of a dataclass; mypy checks every place that raises it.
    Nothing is checked at run time, since telling of an error must not become one.
    """

    code: ClassVar[str] = "unknown"

    def __init__(self, **values: Value) -> None:
        super().__init__(f"{self.code} {values}")
        self.values = values
        vars(self).update(values)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.values)


def _rebuild(kind: type[VizError], values: dict[str, Value]) -> VizError:
    return kind(**values)
