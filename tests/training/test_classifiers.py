"""What one batch teaches `cnn-mini` and `vit-mini`: labels, sets of labels, and the teacher's soft answers."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from training.average_runs import mean
from training.batches import DEVIATION, MEAN, Batch
from training.distillation import blended_loss, follow_loss
from training.losses import TEACHER_OUTPUTS, ClassificationCriterion, known_sets, partial_label_loss, species_loss
from training.packs import CAT, DOG, ClassTable, NaturalPhotos, SoftAnswers, Thumbnails, read_soft_answers
from training.student import Student, as_shipped, grow_vit
from training.thumbnail_teacher import FROZEN_STAGES, as_published
from training.train_classifiers import least_area_at, size_at
from vizcore.zoo.bundled.mini_classifiers import CLASS_COUNT, INPUT_SIZE
from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
from vizcore.zoo.load import load_model

NOBODY_KNOWS = 255
CLASSES = ClassTable([str(i) for i in range(CLASS_COUNT)], np.arange(CLASS_COUNT) + 200, cats=[0, 1], dogs=[2])


def photos(label: list[int], species: list[int]) -> NaturalPhotos:
    rgb = [np.zeros((160, 160, 3), np.uint8)] * len(label)
    return NaturalPhotos(rgb, np.array(label), np.array(species, np.uint8))


def test_some_cat_is_the_sum_over_cats_and_nothing_known_is_no_loss() -> None:
    allowed = known_sets(photos([-1, -1, 5], [CAT, NOBODY_KNOWS, CAT]), CLASSES)
    assert [row.nonzero().flatten().tolist() for row in allowed] == [[0, 1], [], [5]]
    logits = torch.zeros(3, CLASS_COUNT)
    expected = (np.log(CLASS_COUNT / 2) + 0 + np.log(CLASS_COUNT)) / 3
    assert float(partial_label_loss(logits, allowed)) == pytest.approx(expected, rel=1e-5)


def test_telling_cats_from_dogs_counts_only_what_falls_on_them() -> None:
    allowed = known_sets(photos([-1, -1, -1, 5, 2], [CAT, DOG, NOBODY_KNOWS, CAT, DOG]), CLASSES)
    logits = torch.zeros(5, CLASS_COUNT)
    logits[:, 50] = 9.0  # what else the network sees changes nothing
    cat, dog, named_dog = np.log(3 / 2), np.log(3), np.log(3)
    assert float(species_loss(logits, allowed, [0, 1], [2])) == pytest.approx((cat + dog + named_dog) / 5, rel=1e-5)


def test_the_teachers_answer_is_folded_onto_our_classes_and_given_whole_to_the_extra_head() -> None:
    answers = SoftAnswers(np.array([[203, 7]]), np.log(np.array([[0.75, 0.25]])).astype(np.float16))
    thumbs = Thumbnails(np.zeros((1, 64, 64, 3), np.uint8), np.array([4]))
    given = photos([-1], [NOBODY_KNOWS])
    criterion = ClassificationCriterion(thumbs, given, CLASSES, answers, torch.Generator())
    batch = Batch(torch.zeros(2, 3, 8, 8, dtype=torch.uint8), 1, np.array([0]), np.array([0]))
    _, targets = criterion.pixels_and_targets(batch, mix=False)
    assert targets.argmax(1).tolist() == [4]
    torch.manual_seed(0)
    logits, extra = torch.randn(2, CLASS_COUNT), torch.randn(2, TEACHER_OUTPUTS)
    thumb = F.cross_entropy(logits[:1], torch.tensor([4]), label_smoothing=0.1)
    folded = -0.75 * logits[1].log_softmax(0)[3]
    whole = -(0.75 * extra[1].log_softmax(0)[203] + 0.25 * extra[1].log_softmax(0)[7])
    expected = 0.5 * thumb + 0.5 * (folded + 0.5 * whole)
    assert float(criterion.loss((logits, extra), batch, targets)) == pytest.approx(float(expected), rel=1e-3)


def test_a_teacher_followed_on_thumbnails_leaves_what_photos_teach_alone() -> None:
    torch.manual_seed(0)
    parts = (torch.tensor(0.8), torch.tensor(0.6))
    logits, teacher = torch.randn(4, CLASS_COUNT), torch.randn(4, CLASS_COUNT)
    everywhere = blended_loss(parts, logits, teacher, 3, thumbnails_only=False)
    assert float(everywhere) == pytest.approx(0.7 + float(follow_loss(logits, teacher)), rel=1e-5)
    only = blended_loss(parts, logits, teacher, 3, thumbnails_only=True)
    assert float(only) == pytest.approx(0.4 + 0.6 + 0.75 * float(follow_loss(logits[:3], teacher[:3])), rel=1e-5)
    teacher[3] = torch.randn(CLASS_COUNT)
    assert blended_loss(parts, logits, teacher, 3, thumbnails_only=True).equal(only)


def test_soft_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    ids, logits = np.array([[999, 0]], np.int16), np.array([[3.5, -1.0]], np.float16)
    np.savez(tmp_path / "answers.npz", ids=ids, logits=logits)
    found = read_soft_answers(tmp_path / "answers.npz")
    assert found.ids.dtype == np.int64  # as scatter_ wants them
    assert (found.ids.tolist(), found.logits.tolist()) == (ids.tolist(), logits.tolist())


def test_the_mean_of_two_runs_is_halfway_and_counts_as_the_second() -> None:
    first = {"w": torch.tensor([0.0, 2.0], dtype=torch.float16), "n": torch.tensor(3)}
    found = mean(first, {"w": torch.tensor([1.0, 4.0]), "n": torch.tensor(7)})
    assert found["w"].tolist() == [0.5, 3.0]
    assert found["n"].item() == 7
    with pytest.raises(KeyError, match="other"):
        mean({"other": torch.zeros(2)}, {"w": torch.zeros(2)})


def test_pictures_grow_from_96_px_to_the_size_that_is_asked_for() -> None:
    asked = Namespace(small_share=0.5, last_share=0.12, last_size=INPUT_SIZE, least_area=0.35, last_area=0.7)
    assert [size_at(progress, asked) for progress in (0.25, 0.5, 0.51, 0.88)] == [96, 96, 128, 128]
    assert size_at(0.89, asked) == size_at(1.0, asked) == INPUT_SIZE
    assert [least_area_at(size, asked) for size in (96, 128, INPUT_SIZE, 144)] == [0.35, 0.4, 0.7, 0.7]
    assert least_area_at(128, Namespace(least_area=0.5, last_area=0.6)) == 0.5


def test_a_grown_vit_keeps_everything_but_the_grid_of_its_positions() -> None:
    torch.manual_seed(0)
    small = Student("vit-mini", 96)
    large = grow_vit(small, INPUT_SIZE)
    before, after = small.model.state_dict(), large.model.state_dict()
    changed = {
        name for name in before if before[name].shape != after[name].shape or not before[name].equal(after[name])
    }
    assert changed == {"encoder.pos_embedding"}
    assert after["encoder.pos_embedding"].shape == (1, (INPUT_SIZE // 16) ** 2 + 1, 192)
    assert after["encoder.pos_embedding"][:, 0].equal(before["encoder.pos_embedding"][:, 0])
    assert as_shipped(grow_vit(small, 128)).model.image_size == INPUT_SIZE
    assert large(torch.rand(2, 3, INPUT_SIZE, INPUT_SIZE))[0].shape == (2, CLASS_COUNT)


def test_the_thumbnails_teacher_begins_as_the_published_network_and_learns_after_stride_8() -> None:
    rgb = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    ours = torch.tensor([3, 700, *range(100, 100 + CLASS_COUNT - 2)])
    published: Any = load_model(PACKAGED_CARDS[0], "cpu")
    teacher = as_published(ours).eval()
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
    with torch.no_grad():
        torch.testing.assert_close(
            teacher((rgb - mean) / deviation), published.module(2 * rgb - 1)[:, ours], rtol=1e-4, atol=1e-4
        )

    teacher(rgb).sum().backward()
    learning = [p.grad is not None for p in teacher.network.blocks.parameters()]
    early = sum(1 for _ in teacher.network.blocks[:FROZEN_STAGES].parameters())
    assert learning == [False] * early + [True] * (len(learning) - early)
    assert len(teacher.trained()) == sum(p.grad is not None for p in teacher.parameters())
