"""Is one enlargement as good as SAM's two, and does the stability score say what SAM's says?"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from segment_anything.utils.amg import calculate_stability_score

from tests.segmentation.tiny_sam import small_vit_sam
from tests.tiny_models import noise_photo
from vizcore.preprocessing.geometry import Placement
from vizcore.segmentation.upsampling import LARGE_PIXELS, enlarged, masks_of, picture_part, stability, stability_working
from vizcore.zoo.prompting import EncodedPhoto
from vizcore.zoo.sam_models import longest_side_resized


def blobs(cells: int, seed: int = 0) -> torch.Tensor:
    """Four smooth random logits (4, 1, cells, cells) with borders as long as those of photographed things."""
    rng = np.random.default_rng(seed)
    fields = [gaussian_filter(rng.normal(size=(cells, cells)), cells / 16) for _ in range(4)]
    return torch.tensor(np.stack([5 * field / field.std() for field in fields]), dtype=torch.float32)[:, None]


@pytest.mark.parametrize("size_hw", [(150, 200), (480, 640), (301, 97), (900, 1200)])
@pytest.mark.parametrize(("side", "cells", "least"), [(1024, 256, 0.9995), (256, 64, 0.997)])
def test_one_enlargement_gives_the_masks_of_two(side: int, cells: int, least: float, size_hw: tuple[int, int]) -> None:
    sam, logits = small_vit_sam(), blobs(cells)
    sam.image_encoder.img_size = side
    _, placement = longest_side_resized(noise_photo(*size_hw), side)
    theirs = sam.postprocess_masks(logits, placement.model_hw, size_hw) > 0
    ours = enlarged(logits, EncodedPhoto((), placement, (side, side))) > 0
    assert ours.shape == theirs.shape == (4, 1, *size_hw)
    shared, either = (ours & theirs).sum((-2, -1)), (ours | theirs).sum((-2, -1))
    assert float((shared / either.clamp(min=1)).min()) >= least


@pytest.mark.parametrize("size_hw", [(1500, 2000), (2100, 990), (20_000, 101), (101, 20_000), (300, 400)])
@pytest.mark.parametrize(("side", "cells"), [(1024, 256), (256, 64)])
def test_masks_made_row_by_row_are_those_of_the_enlarged_logits(
    side: int, cells: int, size_hw: tuple[int, int]
) -> None:
    assert (size_hw[0] * size_hw[1] >= LARGE_PIXELS) == (size_hw != (300, 400)), "both ways are among the sizes"
    _, placement = longest_side_resized(noise_photo(*size_hw), side)
    encoded = EncodedPhoto((), placement, (side, side))
    logits = blobs(cells)[:, 0]
    logits[3] = -1.0
    ours, expected = masks_of(logits, encoded), (enlarged(logits, encoded) > 0).numpy()
    assert ours.shape == expected.shape == (4, *size_hw)
    assert (ours != expected).mean() < 1e-6, "rounding on the very border"
    assert not ours[3].any()


def test_logits_as_large_as_the_photo_come_back_as_they_are() -> None:
    logits = torch.arange(12.0).reshape(1, 3, 4)
    encoded = EncodedPhoto((), Placement((1.0, 1.0), (0.0, 0.0), (3, 4), (3, 4)), (3, 4))
    torch.testing.assert_close(enlarged(logits, encoded), logits)


def test_padding_is_not_picture() -> None:
    encoded = EncodedPhoto((), Placement((1.0, 1.0), (0.0, 0.0), (5, 8), (5, 8)), (8, 8))
    assert picture_part(torch.zeros(2, 8, 8), encoded).shape == (2, 5, 8)
    assert picture_part(torch.zeros(2, 4, 4), encoded).shape == (2, 3, 4), "half a cell of picture is picture"


def test_stability_by_hand_and_by_the_official_function() -> None:
    logits = torch.tensor([[[2.0, 0.5], [-0.5, -2.0]], [[9.0, 9.0], [9.0, -9.0]], [[-9.0, -9.0], [-9.0, -9.0]]])
    assert stability(logits).tolist() == pytest.approx([1 / 3, 1.0, 0.0])
    large = blobs(64)[:, 0]
    torch.testing.assert_close(stability(large), calculate_stability_score(large, 0.0, 1.0))


def test_stability_is_what_its_working_divides() -> None:
    encoded = EncodedPhoto((), Placement((1.0, 1.0), (0.0, 0.0), (2, 2), (2, 2)), (3, 2))
    logits = np.array([[2.0, 0.5], [-0.5, -2.0], [9.0, 9.0]])  # the last row is padding
    found = stability_working(logits, encoded)
    assert (found.inner, found.outer, found.rows, found.columns) == (1, 3, 2, 2)
    assert found.stability == pytest.approx(float(stability(torch.from_numpy(logits[:2]))))
    assert found.stability == 1 / 3
    assert stability_working(np.full((3, 2), -9.0), encoded).stability == 0
