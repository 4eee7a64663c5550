"""Scores from a file: a column `truth` (a label, or several joined by |), then one score column a class."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from vizcore.errors import ScoresEntryInvalid, ScoresFileInvalid, ScoresTooLarge
from vizcore.metrics.classification.dataset import BoolArray, Kind, ScoreSet
from vizcore.results import FloatArray
from vizcore.settings import current

TRUTH, NAME = "truth", "name"
MOST_ROWS = 1_000_000
MOST_CELLS = 20_000_000
SEPARATOR = "|"


def read_scores(content: bytes) -> ScoreSet:
    """The scores of a CSV in UTF-8, columns separated by commas, or by semicolons with decimal commas.

    One score column: a binary question, its label is positive and every other truth negative. Several: exactly one of
    them is true, or, as soon as one truth holds a |, any number (an empty truth is then none). A column `name`, if
    there is one, names the examples. Errors: ScoresFileInvalid,
    ScoresEntryInvalid, ScoresTooLarge.
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
    truths = [str(each).strip() for each in table[TRUTH]]
    kind = _kind(truths, labels)
    truth = _truth(truths, labels, kind)
    names = tuple(str(each) for each in table[NAME]) if NAME in header else ()
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
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _header(text: str, separator: str) -> list[str]:
    """The first row's cells."""
    try:
        return [each.strip() for each in next(csv.reader(io.StringIO(text[:100_000]), delimiter=separator), [])]
    except csv.Error:
        raise ScoresFileInvalid(reason="columns") from None


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
        "decimal": "," if separator == ";" else ".",
        "header": None,
        "skiprows": 1,
        "names": header,
        "index_col": False,
        "keep_default_na": False,
        "na_values": {label: ["", "NaN", "nan", "NA"] for label in labels},
    }
    texts = {name: str for name in (TRUTH, NAME) if name in header}
    try:
        return pandas.read_csv(io.StringIO(text), dtype={**texts, **dict.fromkeys(labels, float)}, **options)
    except (ValueError, pandas.errors.ParserError):
        pass
    try:
        table = pandas.read_csv(io.StringIO(text), dtype=str, **options)
    except (ValueError, pandas.errors.ParserError):
        raise ScoresFileInvalid(reason="columns") from None
    raise ScoresEntryInvalid(reason="not_numbers", entry=_first_without_number(table, labels), label="")


def _first_without_number(table: Any, labels: Sequence[str]) -> int:
    for row, values in enumerate(table[list(labels)].itertuples(index=False), start=1):
        for value in values:
            try:
                float(str(value).replace(",", "."))
            except ValueError:
                return row
    return 0


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
    place = {label: column for column, label in enumerate(labels)}
    truth = np.zeros((len(truths), len(labels)), bool)
    for row, text in enumerate(truths):
        if not text and kind != "multilabel":
            raise ScoresEntryInvalid(reason="truth_empty", entry=row + 1, label="")
        for name in text.split(SEPARATOR) if kind == "multilabel" else [text]:
            column = place.get(name.strip())
            if column is not None:
                truth[row, column] = True
            elif name.strip() and kind != "binary":
                raise ScoresEntryInvalid(reason="unknown_label", entry=row + 1, label=name.strip()[:60])
    return truth


def scores_csv(data: ScoreSet) -> Iterator[dict[str, str | int | float | None]]:
    """The rows that `read_scores` reads the same, by column, one after the other."""
    other = "" if data.kind == "multilabel" else "other"
    for row in range(len(data)):
        true = [label for label, on in zip(data.labels, data.truth[row], strict=True) if on]
        line: dict[str, str | int | float | None] = {TRUTH: SEPARATOR.join(true) or other}
        if data.names:
            line[NAME] = data.names[row]
        yield {**line, **dict(zip(data.labels, map(float, data.scores[row]), strict=True))}
