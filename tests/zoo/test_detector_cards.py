"""Do the detectors' cards tell the truth about files, networks and licences? Checked against the libraries."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch

from tests.zoo.test_catalogue import safetensors_size
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import cards_for
from vizcore.zoo.catalogue.huggingface_detector_cards import HUGGINGFACE_DETECTORS
from vizcore.zoo.catalogue.torchvision_detector_cards import TORCHVISION_DETECTORS
from vizcore.zoo.catalogue.ultralytics_cards import ULTRALYTICS_CARDS
from vizcore.zoo.guards import huggingface_offline, import_ultralytics, process_kept
from vizcore.zoo.huggingface_detectors import config_of
from vizcore.zoo.weights import is_pinned

OFFICIAL = [*ULTRALYTICS_CARDS, *HUGGINGFACE_DETECTORS, *TORCHVISION_DETECTORS]


def named(each: ModelCard) -> str:
    return each.key


def test_the_detectors_we_promise_are_there() -> None:
    expected = ["yolo11n", "yolo11s", "yolov8n", "yolo26n", "yolo26n-end-to-end"]
    expected += ["detr-resnet-50", "rtdetr-v2-r18", "dfine-nano", "rf-detr-nano"]
    expected += ["fasterrcnn-resnet50-v2", "fasterrcnn-mobilenet-320"]
    assert [each.key for each in OFFICIAL] == expected
    listed = [each.key for each in cards_for("detect", Settings()) if not each.bundled]
    assert listed == expected


def test_permissive_only_hides_ultralytics() -> None:
    families = {each.family for each in cards_for("detect", Settings(permissive_only=True))}
    assert families == {"detr", "faster-rcnn"}


@pytest.mark.parametrize("each", OFFICIAL, ids=named)
def test_card_is_complete(each: ModelCard) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", each.key)
    assert each.recipe in DETECTION_RECIPES
    assert re.search(r"\(\D+ (19|20)\d\d\)$", each.paper)
    assert "" not in {each.licences.code, each.licences.weights, each.licences.training_data}
    assert each.facts["needs_nms"] is (each.family != "detr" and not each.key.endswith("end-to-end"))
    [file] = each.files
    assert file.url.startswith("https://")
    assert file.url.endswith(f"/{file.name}")
    assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)


def test_only_what_has_no_published_hash_is_not_pinned() -> None:
    assert [each.key for each in OFFICIAL if not is_pinned(each)] == ["rf-detr-nano"]


@pytest.mark.parametrize("each", TORCHVISION_DETECTORS, ids=named)
def test_torchvision_says_the_same(each: ModelCard) -> None:
    import torchvision

    weights = torchvision.models.get_weight(str(each.facts["weights_enum"]))
    [file], [measured] = each.files, each.measured
    assert weights.url == file.url
    assert str(file.sha256).startswith(re.findall(r"-([0-9a-f]{8})\.pth", file.name)[0])
    assert round((file.size_bytes or 0) / 2**20, 3) == weights.meta["_file_size"]
    assert weights.meta["num_params"] == round(each.parameters_m * 1e6)
    assert measured.value == weights.meta["_metrics"]["COCO-val2017"]["box_map"]
    with torch.device("meta"):
        module: Any = torchvision.models.get_model(str(each.facts["builder"]), weights=None, weights_backbone=None)
    recipe = DETECTION_RECIPES[each.recipe]
    assert (module.transform.min_size, module.transform.max_size) == ((recipe.size,), recipe.longest)
    assert tuple(module.transform.image_mean) == recipe.mean
    assert tuple(module.transform.image_std) == recipe.deviation
    stages: Any = each.facts["stages"]
    for path in stages.values():
        module.get_submodule(path)


@pytest.mark.parametrize("each", ULTRALYTICS_CARDS, ids=named)
def test_ultralytics_builds_what_the_card_says(each: ModelCard) -> None:
    library: Any = import_ultralytics()
    with process_kept():
        module = library.nn.tasks.DetectionModel(str(each.facts["architecture"]), nc=80, verbose=False)
    assert sum(parameter.numel() for parameter in module.parameters()) == round(each.parameters_m * 1e6)
    has_two_heads = getattr(module.model[-1], "one2one_cv2", None) is not None
    assert has_two_heads is each.key.startswith("yolo26n")


def built(each: ModelCard) -> Any:
    import transformers

    huggingface_offline()
    kind = getattr(transformers, str(each.facts["class"]))
    with torch.device("meta"):
        return kind(config_of(each, kind))


@pytest.mark.parametrize("each", HUGGINGFACE_DETECTORS, ids=named)
def test_transformers_builds_what_the_card_says(each: ModelCard) -> None:
    module = built(each)
    assert sum(parameter.numel() for parameter in module.parameters()) == round(each.parameters_m * 1e6)
    stages: Any = each.facts["stages"]
    for path in stages.values():
        module.get_submodule(path)


def test_the_published_size_is_that_of_the_network_we_build(tmp_path: Any) -> None:
    """Names, shapes and number of tensors together give the length of the file to the byte."""
    import transformers

    huggingface_offline()
    for key in ("rtdetr-v2-r18", "dfine-nano"):
        each = next(card for card in HUGGINGFACE_DETECTORS if card.key == key)
        kind = getattr(transformers, str(each.facts["class"]))
        kind(config_of(each, kind)).save_pretrained(tmp_path / key)
        assert (tmp_path / key / "model.safetensors").stat().st_size == each.files[0].size_bytes


def test_detrs_published_size() -> None:
    """Its file holds four counters of batch norm more than today's library writes: 8 bytes and 128 of header each."""
    each = next(card for card in HUGGINGFACE_DETECTORS if card.key == "detr-resnet-50")
    missing = (each.files[0].size_bytes or 0) - safetensors_size(published_names(built(each)))
    assert 4 * 130 <= missing <= 4 * 140


def published_names(module: Any) -> dict[str, torch.Tensor]:
    found = {}
    for name, tensor in module.state_dict().items():
        old = name.replace("model.backbone.", "model.backbone.conv_encoder.").replace(".o_proj.", ".out_proj.")
        found[re.sub(r"\.mlp\.(fc[12])\.", r".\1.", old)] = tensor
    return found
