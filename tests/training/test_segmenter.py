"""What `sam-mini` is taught: truths by size, the least loss of an order, masks that are told apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.evaluate_segmenter import interval
from training.prompt_batches import ask, at_most_three, distinct, joined
from training.segmenter_losses import mask_losses, ordered_loss, true_iou
from training.segmenter_views import _numbered


def test_one_truth_goes_to_the_best_mask_and_two_keep_their_order() -> None:
    losses = torch.tensor([[5.0, 2.0, 3.0], [1.0, 9.0, 4.0], [7.0, 7.0, 6.0]]).expand(3, 3, 3)
    found = ordered_loss(losses, torch.tensor([1, 2, 3]))
    assert found[0] == 2
    assert found[1] == 3  # the smaller truth to mask 1, the larger to mask 2: (2 + 4) / 2; (2 + 1) would be backwards
    assert found[2] == (5 + 9 + 6) / 3


def test_losses_are_torchs_own_cross_entropy_and_a_soft_jaccard_by_hand() -> None:
    torch.manual_seed(0)
    logits, targets = torch.randn(2, 3, 4, 4), torch.rand(2, 2, 4, 4)
    found = mask_losses(logits, targets)
    share, wanted = logits[1, 2].sigmoid(), targets[1, 0]
    shared = (share * wanted).sum()
    jaccard = 1 - (shared + 0.5) / (share.sum() + wanted.sum() - shared + 0.5)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits[1, 2], wanted)
    assert found.shape == (2, 2, 3)
    assert float(found[1, 0, 2]) == pytest.approx(float(entropy + 3 * jaccard), rel=1e-5)


def test_true_iou_of_halves() -> None:
    wanted = torch.zeros(1, 2, 4)
    wanted[:, 0] = 1
    logits = torch.full((1, 2, 2, 4), -1.0)
    logits[:, 0, :, :2] = 1
    assert true_iou(logits, wanted).tolist() == [[pytest.approx(2 / 6), 0]]


def test_truths_of_a_click_come_from_every_map_by_size() -> None:
    garment, person = np.zeros((320, 320), np.uint8), np.zeros((320, 320), np.uint8)
    garment[100:150, 100:150], garment[150:200, 100:150] = 1, 2
    person[50:300, 80:180] = 1
    for seed in range(8):
        truths, place, (x, y), box = ask([garment, person], np.random.default_rng(seed))
        sizes = [int(mask.sum()) for mask in truths]
        assert sizes == ([2500, 25000] if garment[int(y), int(x)] else [25000])
        assert all(mask[int(y), int(x)] for mask in truths)
        width = 50 if sizes[place] == 2500 else 100
        assert abs(box[2] - box[0] - width) <= 0.2 * width


def test_alike_truths_are_one_and_of_many_three_are_kept() -> None:
    masks = [np.arange(100) < end for end in (10, 40, 42, 60, 90)]
    kept = distinct(masks)
    assert [int(mask.sum()) for mask in kept] == [10, 40, 60, 90]
    assert [int(m.sum()) for m in at_most_three(kept, kept[0])] == [10, 60, 90]
    assert [int(m.sum()) for m in at_most_three(kept, kept[1])] == [10, 40, 90]


def test_a_region_alone_has_no_neighbour() -> None:
    labels = np.zeros((9, 9), np.uint8)
    labels[2:5, 2:5] = 7
    assert joined(labels, labels == 7, np.random.default_rng(0)) == []


def test_small_regions_are_not_asked_for() -> None:
    labels = np.zeros((160, 320), np.int32)
    labels[:, :101], labels[50:59, 200:209] = 900, 300
    found = _numbered(labels)
    assert (found.shape, found.max(), int((found == 1).sum())) == ((416, 416), 1, 208 * 132)


def test_interval_over_photos_is_wider_than_over_their_alike_objects() -> None:
    rng = np.random.default_rng(0)
    of_photo = rng.random(40)
    scores = {"box": np.repeat(of_photo, 10), "photo": np.repeat(np.arange(40), 10)}
    low, high = interval(scores, lambda s: float(s["box"].mean()))
    assert low < of_photo.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * of_photo.std() / 40**0.5, rel=0.15)
