"""Run lengths: by hand, against pycocotools byte for byte, and what is wrong with a text."""

from __future__ import annotations

import numpy as np
import pytest
from pycocotools import mask as official

from vizcore.segmentation.rle import compress, decompress, encode, from_coco, iou_matrix, of_counts

BY_HAND = {
    "starts with zeros": ([0, 0, 1, 1, 1, 0, 1], [2, 3, 1, 1]),
    "starts with ones": ([1, 1, 1, 1, 1, 1, 0], [0, 6, 1]),
    "empty": ([0, 0, 0], [3]),
    "full": ([1, 1], [0, 2]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_runs_by_hand(name: str) -> None:
    column, counts = BY_HAND[name]
    mask = np.array(column, bool)[:, None]
    assert encode(mask).counts.tolist() == counts
    np.testing.assert_array_equal(encode(mask).decode(), mask)


def test_columns_come_before_rows() -> None:
    mask = np.array([[0, 1], [0, 1], [1, 0]], bool)
    assert encode(mask).counts.tolist() == [2, 3, 1]
    assert encode(mask).box_xyxy() == (0, 0, 2, 3)
    assert encode(mask).area == 3


def random_mask(rng: np.random.Generator) -> np.ndarray:
    height, width = (int(side) for side in rng.integers(1, 90, 2))
    kind = rng.integers(4)
    if kind == 0:
        return rng.random((height, width)) < rng.random()
    if kind == 1:
        return np.full((height, width), bool(rng.integers(2)))
    y, x = np.mgrid[:height, :width]
    disc = (y - height * rng.random()) ** 2 + (x - width * rng.random()) ** 2 < (rng.random() * 60) ** 2
    return disc if kind == 2 else ~disc


def test_600_random_masks_are_pycocotools_byte_for_byte() -> None:
    rng = np.random.default_rng(0)
    for _ in range(600):
        mask = random_mask(rng)
        theirs = official.encode(np.asfortranarray(mask.astype(np.uint8)))
        ours = encode(mask)
        assert ours.to_coco() == {"size": list(mask.shape), "counts": theirs["counts"].decode()}
        assert ours.area == official.area(theirs)
        x, y, width, height = official.toBbox(theirs)
        assert ours.box_xyxy() == (x, y, x + width, y + height)
        assert (
            from_coco(ours.to_coco()) == ours == of_counts(ours.counts, mask.shape) == encode(np.asfortranarray(mask))
        )
        np.testing.assert_array_equal(ours.decode(), mask)
        np.testing.assert_array_equal(official.decode({**ours.to_coco(), "counts": theirs["counts"]}), mask)


def test_long_runs_and_negative_differences() -> None:
    counts = np.array([5, 70_000, 3, 1_000_000, 1, 2, 400_000_000])
    assert decompress(compress(counts)).tolist() == counts.tolist()
    assert compress(np.zeros(0, np.int64)) == ""
    assert decompress("").tolist() == []


def test_iou_matrix_is_pycocotools() -> None:
    rng = np.random.default_rng(1)
    masks = [np.asarray(rng.random((60, 80)) < rng.random()) for _ in range(8)]
    masks += [np.zeros((60, 80), bool), np.ones((60, 80), bool)]
    for mask in masks[:4]:
        mask[:, :40] = False
    rles = [encode(mask) for mask in masks]
    theirs = [official.encode(np.asfortranarray(mask.astype(np.uint8))) for mask in masks]
    expected = official.iou(theirs[:6], theirs, [0] * len(theirs))
    np.testing.assert_allclose(iou_matrix(rles[:6], rles), expected, atol=1e-12)
    by_pixels = [[(a & b).sum() / max(1, (a | b).sum()) for b in masks] for a in masks]
    np.testing.assert_allclose(iou_matrix(rles, rles), by_pixels)
    np.testing.assert_allclose(iou_matrix(rles, rles), iou_matrix(rles, rles).T)


def test_iou_with_nobody_is_an_empty_matrix() -> None:
    one = encode(np.ones((3, 4), bool))
    assert iou_matrix([], [one]).shape == (0, 1)
    assert iou_matrix([one], []).shape == (1, 0)
    assert iou_matrix([encode(np.zeros((3, 4), bool))], [encode(np.zeros((3, 4), bool))]).tolist() == [[0.0]]


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="masks of one size"):
        iou_matrix([encode(np.ones((3, 4), bool))], [encode(np.ones((4, 3), bool))])


@pytest.mark.parametrize("counts", [[3, 4], [-1, 13], [13]])
def test_counts_must_fill_the_mask(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="run lengths"):
        of_counts(counts, (3, 4))


@pytest.mark.parametrize("text", ["P", "é1", "0 ", "o" * 40 + "0"])
def test_a_text_that_is_no_rle(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        from_coco({"size": [3, 4], "counts": text})


def test_uncompressed_counts_and_bytes_are_read() -> None:
    mask = np.zeros((5, 7), bool)
    mask[1:4, 2:6] = True
    for counts in (encode(mask).counts.tolist(), encode(mask).to_coco()["counts"].encode()):
        np.testing.assert_array_equal(from_coco({"size": [5, 7], "counts": counts}).decode(), mask)


def test_only_bool_masks() -> None:
    with pytest.raises(ValueError, match="expected a bool mask"):
        encode(np.zeros((3, 4), np.uint8))  # type: ignore[arg-type]


def test_a_mask_without_pixels() -> None:
    assert encode(np.zeros((0, 4), bool)).area == 0
    assert encode(np.zeros((0, 4), bool)).decode().shape == (0, 4)
