"""Scores from a file: a column `truth` (a label, or several joined by |), then one score column a class."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from vizcore.errors import ScoresEntryInvalid, ScoresFileInvalid, ScoresTooLarge
from vizcore.formula_guard import unguarded
from vizcore.metrics.classification.dataset import BoolArray, Kind, ScoreSet
from vizcore.results import FloatArray
from vizcore.settings import current

TRUTH, NAME = "truth", "name"
MOST_ROWS = 1_000_000
MOST_CELLS = 20_000_000
SEPARATOR = "|"
SURPLUS = 0  # the name of a column behind the last one that is named
YES_OF_NO = {"0": "1", "false": "true"}  # binary truths that stand for any label


def read_scores(content: bytes) -> ScoreSet:
    """The scores of a CSV in UTF-8, columns separated by commas, or by semicolons with decimal commas or points.

    One score column: a binary question, its label is positive and every other truth negative, or the truths are 1 and
    0, true and false. Several: exactly one of them is true, or, as soon as one truth holds a |, any number (an empty
    truth is then none). A column `name`, if there is one, names the examples. Labels are compared as they look, however
    their accents are encoded. Errors: ScoresFileInvalid, ScoresEntryInvalid, ScoresTooLarge.
    """
    limit = current().evaluation_limit_mb
    if len(content) > limit * 1e6:
        raise ScoresTooLarge(reason="megabytes", limit=limit, actual=round(len(content) / 1e6, 1))
    if (rows := content.count(b"\n")) > MOST_ROWS + 1:
        raise ScoresTooLarge(reason="rows", limit=MOST_ROWS, actual=rows)
    text = _decoded(content)
    separator = _separator(text)
    header = _header(text, separator)
    labels = _labels(header)
    table = _table(text, separator, header, labels)
    if not len(table):
        raise ScoresFileInvalid(reason="no_rows")
    scores = _finite(np.column_stack([table[label].to_numpy(np.float64) for label in labels]))
    truths = [_composed(str(each)) for each in table[TRUTH]]
    kind = _kind(truths, labels)
    truth = _truth(truths, labels, kind)
    names = tuple(_composed(str(each)) for each in table[NAME]) if NAME in header else ()
    return ScoreSet(scores, truth, tuple(labels), kind, names)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScoresFileInvalid(reason="encoding") from None
    if "\0" in text:
        raise ScoresFileInvalid(reason="encoding")
    return text


def _separator(text: str) -> str:
    """The sign that cuts a column `truth` out of the first row; where both do or none, the more frequent one."""
    naming = [sign for sign in (",", ";") if _names_truth(text, sign)]
    first = text.partition("\n")[0]
    return naming[0] if len(naming) == 1 else ";" if first.count(";") > first.count(",") else ","


def _names_truth(text: str, separator: str) -> bool:
    try:
        return TRUTH in _header(text, separator)
    except ScoresFileInvalid:
        return False


def _header(text: str, separator: str) -> list[str]:
    """The first row's cells."""
    try:
        return [_composed(each) for each in next(csv.reader(io.StringIO(text[:100_000]), delimiter=separator), [])]
    except csv.Error:
        raise ScoresFileInvalid(reason="columns") from None


def _composed(label: str) -> str:
    """As it looks: accents with their letters, without the apostrophe that keeps a table program from reckoning."""
    return unguarded(unicodedata.normalize("NFC", label.strip()))


def _labels(header: Sequence[str]) -> list[str]:
    if TRUTH not in header:
        raise ScoresFileInvalid(reason="truth_missing")
    labels = [each for each in header if each not in (TRUTH, NAME)]
    if not labels:
        raise ScoresFileInvalid(reason="no_scores")
    if len(set(header)) != len(header) or "" in header:
        raise ScoresFileInvalid(reason="columns")
    return labels


def _table(text: str, separator: str, header: list[str], labels: list[str]) -> Any:
    import pandas

    if text.count("\n") * len(labels) > MOST_CELLS:
        raise ScoresTooLarge(reason="cells", limit=MOST_CELLS, actual=text.count("\n") * len(labels))
    options: dict[str, Any] = {
        "sep": separator,
        "header": None,
        "skiprows": 1,
        "names": [*header, SURPLUS],
        "index_col": False,
        "keep_default_na": False,
        "na_values": {label: ["", "NaN", "nan", "NA"] for label in labels},
    }
    if _too_long(islice(_cells(text, separator), 1), len(header)):
        raise ScoresEntryInvalid(reason="surplus", entry=1, label="")  # Pandas would cut all rows to its length
    texts = {name: str for name in options["names"] if name not in labels}
    signs = (",", ".") if separator == ";" else (".",)
    for sign in signs:
        try:
            types = {**texts, **dict.fromkeys(labels, float)}
            table = pandas.read_csv(io.StringIO(text), dtype=types, decimal=sign, **options)
        except (ValueError, pandas.errors.ParserError):
            continue
        return _without_surplus(table)
    try:
        table = pandas.read_csv(io.StringIO(text), dtype=str, **options)
    except (ValueError, pandas.errors.ParserError):
        raise _unreadable(text, separator, len(header)) from None
    cells = _without_surplus(table)[labels]
    row = max(_first_without_number(cells, sign) for sign in signs)
    raise ScoresEntryInvalid(reason="not_numbers", entry=row, label="")


