"""How do detections leave as a table, one row for each box, and come back?"""

from __future__ import annotations

import csv
import io

from vizcore.detection.exchange.reading import below, checked, detections_of, text_of
from vizcore.errors import DetectionsFileInvalid
from vizcore.results import Detections, Provenance

CORNERS = ("x0", "y0", "x1", "y1")
COLUMNS = ("photo", "model", "photo_width", "photo_height", "class_id", "label", "score", *CORNERS, "origin")
MOST_CLASSES = 1_000_000  # of a vocabulary; a single row could else name class 10^12


def csv_rows(detections: Detections) -> list[dict[str, str | int | float]]:
    """One row for each box, keys as in `COLUMNS`: language-free, numbers unrounded, boxes in photo pixels."""
    width, height = detections.size_wh
    photo = next(iter(detections.provenance.photos_sha256), "")
    rows = zip(
        detections.boxes_xyxy.tolist(),
        detections.scores.tolist(),
        detections.class_ids.tolist(),
        detections.origin.tolist(),
        strict=True,
    )
    return [
        dict(
            zip(
                COLUMNS,
                (
                    photo,
                    detections.provenance.model,
                    width,
                    height,
                    index,
                    detections.labels[index],
                    score,
                    *box,
                    origin,
                ),
                strict=True,
            )
        )
        for box, score, index, origin in rows
    ]


def read_csv(data: bytes | str) -> list[Detections]:
    """The detections of a CSV of such rows, one result for each photo and model, in the file's order.

    The vocabulary is what the file shows of it: classes that no box has are named by their number. A photo without
    boxes has no row, and so no result. DetectionsFileInvalid for missing columns or words where numbers belong.
    """
    groups = checked("CSV", "", _csv_groups, text_of(data))
    return [checked("CSV", group[0][:12], _from_rows, rows) for group, rows in groups.items()]


def _csv_groups(text: str) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """The rows by photo, model and size, in the file's order."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise DetectionsFileInvalid(format="CSV", place=", ".join(missing), reason="format")
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in reader:
        groups.setdefault(tuple(row[column] or "" for column in COLUMNS[:4]), []).append(row)
    return groups


def _from_rows(rows: list[dict[str, str]]) -> Detections:
    first = rows[0]
    named = {below(int(row["class_id"]), MOST_CLASSES): unescaped(row["label"]) for row in rows}
    return detections_of(
        Provenance(operation="read_csv", model=first["model"], photos_sha256=(first["photo"],)),
        boxes=[[float(row[corner]) for corner in CORNERS] for row in rows],
        scores=[float(row["score"]) for row in rows],
        class_ids=[int(row["class_id"]) for row in rows],
        labels=tuple(named.get(index, str(index)) for index in range(max(named) + 1)),
        size_wh=(int(first["photo_width"]), int(first["photo_height"])),
        origin=[int(row["origin"]) for row in rows],
    )


def unescaped(label: str) -> str:
    """Without the apostrophe that keeps spreadsheets from running a text as a formula."""
    return (
        label[1:] if label[:1] == "'" and label[1:].lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else label
    )
