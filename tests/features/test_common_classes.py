"""Answers of models with different classes, shared out among those that all know: by hand, and softmax again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vizcore.features.cat_or_dog import breeds, cat_or_dog
from vizcore.features.common_classes import common_classes, restricted
from vizcore.results import Classification, Provenance
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS

MANY = ("tabby", "tiger cat", "crane", "crane", "golden retriever")
FEW = ("golden retriever", "tabby, tabby cat", "zebra", "crane")


def classified(labels: tuple[str, ...], logits: list[float]) -> Classification:
    values = np.array(logits)
    shares = np.exp(values) / np.exp(values).sum()
    return Classification(Provenance(), labels, shares, values)


def test_shared_by_synonym_and_never_by_a_name_of_two_classes() -> None:
    many, few = common_classes([MANY, FEW])
    assert (many.tolist(), few.tolist()) == ([4, 0], [0, 1])
    assert [each.tolist() for each in common_classes([FEW, FEW])] == [[0, 1, 2, 3]] * 2
    assert common_classes([]) == []
    assert [len(each) for each in common_classes([MANY, ("horse",)])] == [0, 0]


def test_shares_by_hand() -> None:
    found = classified(MANY, np.log([4, 5, 1, 1, 1]).tolist())
    mine = restricted(found, np.array([4, 0]), ("golden retriever", "tabby"))
    np.testing.assert_allclose(mine.probabilities, [0.2, 0.8])
    assert mine.kept == pytest.approx(5 / 12)
    assert mine.outside is not None
    assert mine.outside[0] == "tiger cat"
    assert mine.outside[1] == pytest.approx(5 / 12)
    assert mine.top(1) == [(1, "tabby", pytest.approx(0.8))]
    np.testing.assert_allclose(mine.probabilities, found.probabilities[[4, 0]] / mine.kept)
    whole = restricted(found, np.arange(5), MANY)
    np.testing.assert_allclose(whole.probabilities, found.probabilities)
    assert (whole.kept, whole.outside) == (pytest.approx(1), None)
    with pytest.raises(ValueError, match="common class"):
        restricted(found, np.zeros(0, int), ())


def test_far_logits_do_not_vanish() -> None:
    found = classified(MANY, [-900.0, 0.0, -1.0, -1.0, -901.0])
    mine = restricted(found, np.array([4, 0]), ("golden retriever", "tabby"))
    np.testing.assert_allclose(mine.probabilities, [1 / (1 + np.e), np.e / (1 + np.e)])


def test_all_104_classes_are_among_the_1000() -> None:
    from torchvision.models import ResNet18_Weights

    labels = json.loads(Path(BUNDLED_WEIGHTS, "cnn-mini.json").read_text(encoding="utf-8"))["labels"]
    thousand = ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    large, small = common_classes([thousand, labels])
    assert small.tolist() == list(range(104))
    assert len(set(large.tolist())) == 104
    assert [thousand[large[labels.index(each)]] for each in labels if each.startswith("tabby")] == ["tabby"]
    cats, dogs = breeds(thousand)
    assert (len(cats), len(dogs)) == (5, 118)
    assert [thousand[place] for place in (cats[-1], dogs[-1])] == ["Egyptian cat", "Mexican hairless"]
    assert [len(each) for each in breeds(labels)] == [3, 6]


def test_the_mean_of_a_breed_decides_not_the_sum() -> None:
    labels = ("tabby", "chihuahua", "golden retriever", "standard poodle")
    found = cat_or_dog(classified(labels, np.log([4, 2, 2, 2]).tolist()))
    assert found is not None
    assert (found.verdict, found.cats, found.dogs) == ("cat", 1, 3)
    assert (found.cat, found.dog, found.share) == (pytest.approx(0.4), pytest.approx(0.2), pytest.approx(1))
    assert cat_or_dog(classified(("tabby", "teapot"), [0.0, 0.0])) is None
