"""How are a tensor's statistics written, and what do numbers say that somebody has pasted?"""

from __future__ import annotations

import re

from vizcore.errors import StatisticsInvalid
from vizcore.preprocessing.variants.statistics import TensorStatistics

ROWS = ("min", "max", "mean", "std")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def text_of(statistics: TensorStatistics) -> str:
    """Four lines: min, max, mean and std, one number for each channel with three places."""
    rows = (statistics.least, statistics.most, statistics.mean, statistics.deviation)
    return "\n".join(" ".join([name, *(f"{value:.3f}" for value in row)]) for name, row in zip(ROWS, rows, strict=True))


def parse_statistics(text: str) -> TensorStatistics:
    """Four lines min, max, mean, std in any order, or twelve numbers in that one. Error: StatisticsInvalid."""
    named = {}
    for line in text.splitlines():
        words = line.split()
        if words and (name := words[0].lower().strip(":=,")) in ROWS:
            named[name] = _numbers(line[len(words[0]) :])
    if not named:
        flat = _numbers(text)
        named = {name: flat[3 * place : 3 * place + 3] for place, name in enumerate(ROWS)} if len(flat) == 12 else {}
    if set(named) != set(ROWS) or len({len(row) for row in named.values()}) != 1 or not named["min"]:
        raise StatisticsInvalid(found=len(_numbers(text)))
    least, most, mean, deviation = (tuple(named[name]) for name in ROWS)
    if any(low > high for low, high in zip(least, most, strict=True)) or min(deviation) < 0:
        raise StatisticsInvalid(found=len(_numbers(text)))
    return TensorStatistics(least, most, mean, deviation)


def _numbers(text: str) -> list[float]:
    return [float(each) for each in NUMBER.findall(text)]
