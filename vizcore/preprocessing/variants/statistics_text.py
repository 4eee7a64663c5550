"""How are a tensor's statistics written, and what do numbers say that somebody has pasted?"""

from __future__ import annotations

import re

from vizcore.errors import StatisticsInvalid
from vizcore.preprocessing.variants.statistics import TensorStatistics

ROWS = ("min", "max", "mean", "std")
NUMBER = re.compile(  # none that ends a word, as in float32; those that are no numbers too, which is a finding
    r"(?<![\w.])[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|(?:nan|inf|infinity)\b)", re.IGNORECASE
)
WITH_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
BESIDE_TENSORS = re.compile(r"\b(?:device|dtype|requires_grad|grad_fn)\s*=\s*(?:'[^']*'|<[^>]*>|[\w.]+)")
MINUS = "\N{MINUS SIGN}"
BESIDE_NUMBERS = re.compile(r"[\[\](){}=:;]")


def text_of(statistics: TensorStatistics) -> str:
    """Four lines: min, max, mean and std, one number for each channel with three places."""
    rows = (statistics.least, statistics.most, statistics.mean, statistics.deviation)
    return "\n".join(" ".join([name, *(f"{value:.3f}" for value in row)]) for name, row in zip(ROWS, rows, strict=True))


def parse_statistics(text: str) -> TensorStatistics:
    """Four lines min, max, mean, std in any order, or twelve numbers in that one. Error: StatisticsInvalid.

    Between blanks a comma is the decimal sign (0,1 0,2); a text in which it could be that or a separator is refused.
    Tensors are read as NumPy and torch print them; nan and inf are numbers here.
    """
    text = BESIDE_TENSORS.sub(" ", text.replace(MINUS, "-"))
    rows = {}
    for line in text.splitlines():
        words = line.split()
        if words and (name := words[0].lower().strip(":=,")) in ROWS:
            rows[name] = line[len(words[0]) :]
    named = {name: _numbers(row) for name, row in rows.items()}
    if not named:
        flat = _numbers(text)
        named = {name: flat[3 * place : 3 * place + 3] for place, name in enumerate(ROWS)} if len(flat) == 12 else {}
    signs = {sign for row in (rows.values() or [text]) for sign in _decimal_signs(row)}
    if set(named) != set(ROWS) or len({len(row) for row in named.values()}) != 1 or not named["min"] or len(signs) > 1:
        raise StatisticsInvalid(found=len(NUMBER.findall(text)))
    least, most, mean, deviation = (tuple(named[name]) for name in ROWS)
    if any(low > high for low, high in zip(least, most, strict=True)) or any(each < 0 for each in deviation):
        raise StatisticsInvalid(found=len(NUMBER.findall(text)))
    return TensorStatistics(least, most, mean, deviation)


def _numbers(row: str) -> list[float]:
    return [float(each) for each in NUMBER.findall(row.replace(",", ".") if "," in _decimal_signs(row) else row)]


def _decimal_signs(row: str) -> set[str]:
    """What a row's numbers have before their decimals: nothing, a point, a comma, or both where that is unclear."""
    words = [word for word in BESIDE_NUMBERS.sub(" ", row).split() if any(map(str.isdigit, word))]
    if not any(WITH_COMMA.fullmatch(word.strip(",")) for word in words):
        return {"."} if "." in row else set()
    return {","} if all(map(WITH_COMMA.fullmatch, words)) else {",", "."}
