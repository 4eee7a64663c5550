"""Do our adapters find what each library's own call finds, with the same weights, and do files load safely?"""

from __future__ import annotations

import copy
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_detectors import QUERY_KEYS, query_module, rcnn_module, tiny_rcnn, tiny_yolo, yolo_module
from tests.tiny_models import noise_photo
from tests.zoo.weight_files import Payload, put, settings_for
from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings
from vizcore.detection.detect import DetectSettings, detect
from vizcore.errors import VizError, WeightsDamaged, WeightsMismatch, WeightsUnsafe
from vizcore.photo import Photo
from vizcore.results import BoxSet, Detections
from vizcore.zoo.cards import ModelCard, WeightFile
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.detection_labels import COCO_80, COCO_ID_OF, COCO_IDS, coco_ids, coco_name, columns_of
from vizcore.zoo.guards import import_ultralytics, process_kept
from vizcore.zoo.huggingface_detectors import QueryDetector, load_detector
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import Detector

CLOSE = 1e-3  # pixels of the photo


def assert_same(found: Detections, boxes: Any, scores: Any, classes: Any) -> None:
    """As many boxes, and the same. At the limit of 300 or 100 boxes the last few may be others of that score."""
    scores = np.asarray(scores, dtype=np.float64)
    assert len(found) == len(scores)
    sure = scores > scores.min() + 1e-4 if len(scores) in (100, 300) else scores > 0
    assert_found(found, np.asarray(boxes)[sure], scores[sure], np.asarray(classes)[sure])


def assert_found(found: BoxSet, boxes: Any, scores: Any, classes: Any) -> None:
    """Each box of theirs is one of ours."""
    assert len(scores) > 3
    for box, score, kind in zip(np.asarray(boxes), np.asarray(scores), np.asarray(classes), strict=True):
        alike = (found.class_ids == kind) & (np.abs(found.scores - score) < 1e-4)
        assert alike.any()
        assert np.abs(found.boxes_xyxy[alike] - box).max(1).min() < CLOSE


