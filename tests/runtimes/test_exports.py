"""An exported file answers as torch does, says what it is, and INT8 is small and nearly the same."""

from __future__ import annotations

import io
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from PIL import Image
from safetensors.torch import load as load_safetensors
from torchvision.ops import batched_nms

from tests.patience import PATIENCE_S
from tests.segmentation.tiny_sam import tiny_sam
from tests.tiny_detectors import tiny_yolo
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import CalibrationTooSmall, ExportFailed, ModelCannot
from vizcore.runtimes import int8_rounding, int8_weights, store
from vizcore.runtimes.calibration import as_pictures, cut_photos, parity_photos
from vizcore.runtimes.export import ExportSettings, export, script_for, takes_photos
from vizcore.runtimes.graphs import graph_of
from vizcore.runtimes.int8 import quantise
from vizcore.runtimes.onnx_export import export_onnx, operator_named, with_nms
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.samples import load_sample
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "cache_folder", lambda settings: tmp_path)
    return tmp_path


@pytest.mark.parametrize("build", [tiny_cnn, tiny_vit, tiny_yolo])
@pytest.mark.parametrize("batch", [1, 3])
def test_the_file_answers_as_torch(build: Any, batch: int) -> None:
    model = build()
    found = export_onnx(model)
    pixels = model.pixels([model.prepare(noise_photo(seed=seed)) for seed in range(batch)])
    with torch.no_grad():
        expected = graph_of(model)(pixels)
    outputs = OnnxSession(found.data, threads=1).run(pixels.numpy())
    for ours, theirs in zip(outputs, expected, strict=True):
        scale = max(1.0, float(theirs.abs().max()))
        assert np.allclose(ours, theirs.numpy(), rtol=1e-3, atol=1e-5 * scale)


def test_the_file_says_what_it_is() -> None:
    model = tiny_cnn()
    found = export_onnx(model)
    known = OnnxSession(found.data, threads=1).metadata()
    assert json.loads(known["vizcore_labels"]) == list(model.labels)
    assert known["vizcore_weights_sha256"] == model.weights_sha256
    assert json.loads(known["vizcore_preprocessing"])["size"] == 128
    assert found.opset == 17
    assert found.nodes["Conv"] > 10
    onnx.checker.check_model(onnx.load_model_from_string(found.data))


def test_nms_in_the_file_keeps_what_torchvision_keeps() -> None:
    model = tiny_yolo()
    found = with_nms(export_onnx(model), iou=0.5, score=0.3)
    pixels = model.pixels([model.prepare(noise_photo())])
    boxes, scores, selected = OnnxSession(found.data, threads=1).run(pixels.numpy())
    place, kind = np.nonzero(scores[0] > 0.3)
    kept = batched_nms(
        torch.from_numpy(boxes[0][place]), torch.from_numpy(scores[0][place, kind]), torch.from_numpy(kind), 0.5
    )
    theirs = {(int(kind[i]), int(place[i])) for i in kept.tolist()}
    ours = {(int(row[1]), int(row[2])) for row in selected}
    assert len(ours) > 3
    assert len(ours ^ theirs) <= 0.02 * len(theirs)  # boxes at exactly the threshold
    with pytest.raises(ValueError, match="boxes and scores"):
        with_nms(export_onnx(tiny_cnn()))


@pytest.mark.parametrize(("build", "share"), [(tiny_cnn, 0.35), (tiny_vit, 0.45)])
def test_int8_is_small_and_close(build: Any, share: float) -> None:
    model, photos = build(), cut_photos(16)
    whole = export_onnx(model)
    small = quantise(whole, model.card.family, as_pictures(model, photos))
    assert small.size_mb <= share * whole.size_mb
    pixels = model.pixels([model.prepare(photo) for photo in photos])
    logits = [OnnxSession(each.data, threads=1).run(pixels.numpy())[0] for each in (whole, small)]
    spread = logits[0].std()
    assert np.abs(logits[0] - logits[1]).mean() < 0.25 * spread
    assert "INT8" in OnnxSession(small.data, threads=1).metadata()["vizcore_quantisation"]


def test_three_calibration_photos_are_too_few() -> None:
    model = tiny_cnn()
    with pytest.raises(CalibrationTooSmall) as caught:
        export(model, tuple(cut_photos(3)), ExportSettings("onnx-int8", calibrated=True))
    assert caught.value.values == {"needed": 16, "given": 3}


