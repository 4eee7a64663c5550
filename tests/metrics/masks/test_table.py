"""Is a metric of masks one row: does everything that shows metrics read it from the table?"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.cli.invocation import invoke
from tests.patience import PATIENCE_S
from vizcore.metrics.masks.overlap import accuracy
from vizcore.metrics.masks.table import MASK_METRICS, ComparedMasks, measured, ratio

APP = str(Path(__file__).parents[3] / "app.py")
SQUARE = np.zeros((8, 8), bool)
SQUARE[2:6, 2:6] = True


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> str:
    """A row beside the others: the share of all pixels that are right."""
    below = "TP + FP + FN + TN"
    row = ratio("TP + TN", below, lambda counts, empty: accuracy(counts), "Pixel accuracy", "Small things")
    monkeypatch.setitem(MASK_METRICS, "pixel_accuracy", row)
    return "pixel_accuracy"


def test_no_distance_is_measured_for_shares_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.metrics.masks.table.surface_distances", partial(pytest.fail, "asked for distances"))
    found = measured(ComparedMasks(SQUARE, SQUARE), "share")
    assert set(found.values()) == {1.0}
    assert [name for name, row in MASK_METRICS.items() if row.unit == "px"] == list(MASK_METRICS)[len(found) :]


def test_every_row_knows_empty_masks() -> None:
    empty = np.zeros_like(SQUARE)
    for name, row in MASK_METRICS.items():
        assert row.measure(ComparedMasks(empty, empty)) == (1.0 if row.unit == "share" else 0.0), name
        assert math.isnan(row.measure(ComparedMasks(empty, empty, empty="skip"))), name
        assert row.measure(ComparedMasks(SQUARE, empty)) == (0.0 if row.unit == "share" else math.inf), name


def test_a_row_is_on_the_command_line(one_more: str, tmp_path: Path) -> None:
    file = tmp_path / "mask.png"
    Image.fromarray(SQUARE.astype(np.uint8) * 255).save(file)
    assert invoke("mask-metrics", file, file, "--json").lines[0][one_more] == 1.0
    assert f"{one_more:26} 1" in invoke("mask-metrics", file, file).out


def test_a_row_is_beside_a_reference_mask(one_more: str) -> None:
    from vizcore.metrics.masks.table import scores_of
    from vizcore.prompting.objects import PromptedObject
    from vizcore.ui.panels.segmentation.reference_scores import score_row
    from vizcore.ui.panels.segmentation_metrics.formulas import of_counts
    from vizcore.zoo.catalogue import CARDS

    scores = scores_of(SQUARE, SQUARE)
    asked = PromptedObject(1, box=(2.0, 2.0, 6.0, 6.0))
    assert score_row(CARDS["sam-mini"], asked, scores)["Pixel accuracy"] == "1"
    assert r"\dfrac{16 + 48}{16 + 0 + 0 + 48} = 1.0000" in of_counts(one_more, scores.counts)


def test_a_row_is_on_the_page(one_more: str) -> None:
    page = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    page.query_params["lang"] = "en"
    page.run()
    page.switch_page("pages/segmentation_metrics.py")
    page.query_params["segmentation_metrics.section"] = "pair"
    page.run()
    assert not page.exception
    shown = " ".join(each.value for each in page.markdown)
    assert "Pixel accuracy" in shown
    assert "Small things" in shown
    assert any("TP + TN" in each.value for each in page.latex)