def lively_photo(height: int, width: int) -> Photo:
    """Noise of several grains, so that no two places are alike."""
    rng = np.random.default_rng(0)
    layers = [
        np.kron(rng.random((-(-height // grain), -(-width // grain), 3)), np.ones((grain, grain, 1)))[:height, :width]
        for grain in (64, 16, 4, 1)
    ]
    return Photo((sum(layers) / len(layers) * 255).astype(np.uint8), "noise")


# Vocabulary


def test_the_same_animal_has_one_name() -> None:
    assert (COCO_80[15], COCO_80[57], COCO_80[65]) == ("cat", "couch", "remote")
    assert (COCO_ID_OF["cat"], COCO_ID_OF["couch"], COCO_ID_OF["remote"]) == (17, 63, 75)
    assert len(set(COCO_80)) == 80
    assert columns_of("coco-91")[15] == 17
    assert columns_of("coco-80")[15] == 15
    with pytest.raises(ValueError, match="coco-91"):
        columns_of("voc")


def test_other_vocabularies_names_are_compared_as_cocos() -> None:
    assert (coco_name("motorbike"), coco_name("motorcycle"), coco_name("lynx")) == ("motorcycle", "motorcycle", "lynx")
    assert all(coco_name(label) == label for label in COCO_80)


def test_names_are_those_of_the_libraries() -> None:
    import torchvision
    import yaml

    library: Any = import_ultralytics()
    data = Path(library.__file__).parent / "cfg" / "datasets" / "coco.yaml"
    assert tuple(yaml.safe_load(data.read_text())["names"].values()) == COCO_80
    weights = torchvision.models.get_weight(str(CARDS["fasterrcnn-resnet50-v2"].facts["weights_enum"]))
    assert tuple(weights.meta["categories"][number] for number in COCO_IDS) == COCO_80


def test_category_ids_of_an_export() -> None:
    assert coco_ids(("cat", "person")) == (17, 1)
    assert coco_ids(("cat", "unicorn")) == (1, 2)


# Equal to the libraries


def ultralytics_answer(module: Any, photo: Photo, **options: Any) -> Any:
    """The library's own predict on a copy of the module."""
    library: Any = import_ultralytics()
    with process_kept():
        model = library.YOLO(f"{module.yaml['yaml_file']}", verbose=False)
        model.model = copy.deepcopy(module).eval()
        model.model.names, model.model.args, model.model.task = dict(enumerate(COCO_80)), {}, "detect"
        model.predictor = None
        bgr = np.ascontiguousarray(photo.rgb[..., ::-1])
        return model.predict(bgr, conf=0.25, iou=0.7, verbose=False, save=False, **options)[0].boxes


@pytest.mark.parametrize("size", [(240, 400), (123, 97)])
@pytest.mark.parametrize(
    ("key", "options"),
    [("yolo11n", {}), ("yolov8n", {}), ("yolo26n", {}), ("yolo26n-end-to-end", {"nms": False})],
)
def test_yolo_equals_ultralytics_predict(key: str, options: dict[str, Any], size: tuple[int, int]) -> None:
    photo = lively_photo(*size)
    module = yolo_module(str(CARDS[key].facts["architecture"]).removesuffix(".yaml"))
    theirs = ultralytics_answer(module, photo, **options)
    found = detect(tiny_yolo(key, module), photo)
    assert_same(found, theirs.xyxy, theirs.conf, theirs.cls)


def test_both_heads_of_yolo26_answer_for_themselves() -> None:
    photo, module = noise_photo(), yolo_module("yolo26n")
    many, one = (tiny_yolo(key, copy.deepcopy(module)) for key in ("yolo26n", "yolo26n-end-to-end"))
    assert (many.needs_nms, one.needs_nms) == (True, False)
    assert not np.allclose(propose(many, photo).scores[:10], propose(one, photo).scores[:10])


PROCESSORS: dict[str, tuple[str, dict[str, Any]]] = {
    "detr-resnet-50": ("DetrImageProcessor", {}),
    "rtdetr-v2-r18": ("RTDetrImageProcessor", {}),
    "dfine-nano": ("RTDetrImageProcessor", {}),
    "rf-detr-nano": ("RfDetrImageProcessor", {"size": {"height": 384, "width": 384}}),
}


@pytest.mark.parametrize("key", QUERY_KEYS)
def test_detr_family_equals_processor_and_post_process(key: str) -> None:
    import transformers

    photo = lively_photo(90, 140)
    card, module = query_module(key)
    name, options = PROCESSORS[key]
    processor = getattr(transformers, name)(**options)
    inputs = processor(images=[photo.rgb.copy()], return_tensors="pt")
    with torch.inference_mode():
        answer = module(**{each: inputs[each] for each in ("pixel_values", "pixel_mask") if each in inputs})
    [theirs] = processor.post_process_object_detection(answer, threshold=0.1, target_sizes=[(90, 140)])
    ours = propose(QueryDetector(card, module, COCO_80, "seed", "cpu"), photo, ProposeSettings(floor=0.1))
    columns = list(columns_of(str(card.facts["numbering"])))
    classes = [columns.index(number) for number in theirs["labels"].tolist()]
    assert len(ours) >= len(classes)
    assert_found(ours, theirs["boxes"], theirs["scores"], classes)


@pytest.mark.parametrize("size", [(120, 90), (300, 451)])
def test_faster_rcnn_equals_torchvisions_call(size: tuple[int, int]) -> None:
    photo, module = lively_photo(*size), rcnn_module()
    with torch.inference_mode():
        [theirs] = module([torch.from_numpy(photo.rgb.copy()).permute(2, 0, 1).float() / 255])
    choice = ChoiceSettings(score=module.roi_heads.score_thresh, iou=module.roi_heads.nms_thresh, limit=100)
    found = detect(tiny_rcnn(), photo, DetectSettings(choice=choice))
    columns = [COCO_IDS.index(number) for number in theirs["labels"].tolist()]
    assert_same(found, theirs["boxes"], theirs["scores"], columns)


@pytest.mark.parametrize("make", [tiny_yolo, tiny_rcnn], ids=["yolo", "faster-rcnn"])
def test_adapters_satisfy_the_protocol(make: Any) -> None:
    model = make()
    assert isinstance(model, Detector)
    assert model.memory_bytes() > 1e6
    assert not any(parameter.requires_grad for parameter in model.module.parameters())


# From files


def promising(key: str, content: bytes, folder: Path) -> ModelCard:
    """The card of the catalogue, promising this content, which lies in the administrator's folder."""
    card = CARDS[key]
    name = card.files[0].name
    put(folder / "admin" / key, name, content)
    return replace(card, files=(WeightFile(name, "", hashlib.sha256(content).hexdigest(), len(content)),))


def loaded(card: ModelCard, folder: Path) -> Any:
    return load_model(card, "cpu", settings_for(folder, weights=str(folder / "admin"), offline=True))


def as_pt(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def test_a_pt_file_as_ultralytics_writes_it(tmp_path: Path) -> None:
    module = yolo_module()
    content = as_pt({"epoch": -1, "model": copy.deepcopy(module).half(), "ema": None, "train_args": {}})
    before = set(map(repr, torch.serialization.get_safe_globals()))
    model = loaded(promising("yolo11n", content, tmp_path), tmp_path)
    assert set(map(repr, torch.serialization.get_safe_globals())) == before
    pixels = torch.rand(1, 3, 64, 64)
    halved = tiny_yolo("yolo11n", copy.deepcopy(module).half().float())
    with torch.inference_mode():
        for ours, expected in zip(model.scored_boxes(pixels), halved.scored_boxes(pixels), strict=True):
            assert torch.allclose(ours, expected, atol=1e-4)
    assert model.labels == COCO_80


def test_a_pt_file_with_code_is_refused_even_where_its_hash_is_promised(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    with pytest.raises(WeightsUnsafe):
        loaded(promising("yolo11n", as_pt({"model": Payload(marker)}), tmp_path), tmp_path)
    assert not marker.exists()


def test_a_pt_file_of_another_hash_is_not_opened(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    card = promising("yolo11n", as_pt({"model": Payload(marker)}), tmp_path)
    file = replace(card.files[0], sha256="0" * 64)
    with pytest.raises(WeightsDamaged):
        loaded(replace(card, files=(file,)), tmp_path)
    assert not marker.exists()


@pytest.mark.parametrize("content", [{"model": None}, {"model": {"weight": torch.zeros(1)}}, [1, 2]])
def test_a_pt_file_without_a_network_is_damaged(content: object, tmp_path: Path) -> None:
    with pytest.raises(WeightsDamaged):
        loaded(promising("yolo11n", as_pt(content), tmp_path), tmp_path)


def test_a_pt_file_of_another_yolo_does_not_fit(tmp_path: Path) -> None:
    content = as_pt({"model": yolo_module("yolov8n"), "ema": None})
    with pytest.raises(WeightsMismatch):
        loaded(promising("yolo11n", content, tmp_path), tmp_path)


@pytest.mark.parametrize("key", QUERY_KEYS)
def test_detr_family_from_the_names_that_transformers_publishes(key: str, tmp_path: Path) -> None:
    card, module = query_module(key)
    module.save_pretrained(tmp_path)
    (tmp_path / "config.json").unlink()
    model = load_detector(card, tmp_path, "cpu")
    assert model.module.state_dict().keys() == module.state_dict().keys()
    for name, tensor in module.state_dict().items():
        assert torch.equal(model.module.state_dict()[name], tensor)


@pytest.mark.parametrize("change", ["missing", "unexpected", "reshaped"])
def test_a_tensor_too_few_too_many_or_of_another_shape(change: str, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    card, module = query_module("rtdetr-v2-r18")
    module.save_pretrained(tmp_path)
    state = load_file(tmp_path / "model.safetensors")
    name = next(each for each in state if each.endswith("decoder_input_proj.0.0.weight"))
    if change == "missing":
        del state[name]
    elif change == "unexpected":
        state["stranger"] = torch.zeros(2)
    else:
        state[name] = torch.zeros(2, 2)
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(WeightsMismatch) as caught:
        load_detector(card, tmp_path, "cpu")
    assert caught.value.values[change]


def test_a_file_that_is_no_weights_is_an_error_of_ours(tmp_path: Path) -> None:
    card, _ = query_module("rtdetr-v2-r18")
    put(tmp_path / "admin" / card.key, "model.safetensors", b"404: Not Found")
    with pytest.raises(VizError):
        loaded(card, tmp_path)


@pytest.mark.parametrize("key", ["yolo-mini", "detr-mini"])
def test_bundled_detectors_from_a_file(key: str, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from vizcore.zoo.bundled import mini_detectors
    from vizcore.zoo.bundled.lite_trunk import GivenMaps
    from vizcore.zoo.bundled_models import load_detector as load_bundled
    from vizcore.zoo.catalogue.bundled_detector_cards import read_bundled_detectors

    torch.manual_seed(0)
    module = getattr(mini_detectors, key.replace("-", "_"))(3, GivenMaps())
    file = tmp_path / f"{key}.safetensors"
    save_file({name: tensor.contiguous().clone() for name, tensor in module.state_dict().items()}, file)
    report = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "size_bytes": file.stat().st_size}
    report |= {
        "parameters_m": 3.0,
        "labels": ["person", "cat", "dog"],
        "measured": [],
        "training_data": "random",
        "score": 0.4,
    }
    (tmp_path / f"{key}.json").write_text(json.dumps(report))
    [card] = read_bundled_detectors(tmp_path)
    model = load_bundled(card, tmp_path, "cpu")
    found = propose(model, noise_photo(), ProposeSettings(floor=0.0))
    assert found.labels == ("person", "cat", "dog")
    assert found.needs_nms is (key == "yolo-mini")
    assert len(found) > 10
    assert model.stages
    assert card.score == 0.4
