"""Rows for patches: their shapes, and what attention maps and patch matches become."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_vit
from vizcore.features import attention_maps
from vizcore.i18n import speaking
from vizcore.similarity.patch_match import patch_matches
from vizcore.ui.canvas import Onto, PatchRows, attention_rows, match_rows
from vizcore.ui.canvas.message import grid_message, words

REGION = (0.0, 0.0, 10.0, 10.0)


@pytest.mark.parametrize("shape", [(6, 6), (7, 6)])
def test_rows_fit_their_grid(shape: tuple[int, int]) -> None:
    assert PatchRows((2, 3), REGION, {"map": np.zeros(shape, np.uint8)}).onto is None


@pytest.mark.parametrize(
    "rows", [np.zeros((5, 6), np.uint8), np.zeros((6, 5), np.uint8), np.zeros((6, 6)), np.zeros(36, np.uint8)]
)
def test_other_rows_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 rows"):
        PatchRows((2, 3), REGION, {"map": rows})


def test_rows_onto_another_picture_have_its_places() -> None:
    onto = Onto(b"", 5, 5, (1, 2), REGION, "other")
    message = grid_message(PatchRows((2, 3), REGION, {"": np.arange(12, dtype=np.uint8).reshape(6, 2)}, onto))
    assert list(base64.b64decode(message["maps"][0]["data"])) == list(range(12))
    assert (message["onto"]["rows"], message["onto"]["columns"], message["onto"]["alt"]) == (1, 2, "other")


def test_attention_of_a_layer() -> None:
    maps = attention_maps(tiny_vit(), noise_photo())
    rows = attention_rows(maps, 2)
    assert list(rows.maps) == ["all heads", "all heads, beyond [CLS]", "head 1", "head 2", "head 3"]
    assert rows.maps["head 2"].shape == (65, 64)
    assert np.array_equal(rows.maps["head 2"], maps.rows_for_display(2, 1))
    assert rows.region_xyxy == maps.grid.region_xyxy


def test_matches_of_two_photos() -> None:
    matches = patch_matches(tiny_vit(), (noise_photo(), noise_photo(seed=1)))
    rows = match_rows(matches, b"jpeg", 30, 20, "the second")
    assert rows.onto is not None
    assert (rows.onto.width, rows.onto.shape_hw) == (30, (8, 8))
    assert np.array_equal(rows.maps[""], matches.rows_for_display())


def test_words_are_complete_in_every_mode() -> None:
    for mode in ("point", "box", "both", "patch"):
        with speaking("en"):
            found = words(mode)  # type: ignore[arg-type]
        assert all(found.values())
        assert found["corner"].format(x=1, y=2) == "first corner at 1, 2"
