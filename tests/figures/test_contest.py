"""The contest's figures: one line a run, one name a contestant; empty ones are drawn without error."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.contest import answer_grid, error_curves, error_dots, live_curve
from vizcore.figures.digit_scenes import scene_sheet
from vizcore.learning.contest.recorded import recording
from vizcore.learning.contest.standings import standings


def test_a_line_for_each_run_and_a_name_for_each_contestant() -> None:
    runs = [run for run in recording().runs if run.contestant in ("small-cnn", "small-vit") and run.regime == "time"]
    figure = error_curves(runs, by="seconds", axis="s")
    assert len(figure.data) == len(runs) == 6
    assert sum(line.showlegend for line in figure.data) == 2
    assert figure.data[0].y[-1] == pytest.approx(1 - runs[0].looks[-1].score)
    assert not error_curves([], by="epochs", axis="e").data


def test_the_best_stands_at_the_top() -> None:
    rows = [row for row in standings(recording().runs, "time") if not row.detector]
    figure = error_dots(rows, [row.contestant for row in rows])
    assert figure.data[-1].y[0] == max(rows, key=lambda row: row.score.mean).contestant
    bar = figure.data[-2].error_x
    best = max(rows, key=lambda row: row.score.mean)
    assert best.interval is not None
    assert 1 - best.score.mean - bar.arrayminus[0] == pytest.approx(1 - best.interval[1])
    assert not error_dots([], []).data


def test_numbers_too_small_to_write_are_left_out() -> None:
    shares = np.zeros((1, 10))
    shares[0, :3] = (0.9, 0.096, 0.004)
    assert list(answer_grid(shares, ["a"], axis="").data[0].text[0][:3]) == ["90", "10", ""]
    assert answer_grid(np.zeros((0, 10)), [], axis="").layout.height > 0


def test_curves_of_a_run_that_has_not_begun() -> None:
    figure = live_curve(None, {"train_loss": "training"}, axis="s", reference=2.3)
    assert len(figure.data[0].x) == 0
    detector = next(run for run in recording().runs if run.contestant == "faster-rcnn")
    assert len(live_curve(detector, {"test_loss": "test"}, axis="s").data[0].x) == 0


def test_boxes_are_drawn_where_they_are() -> None:
    scenes = np.zeros((5, 128, 128), np.uint8)
    found = np.array([[4, 10, 30, 50, 60, 0.9, 7], [0, 10, 30, 50, 60, 0.1, 3]])
    sheet = scene_sheet(scenes, found, least_score=0.5)
    assert sheet.shape == (2 * 256 + 6, 4 * 256 + 18, 3)
    assert not sheet[:256, :256].any()  # not sure enough
    rows, columns = np.nonzero(sheet[262:, :256].any(axis=2))
    assert (rows.max(), columns.min(), columns.max()) == (120, 20, 100)
    with pytest.raises(ValueError, match="at least one scene"):
        scene_sheet(scenes[:0], found, least_score=0.5)