@pytest.mark.parametrize(("form", "build"), [("onnx-int8", tiny_vit), ("onnx", tiny_cnn)])
def test_photos_on_which_nothing_is_measured_are_in_no_record(form: str, build: Any) -> None:
    found = export(build(), tuple(cut_photos(3)), ExportSettings(form, calibrated=True))
    assert found.provenance.photos_sha256 == ()
    assert found.provenance.settings["calibrated"] is False
    assert found.sha256 == export(build(), None, ExportSettings(form)).sha256


def test_photos_that_ranges_are_measured_on_are_in_the_record() -> None:
    photos = tuple(cut_photos(16))
    found = export(tiny_cnn(), photos, ExportSettings("onnx-int8", calibrated=True))
    assert found.provenance.photos_sha256 == tuple(photo.sha256 for photo in photos)
    assert found.provenance.settings["calibrated"] is True
    assert takes_photos("onnx-int8", "yolo")
    assert not takes_photos("onnx-int8", "vit")


def test_the_share_is_of_float32_however_the_weights_ship() -> None:
    model: Any = load_model(card("cnn-mini"), "cpu")  # whose file is in half precision
    found = export(model, None, ExportSettings("safetensors"))
    assert found.share == pytest.approx(1, abs=0.02)
    assert found.parameters == sum(each.numel() for each in model.module.parameters())
    assert found.to_json()["share"] == found.share


def test_what_cannot_be_exported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelCannot):
        export_onnx(tiny_sam())
    model = tiny_cnn()
    fft = torch.nn.Module()
    fft.forward = lambda x: torch.fft.fft(x).real  # type: ignore[method-assign]
    model.module.relu = fft
    with pytest.raises(ExportFailed) as caught:
        export_onnx(model)
    assert "fft" in str(caught.value.values["operator"])
    assert operator_named(ValueError("nothing said")) == "ValueError"


def test_two_exports_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch's exporter has one state for the whole process; whoever is second would find it reset by the first."""
    export_by_torch, inside, most = torch.onnx.export, [0], [0]
    together = threading.Barrier(2)

    def counted(*given: Any, **settings: Any) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        export_by_torch(*given, **settings)
        inside[0] -= 1

    def exported(model: Any) -> int:
        together.wait(PATIENCE_S)
        return len(export_onnx(model).data)

    monkeypatch.setattr(torch.onnx, "export", counted)
    with ThreadPoolExecutor(2) as threads:
        sizes = list(threads.map(exported, [tiny_cnn(), tiny_vit()]))
    assert min(sizes) > 0
    assert most == [1]


def test_the_cache_is_used_and_a_damaged_file_is_made_anew(cache_of_its_own: Path) -> None:
    model = tiny_cnn()
    first = store.onnx_of(model)
    [file] = (cache_of_its_own / "runtimes").glob("*.onnx")
    before = file.stat().st_mtime_ns
    assert store.onnx_of(model).data == first.data
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"damaged")
    assert store.onnx_of(model).data == first.data
    assert len(file.read_bytes()) == len(first.data)
    other = tiny_cnn()
    other.weights_sha256 = "other weights"
    assert store.key_of(other, "onnx") != store.key_of(model, "onnx")


def test_an_unwritable_cache_only_costs_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr(store, "cache_folder", lambda settings: blocked)
    assert store.onnx_of(tiny_cnn()).size_mb > 1


def test_weights_alone() -> None:
    model = tiny_cnn()
    found = export(model, None, ExportSettings("safetensors"))
    state = load_safetensors(found.data)
    assert set(state) == set(model.module.state_dict())
    assert torch.equal(state["fc.weight"], model.module.fc.weight)
    assert found.parity is None
    assert "data" not in found.to_json()


def test_the_script_compiles_and_is_short() -> None:
    for task_model in (tiny_cnn(), tiny_yolo()):
        text = script_for(task_model.card, "model.onnx", (128, 128))
        compile(text, "script", "exec")
        assert len(text.splitlines()) <= 18