def _cells(text: str, separator: str) -> Iterator[list[str]]:
    """The cells of each row below the first that is not blank."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    next(rows, None)
    return filter(None, rows)


def _too_long(rows: Iterator[list[str]], width: int) -> int:
    """The number from 1 of the first row with more cells than there are names (one that is empty is passed over), or
    0."""
    wrong = (number for number, cells in enumerate(rows, 1) if len(cells) > width + 1 or any(cells[width:]))
    try:
        return next(wrong, 0)
    except csv.Error:
        return 0


def _without_surplus(table: Any) -> Any:
    surplus = table.pop(SURPLUS).fillna("").to_numpy() != ""
    if surplus.any():
        raise ScoresEntryInvalid(reason="surplus", entry=int(np.argmax(surplus)) + 1, label="")
    return table


def _unreadable(text: str, separator: str, width: int) -> ScoresEntryInvalid | ScoresFileInvalid:
    if row := _too_long(_cells(text, separator), width):
        return ScoresEntryInvalid(reason="surplus", entry=row, label="")
    return ScoresFileInvalid(reason="columns")


def _first_without_number(cells: Any, sign: str) -> int:
    """The number from 1 of the first row with a cell that is no number with this decimal sign."""
    import pandas

    signs = str.maketrans({sign: ".", ".": "." if sign == "." else "?"})
    numbers = cells.apply(lambda column: pandas.to_numeric(column.str.translate(signs), errors="coerce"))
    return int(np.argmax((numbers.isna() & cells.notna()).to_numpy().any(axis=1))) + 1


def _finite(scores: FloatArray) -> FloatArray:
    bad = np.flatnonzero(~np.isfinite(scores).all(axis=1))
    if len(bad):
        raise ScoresEntryInvalid(reason="not_finite", entry=int(bad[0]) + 1, label="")
    return scores


def _kind(truths: Sequence[str], labels: Sequence[str]) -> Kind:
    if len(labels) == 1:
        return "binary"
    return "multilabel" if any(SEPARATOR in each for each in truths) else "multiclass"


def _truth(truths: Sequence[str], labels: Sequence[str], kind: Kind) -> BoolArray:
    if kind != "multilabel" and "" in truths:
        raise ScoresEntryInvalid(reason="truth_empty", entry=truths.index("") + 1, label="")
    if kind == "binary":
        return _binary_truth(truths, labels[0])[:, None]
    place = {label: column for column, label in enumerate(labels)}
    truth = np.zeros((len(truths), len(labels)), bool)
    for row, text in enumerate(truths):
        for name in text.split(SEPARATOR) if kind == "multilabel" else [text]:
            column = place.get(name.strip())
            if column is not None:
                truth[row, column] = True
            elif name.strip():
                raise ScoresEntryInvalid(reason="unknown_label", entry=row + 1, label=name.strip()[:60])
    return truth


def _binary_truth(truths: Sequence[str], label: str) -> BoolArray:
    """Which truths are this label, or say yes; truths that do neither anywhere are those of another column."""
    words = [each.casefold() for each in truths]
    for no, yes in YES_OF_NO.items():
        if set(words) <= {no, yes}:
            positive = label.casefold() if label.casefold() in (no, yes) else yes
            return np.array([word == positive for word in words], bool)
    if label not in truths:
        raise ScoresEntryInvalid(reason="unknown_label", entry=1, label=truths[0][:60])
    return np.array([each == label for each in truths], bool)


def scores_csv(data: ScoreSet) -> Iterator[dict[str, str | int | float | None]]:
    """The rows that `read_scores` reads the same, by column, one after the other."""
    other = _negative(data) if data.kind == "binary" else ""
    for row in range(len(data)):
        true = [label for label, on in zip(data.labels, data.truth[row], strict=True) if on]
        marked = SEPARATOR.join(true) + (SEPARATOR if data.kind == "multilabel" else "")
        line: dict[str, str | int | float | None] = {TRUTH: marked or other}
        if data.names:
            line[NAME] = data.names[row]
        yield {**line, **dict(zip(data.labels, map(float, data.scores[row]), strict=True))}


def _negative(data: ScoreSet) -> str:
    """A truth that `read_scores` takes as negative: not the label, and 0 or 1 where the label is not among the
    truths."""
    label = data.labels[0]
    if data.truth.any():
        return "none" if label == "other" else "other"
    return "1" if label == "0" else "0"
