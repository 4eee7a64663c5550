"""What is taken away from the maps of a gallery: every model's points, with their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vizcore.i18n import _
from vizcore.similarity import Projection
from vizcore.similarity.records import MapRecord, of_operation
from vizcore.ui import downloads
from vizcore.ui.panels.similarity.embedded import Embedded


def show(found: Sequence[Embedded], projections: Sequence[Projection], seed: int) -> None:
    records = [
        MapRecord(
            of_operation(each.result.provenance, "project", seed, method=projection.method),
            projection.method,
            each.pictures.gallery.paths,
            each.pictures.gallery.labels,
            projection.points,
            projection.shares,
        )
        for each, projection in zip(found, projections, strict=True)
    ]

    def columns() -> dict[str, list[Any]]:
        return map_columns(records)

    def rows() -> list[dict[str, Any]]:
        made = columns()
        return [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]

    with downloads.export():
        downloads.download_json(records, key="similarity.map.json", label=_("Maps (JSON)"))
        downloads.download_csv(rows, name="maps", key="similarity.map.csv", label=_("Maps (CSV)"))
        downloads.download_parquet(columns, name="maps", key="similarity.map.parquet", label=_("Maps (Parquet)"))


def map_columns(records: Sequence[MapRecord]) -> dict[str, list[Any]]:
    """One row for each model and picture."""
    return {
        "model": [record.provenance.model for record in records for _path in record.paths],
        "method": [record.method for record in records for _path in record.paths],
        "seed": [record.provenance.seed for record in records for _path in record.paths],
        "path": [path for record in records for path in record.paths],
        "class": [label for record in records for label in record.labels],
        "x": [float(x) for record in records for x in record.points[:, 0]],
        "y": [float(y) for record in records for y in record.points[:, 1]],
        **({"z": [float(z) for record in records for z in record.points[:, 2]]} if _solid(records) else {}),
    }


def _solid(records: Sequence[MapRecord]) -> bool:
    return bool(records) and records[0].points.shape[1] == 3
