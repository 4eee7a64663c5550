"""MOTChallenge's text: one box a line, read with every usual fault named by its line, written so that it re-reads.

    frame, id, left, top, width, height, confidence, class, visibility, -1

Frames count from 1, lengths are pixels. Six to ten columns are read, divided by commas, semicolons, tabs or blanks as
in the first line; where no comma divides and no number has a point, a comma is the decimal sign. What is missing is
confidence 1 and any class. In a truth file confidence 0 marks a row that is not to be judged, as in
MOTChallenge. A class that is -1, or an eighth column that is no whole number (MOT15's world coordinates), means any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NoReturn

import numpy as np

from vizcore.errors import EvaluationTooLarge, TrackingTextInvalid
from vizcore.errors.tracking import TrackingReason
from vizcore.metrics.tracking.tables import ANY_CLASS, TrackingData, TrackTable, track_table, tracking_data
from vizcore.results import FloatArray
from vizcore.settings import current

File = Literal["truth", "tracks"]
MOST_ROWS = 2_000_000
MOST_FRAMES = 100_000
MOST_IDENTITIES = 5_000
MOST_IN_FRAME = 1_000
FARTHEST_PX = 1_000_000.0
MOST_ID = 2**53  # larger whole numbers are not kept exactly by the files of other programs
COLUMNS = ("frame", "id", "left", "top", "width", "height")
ROWS_A_PIECE = 5_000  # of a file that is written
LEAST_COLUMNS, MOST_COLUMNS = len(COLUMNS), 10
ONE_NUMBER = re.compile(r"[^,]+|[^,]*\d,\d[^,]*")


def read_mot_pair(truth: bytes, found: bytes) -> TrackingData:
    """The sequence of both files; it ends with the last frame of either. Errors: TrackingTextInvalid,
    EvaluationTooLarge."""
    table, left_out = read_mot(truth, "truth")
    tracks, _unused = read_mot(found)
    return tracking_data(table, tracks, left_out=left_out)


def mot_text(table: TrackTable) -> str:
    """Ten columns a box, numbers as exact as they are; re-reads as the same table."""
    return "".join(mot_pieces(table))


def mot_pieces(table: TrackTable) -> Iterator[str]:
    """`mot_text`, some thousand lines at a time."""
    for first in range(0, len(table), ROWS_A_PIECE):
        yield _text_of(table.at(slice(first, first + ROWS_A_PIECE)))


def _text_of(table: TrackTable) -> str:
    sizes = table.boxes_xyxy[:, 2:] - table.boxes_xyxy[:, :2]
    lines = zip(
        table.frames.tolist(), table.ids.tolist(), table.boxes_xyxy[:, :2].tolist(), sizes.tolist(),
        table.scores.tolist(), table.classes.tolist(), strict=True,
    )  # fmt: skip
    return "".join(
        f"{frame},{who},{_short(left)},{_short(top)},{_short(width)},{_short(height)},{_short(score)},{kind},1,-1\n"
        for frame, who, (left, top), (width, height), score, kind in lines
    )


def _short(value: float) -> str:
    return repr(value).removesuffix(".0")


def read_mot(content: bytes, file: File = "tracks") -> tuple[TrackTable, int]:
    """One file, and how many rows of a truth do not count. A track file without any row is an empty table; a truth
    file without one is refused. Errors: TrackingTextInvalid, EvaluationTooLarge."""
    limit = current().evaluation_limit_mb
    if len(content) > limit * 1e6:
        raise EvaluationTooLarge(file=file, limit_mb=limit, actual_mb=round(len(content) / 1e6, 1))
    lines = _lines(content, file)
    if not lines:
        if file == "truth":
            _refuse(file, 0, "empty")
        return track_table([], [], []), 0
    if len(lines) > MOST_ROWS:
        _refuse(file, 0, "rows", len(lines), MOST_ROWS)
    numbers = _numbers(lines, file)
    _check(numbers, [number for number, _text in lines], file)
    judged = numbers[:, 6] != 0 if file == "truth" and numbers.shape[1] > 6 else np.ones(len(numbers), bool)
    kept = numbers[judged]
    edges = np.concatenate([kept[:, 2:4], kept[:, 2:4] + kept[:, 4:6]], axis=1)
    scores = kept[:, 6] if numbers.shape[1] > 6 else None
    return track_table(kept[:, 0], kept[:, 1], edges, scores=scores, classes=_classes(kept)), int((~judged).sum())


def _lines(content: bytes, file: File) -> list[tuple[int, str]]:
    """(number from 1, text) of every line that is not blank. Digits are the same in every encoding that is read here:
    UTF-8 and UTF-16 with their marks, and all that extend ASCII."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        text = content.decode("utf-8-sig", errors="replace")
    if "\0" in text:
        _refuse(file, 0, "not_text")
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _numbers(lines: list[tuple[int, str]], file: File) -> FloatArray:
    """(rows, columns): by NumPy's reader; what it refuses is read line by line, so that the fault can be named."""
    separator = _separator(lines[0][1])
    if separator != "," and not any("." in line for _number, line in lines):
        lines = [(number, line.replace(",", ".")) for number, line in lines]
    try:
        table: FloatArray = np.loadtxt(
            (line for _number, line in lines), delimiter=separator, comments=None, ndmin=2, dtype=np.float64
        )
    except (ValueError, OverflowError):
        table = np.array(list(_line_by_line(lines, separator, file)))
    if not LEAST_COLUMNS <= table.shape[1] <= MOST_COLUMNS:
        _refuse(file, lines[0][0], "columns", table.shape[1], LEAST_COLUMNS)
    return table


