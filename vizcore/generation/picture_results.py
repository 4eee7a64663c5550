"""How do results that hold pictures go into JSON? By size and hash; the pictures themselves are files of their own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from vizcore.photo import Photo
from vizcore.results import SCHEMA, Result, to_plain


@dataclass(frozen=True, eq=False)
class PictureResult(Result):
    """Base of the results of generation. `to_json` keeps every number; a picture becomes its name, size and hash."""

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types; non-finite numbers become None."""
        content = {each.name: _described(getattr(self, each.name)) for each in fields(self)}
        return {"schema": SCHEMA, "kind": type(self).__name__, **content}


def _described(value: Any) -> Any:
    if isinstance(value, Photo):
        return {"name": value.name, "width": value.width, "height": value.height, "sha256": value.sha256}
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, Result):
        return value.to_json()
    if isinstance(value, tuple):
        return [_described(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _described(getattr(value, each.name)) for each in fields(value)}
    return to_plain(value)
