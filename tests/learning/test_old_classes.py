"""Is a photo's old class found by its name, and are answers counted right and as before?"""

from __future__ import annotations

import pytest
import torch

from vizcore.learning.old_classes import Forgetting, forgetting, old_class_places

LABELS = ("tabby, tabby cat", "lesser panda, red panda, bear cat", "Persian cat", "espresso", "golden retriever", "cup")


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("cat", (0, 2)),
        (" Cat ", (0, 2)),
        ("coffee", (3, 5)),
        ("retriever", (4,)),
        ("Golden Retriever", (4,)),
        ("panda", (1,)),
        ("mug", ()),
        ("at", ()),
        ("", ()),
    ],
)
def test_places(name: str, places: tuple[int, ...]) -> None:
    assert old_class_places(name, LABELS) == places


def test_counts_worked_out_by_hand() -> None:
    before, after = torch.tensor([0, 2, 3, 4, 1]), torch.tensor([0, 1, 3, 3, 2])
    names = ("cat", "cat", "coffee", "mug", "cat")
    assert forgetting(before, after, names, LABELS) == Forgetting(5, same=2, labelled=4, right_before=3, right_after=3)
    assert forgetting(before[:0], after[:0], (), LABELS) == Forgetting(0, 0, 0, 0, 0)