def _separator(line: str) -> str | None:
    """What divides the columns, None for blanks. A comma does so unless every word is one number, 10 or 10,5."""
    if ";" in line:
        return ";"
    words = line.split()
    if "," in line and (len(words) == 1 or not all(map(ONE_NUMBER.fullmatch, words))):
        return ","
    return "\t" if "\t" in line.strip() else None


def _line_by_line(lines: list[tuple[int, str]], separator: str | None, file: File) -> Iterator[list[float]]:
    """An empty cell at a line's end is none; anywhere else it is a fault, or the cells behind it would change place."""
    width = 0
    for number, line in lines:
        cells = [cell.strip() for cell in line.split(separator)]
        if not cells[-1]:
            cells.pop()
        for cell in cells:
            if not _is_number(cell):
                _refuse(file, number, "number", cell[:20])
        if not LEAST_COLUMNS <= len(cells) <= MOST_COLUMNS or len(cells) != (width or len(cells)):
            _refuse(file, number, "columns", len(cells), width or LEAST_COLUMNS)
        width = len(cells)
        yield [float(cell) for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _check(numbers: FloatArray, lines: list[int], file: File) -> None:
    """The first row that breaks a rule is named, rule by rule."""
    frames, ids, sizes = numbers[:, 0], numbers[:, 1], numbers[:, 4:6]
    finite = np.isfinite(numbers)
    rules: tuple[tuple[TrackingReason, Any, FloatArray, int], ...] = (
        ("not_finite", ~finite.all(axis=1), np.argmin(finite, axis=1) + 1.0, 0),
        ("frame", (frames < 1) | (frames != np.floor(frames)), frames, 1),
        ("frames", frames > MOST_FRAMES, frames, MOST_FRAMES),
        ("no_id", ids == ANY_CLASS, ids, 0),
        ("id", (ids < 0) | (ids != np.floor(ids)) | (ids > MOST_ID), ids, 0),
        ("size", (sizes <= 0).any(axis=1), sizes.min(axis=1), 0),
        ("far", (np.abs(numbers[:, 2:6]) > FARTHEST_PX).any(axis=1), frames, int(FARTHEST_PX)),
    )
    for reason, bad, shown, limit in rules:
        if bad.any():
            row = int(np.argmax(bad))
            _refuse(file, lines[row], reason, f"{shown[row]:.10g}", limit)
    _check_crowding(numbers, lines, file)


def _check_crowding(numbers: FloatArray, lines: list[int], file: File) -> None:
    order = np.lexsort((numbers[:, 1], numbers[:, 0]))
    twice = (np.diff(numbers[order, 0]) == 0) & (np.diff(numbers[order, 1]) == 0)
    if twice.any():
        row = int(order[1:][twice].min())
        _refuse(file, lines[row], "duplicate", int(numbers[row, 1]), int(numbers[row, 0]))
    identities = len(np.unique(numbers[:, 1]))
    if identities > MOST_IDENTITIES:
        _refuse(file, 0, "identities", identities, MOST_IDENTITIES)
    crowd = int(np.unique(numbers[:, 0], return_counts=True)[1].max())
    if crowd > MOST_IN_FRAME:
        _refuse(file, 0, "crowded", crowd, MOST_IN_FRAME)


def _classes(numbers: FloatArray) -> FloatArray | None:
    """The eighth column where it holds classes: whole numbers from -1 on."""
    if numbers.shape[1] < 8:
        return None
    kinds = numbers[:, 7]
    return kinds if bool(((kinds == np.floor(kinds)) & (kinds >= ANY_CLASS) & (kinds < MOST_ID)).all()) else None


def _refuse(file: File, line: int, reason: TrackingReason, value: str | int = 0, limit: int = 0) -> NoReturn:
    raise TrackingTextInvalid(file=file, line=line, reason=reason, value=value, limit=limit)