def test_the_script_prints_what_the_nms_in_the_file_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model: Any = load_model(card("yolo-mini"), "cpu")
    made = with_nms(export_onnx(model), iou=0.5)
    size_hw = (320, 320)
    (tmp_path / "model.onnx").write_bytes(made.data)
    Image.fromarray(load_sample("bus").rgb).resize(size_hw).save(tmp_path / "photo.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["program.py", "photo.png"])
    text = script_for(model.card, "model.onnx", size_hw, nms=True)
    assert len(text.splitlines()) <= 18
    exec(compile(text, "program.py", "exec"), {})  # what a reader of the page would do with it
    printed = capsys.readouterr().out.splitlines()[1:]
    pixels = np.asarray(Image.open("photo.png"), np.float32).transpose(2, 0, 1)[None] / 255
    boxes, scores, _selected = OnnxSession(made.data, threads=1).run(pixels)
    place, kind = np.nonzero(scores[0] > 0.25)
    best = boxes[0][place, kind] if boxes.ndim == 4 else boxes[0][place]
    kept = batched_nms(torch.from_numpy(best), torch.from_numpy(scores[0][place, kind]), torch.from_numpy(kind), 0.5)
    expected = {f"{model.labels[kind[i]]} {float(scores[0][place[i], kind[i]])}" for i in kept.tolist()}
    assert {line.split(" [")[0] for line in printed} == expected
    assert 1 < len(expected) < len(place)


def test_cuts_are_the_same_every_time() -> None:
    cut_photos.cache_clear()
    first = [photo.sha256 for photo in cut_photos(12)]
    cut_photos.cache_clear()
    assert [photo.sha256 for photo in cut_photos(12)] == first
    assert len(set(first)) == 12
    assert min(parity_photos(4)[3].rgb.shape[:2]) < 160


def test_the_graph_is_no_second_copy_of_the_weights() -> None:
    model = tiny_cnn()
    names = {id(each) for each in graph_of(model).parameters()}
    assert names == {id(each) for each in model.module.parameters()}
    assert io.BytesIO(export_onnx(model).data).getbuffer().nbytes < 1.1 * model.memory_bytes()


def test_scales_have_the_least_error() -> None:
    rows = np.array([[0.0, 1.27, -1.27], [100.0, 0.9, -0.9]], np.float32)
    assert np.abs(int8_rounding.rounded(rows)[0]).max() == 63, "the sum of two products with 255 fits into 16 bits"
    integers, scales = int8_rounding.rounded(rows, int8_rounding.LARGEST_ALONE)
    assert integers[0].tolist() == [0, 127, -127]
    assert scales[0] == pytest.approx(0.01)
    plain = np.abs(np.round(rows / (100 / 127)) * (100 / 127) - rows)[1].sum()
    assert np.abs(integers[1] * scales[1] - rows[1]).sum() <= plain
    assert np.all(int8_rounding.rounded(np.zeros((1, 4), np.float32))[0] == 0)


def test_the_mean_of_the_answers_is_kept() -> None:
    model, photos = tiny_yolo(), cut_photos(16)
    whole, pictures = export_onnx(model), as_pictures(model, photos)
    small = quantise(whole, "yolo", pictures)
    assert small.size_mb <= 0.4 * whole.size_mb
    pixels = np.stack(pictures[:4])
    right, found = (OnnxSession(each.data, threads=1).run(pixels) for each in (whole, small))
    assert np.abs(right[1] - found[1]).max() < 0.05
    assert "INT8 weights" in OnnxSession(small.data, threads=1).metadata()["vizcore_quantisation"]
    proto = onnx.load_model_from_string(whole.data)
    errors = []
    for means in (pictures, []):
        other = int8_weights.quantise_weights(proto, ("Conv",), means, float_share=0.0)
        scores = OnnxSession(other.SerializeToString(), threads=1).run(pixels)[1]
        errors.append(float(np.abs(scores.astype(float).mean() - right[1].mean())))
    assert errors[0] < errors[1]


def test_the_smallest_layers_stay_in_float() -> None:
    proto = onnx.load_model_from_string(export_onnx(tiny_cnn()).data)
    for share in (0.0, 1.0):
        made = int8_weights.quantise_weights(proto, ("Conv", "Gemm"), [], float_share=share)
        kept = [each for each in made.graph.initializer if each.data_type == onnx.TensorProto.INT8]
        assert (len(kept) == 0) == (share == 1.0)
    assert not int8_weights.has_depthwise(proto)
