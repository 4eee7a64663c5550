"""The profile keeps every run, refuses what it cannot say, and judges parity by decisions."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.segmentation.tiny_sam import tiny_sam
from tests.tiny_detectors import tiny_queries, tiny_yolo
from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.errors import LibraryMissing, ModelCannot, RuntimeUnavailable, SettingOutOfRange
from vizcore.runtimes import onnx_session, store, table
from vizcore.runtimes.calibration import parity_photos
from vizcore.runtimes.parity import compare, decisions, outputs_of
from vizcore.runtimes.profiling import Profile, ProfileSettings, budget_broken, profile
from vizcore.runtimes.pyramid import pyramid
from vizcore.runtimes.variations import VARIATIONS, VariationSettings, VariationTimes, vary

PHOTO = noise_photo()


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "cache_folder", lambda settings: tmp_path)


def last(steps: Any) -> Any:
    return list(steps)[-1].result


def test_every_run_of_every_step() -> None:
    found = last(profile(tiny_cnn(), PHOTO, ProfileSettings(("eager", "onnx"), runs=6, parity_photos=8)))
    assert isinstance(found, Profile)
    assert [each.name for each in found.runtimes] == ["eager", "onnx"]
    for each in found.runtimes:
        assert {step: len(values) for step, values in each.steps.items()} == dict.fromkeys(each.steps, 6)
        assert np.allclose(each.total_ms, sum(each.steps.values()))
        assert each.percentiles()[50] is not None
        assert (each.percentiles()[95], each.percentiles()[99]) == (None, None)
    onnx = found.of("onnx")
    assert onnx is not None
    assert onnx.parity is not None
    assert onnx.parity.tensor_ok
    assert (onnx.parity.agreement.agreed, onnx.parity.agreement.n) == (8, 8)
    assert [each.name for each in onnx.parity.slices] == ["all", "small", "dark", "blurred"]
    assert found.speed("eager") == pytest.approx(1)
    written = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert written["runtimes"][1]["percentiles"]["p99_ms"] is None
    assert written["needed_runs"] == {"p50": 5, "p95": 59, "p99": 299}


def test_a_slow_step_is_seen_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_cnn()
    prepare = model.prepare
    monkeypatch.setattr(model, "prepare", lambda photo: (time.sleep(0.05), prepare(photo))[1])
    found = last(profile(model, PHOTO, ProfileSettings(("eager",), runs=5, parity_photos=0)))
    row = found.runtimes[0]
    assert np.median(row.steps["pre"]) >= 50
    assert np.median(row.steps["post"]) < np.median(row.steps["pre"])
    assert budget_broken(row, {"pre": 20, "post": 1000}) == ("pre",)


def test_a_runtime_that_is_not_possible_is_said_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.runtimes.table.shutil.which", lambda name: None)
    monkeypatch.setattr(onnx_session, "import_runtime", lambda model: (_ for _ in ()).throw(
        LibraryMissing(library="onnxruntime", model=model)))  # fmt: skip
    settings = ProfileSettings(("eager", "compile", "onnx"), runs=5, parity_photos=0)
    found = last(profile(tiny_cnn(), PHOTO, settings))
    assert isinstance(found.runtimes[1].refusal, RuntimeUnavailable)
    assert isinstance(found.runtimes[2].refusal, LibraryMissing)
    assert found.speed("onnx") is None
    assert len(found.runtimes[0].total_ms) == 5


def test_the_first_runtime_that_opens_is_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.runtimes.table.shutil.which", lambda name: None)
    settings = ProfileSettings(("compile", "onnx", "eager"), runs=5, parity_photos=4)
    found = last(profile(tiny_cnn(), PHOTO, settings))
    assert found.reference is found.runtimes[1]
    assert found.speed("compile") is None
    assert found.speed("onnx") == pytest.approx(1)
    median_ms = [float(np.median(each.steps["model"])) for each in found.runtimes[1:]]
    assert found.speed("eager") == pytest.approx(median_ms[0] / median_ms[1])
    compared = [each.parity and each.parity.agreement.agreed for each in found.runtimes]
    assert compared == [None, None, 4]
    assert found.to_json()["reference"] == "onnx"


def test_a_runtime_that_fails_on_the_cuts_is_measured_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(runner: table.Runner, model: Any, photos: Any) -> Any:
        if runner.name == "eager":
            raise RuntimeUnavailable(runtime="torch, eager", reason="failed")
        return outputs_of(runner, model, photos)

    monkeypatch.setattr("vizcore.runtimes.profiling.outputs_of", fails)
    found = last(profile(tiny_cnn(), PHOTO, ProfileSettings(("eager", "onnx"), runs=5, parity_photos=2)))
    assert [each.refusal is None for each in found.runtimes] == [False, True]
    assert found.reference.name == "onnx"


def test_a_model_without_a_graph() -> None:
    with pytest.raises(ModelCannot):
        list(profile(tiny_sam(), PHOTO))
    with pytest.raises(ModelCannot):
        pyramid(tiny_cnn(), PHOTO)
    with pytest.raises(SettingOutOfRange):
        ProfileSettings(runs=0)
    with pytest.raises(ValueError, match="expected some of"):
        ProfileSettings(("abacus",))


def test_parity_of_classes_by_hand() -> None:
    photos = parity_photos(4)
    right = (np.eye(4, 5), np.zeros((4, 2)))
    moved = (right[0] + 1e-6, right[1])
    assert compare("classify", right, moved, photos).tensor_ok
    swapped = (right[0][[1, 0, 2, 3]], right[1])
    found = compare("classify", right, swapped, photos)
    assert not found.tensor_ok
    assert (found.agreement.agreed, found.agreement.n) == (2, 4)
    assert not found.same
    assert found.difference == 1


@pytest.mark.parametrize("build", [tiny_yolo, tiny_queries])
def test_parity_of_boxes(build: Any) -> None:
    model, photos = build(), parity_photos(4)
    pixels = model.pixels([model.prepare(photo) for photo in photos[:1]])
    run, _outputs, _size = table.RUNTIMES["eager"].open(model)
    right = tuple(each[:, :200] for each in run(pixels))
    itself = compare("detect", right, right, photos[:1])
    assert itself.same
    assert (itself.iou, itself.worst_iou) == (1.0, 1.0)
    order = np.random.default_rng(0).permutation(right[0].shape[1])
    shuffled = tuple(each[:, order] for each in right)  # a DETR's queries may come in another order
    assert compare("detect", right, shuffled, photos[:1]).same
    gone = (right[0], np.zeros_like(right[1]))
    assert not compare("detect", right, gone, photos[:1]).same
    assert not compare("detect", gone, right, photos[:1]).same


def test_decisions_of_boxes_from_unequally_many_candidates() -> None:
    photos = parity_photos(2)
    box, far = [0.0, 0, 10, 10], [50.0, 50, 60, 60]
    right = (np.array([[box], [box]]), np.array([[[0.9, 0.1]], [[0.9, 0.1]]]))
    found = (
        np.array([[far, box, far], [far, box, far]]),
        np.array([[[0.1, 0.1], [0.8, 0.1], [0.0, 0.1]], [[0.1, 0.8], [0.9, 0.1], [0.0, 0.1]]]),
    )
    agreed = decisions("detect", right, found, photos)[0]
    assert (agreed.agreed, agreed.n) == (1, 2), "in the second photo a box more is strong"


def test_variations_change_time_not_answers() -> None:
    found = last(vary(tiny_cnn(), PHOTO, VariationSettings(runs=5)))
    assert isinstance(found, VariationTimes)
    assert found.per_photo_ms.shape == (len(VARIATIONS), 5)
    exact = [found.names.index(name) for name in ("inference", "no_grad", "recording", "channels_last", "batch_8")]
    assert (found.difference[exact] <= 1e-4 * max(1, found.scale)).all()
    assert found.difference[found.names.index("bfloat16")] > 0
    assert found.ratio("inference") == 1


def test_the_levels_of_the_pyramid() -> None:
    model = tiny_yolo()
    found = pyramid(model, PHOTO)
    assert [level.stride for level in found.levels] == [8, 16, 32]
    fine, middle, coarse = (level.size_hw for level in found.levels)
    assert (fine[0], fine[1]) == (2 * middle[0], 2 * middle[1]) == (4 * coarse[0], 4 * coarse[1])
    sides = [level.side_px for level in found.levels if level.candidates]
    assert sides == sorted(sides)
