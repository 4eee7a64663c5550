"""Do the segmenters that name things answer as their libraries do, and are their cards true?"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision

from tests.tiny_models import noise_photo
from vizcore.errors import WeightsMismatch
from vizcore.photo import Photo
from vizcore.segmentation.kinds import KindSettings, SegmentMap, segment_photo
from vizcore.zoo.cards import ModelCard, WeightFile
from vizcore.zoo.catalogue import CARDS, cards_for
from vizcore.zoo.catalogue.segmenter_cards import SEGMENTER_CARDS
from vizcore.zoo.segmentation_models import (  # type: ignore[attr-defined]
    BACKGROUND,
    COCO_80,
    COCO_STUFF,
    Cut,
    InstanceSegmenter,
    PanopticSegmenter,
    SemanticSegmenter,
    _stacked,
    load_panoptic,
    load_semantic,
    panoptic_config,
)
from vizcore.zoo.weights import verify

DEEPLAB, MASK_RCNN, MASK2FORMER = SEGMENTER_CARDS
SMALL_SWIN = {"embed_dim": 24, "depths": [1, 1, 1, 1], "num_heads": [1, 1, 2, 2], "window_size": 4,
              "out_features": ["stage1", "stage2", "stage3", "stage4"]}  # fmt: skip
SMALL = {"num_labels": 133, "num_queries": 12, "decoder_layers": 2, "encoder_layers": 1, "hidden_dim": 32,
         "feature_size": 32, "mask_feature_size": 32, "dim_feedforward": 48, "encoder_feedforward_dim": 48,
         "num_attention_heads": 2}  # fmt: skip


def small_card() -> ModelCard:
    return replace(MASK2FORMER, key="small", facts={"backbone_config": SMALL_SWIN, "config": SMALL})


def small_mask2former(seed: int = 0) -> Any:
    from transformers import Mask2FormerForUniversalSegmentation

    torch.manual_seed(seed)
    module = Mask2FormerForUniversalSegmentation(panoptic_config(small_card()))
    for each in module.parameters():  # transformers starts so small that nothing differs from anything
        if each.ndim > 1:
            each.data.mul_(3)
    return module.eval()


def panoptic() -> PanopticSegmenter:
    things = [place < 80 for place in range(133)]
    return PanopticSegmenter(small_card(), small_mask2former(), (*COCO_80, *COCO_STUFF), things, "seed", "cpu")


def semantic() -> SemanticSegmenter:
    torch.manual_seed(1)
    module = torchvision.models.segmentation.deeplabv3_mobilenet_v3_large(
        weights=None, weights_backbone=None, aux_loss=True
    )
    labels = [BACKGROUND, *(f"class {place}" for place in range(20))]
    return SemanticSegmenter(DEEPLAB, module, labels, [place > 0 for place in range(21)], "seed", "cpu")


def instance() -> InstanceSegmenter:
    torch.manual_seed(2)
    module = torchvision.models.detection.maskrcnn_resnet50_fpn_v2(
        weights=None, weights_backbone=None, min_size=64, max_size=96, box_score_thresh=0.0, box_detections_per_img=5
    )
    return InstanceSegmenter(MASK_RCNN, module, [f"class {place}" for place in range(91)], [True] * 91, "seed", "cpu")


@pytest.fixture(scope="module", params=[semantic, instance, panoptic], ids=["semantic", "instance", "panoptic"])
def model(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.mark.parametrize("size", [(60, 90), (1, 1), (4, 700)])
def test_every_photo_becomes_a_map_in_its_own_pixels(model: Any, size: tuple[int, int]) -> None:
    photo = noise_photo(*size) if min(size) > 1 else Photo(np.full((1, 1, 3), 90, np.uint8), "dot")
    found = segment_photo(model, photo, KindSettings(least_score=0.0))
    assert isinstance(found, SegmentMap)
    assert found.numbers.shape == size
    assert found.kind == model.kind
    assert (found.areas > 0).all() or min(size) < 8
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    record = found.to_json()
    assert "numbers" not in record
    assert record["size_wh"] == [size[1], size[0]]


def test_nothing_sure_enough_is_an_empty_map() -> None:
    found = segment_photo(instance(), noise_photo(40, 50), KindSettings(least_score=1.1))
    assert len(found) == 0
    assert not found.numbers.any()
    found = segment_photo(panoptic(), noise_photo(40, 50), KindSettings(least_score=1.1))
    assert len(found) == 0


def test_a_large_photo_keeps_its_size() -> None:
    found = segment_photo(semantic(), noise_photo(90, 2000))
    assert found.numbers.shape == (90, 2000)


def test_deeplab_answers_as_torchvision(tmp_path: Path) -> None:
    """Loaded from a file, against torchvision's own preprocessing and argmax, at the size the model works at."""
    module = semantic().module
    file = tmp_path / "weights.pth"
    torch.save(module.state_dict(), file)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    card = replace(DEEPLAB, files=(WeightFile(file.name, "", sha256, file.stat().st_size),))
    verify.verify_file(file, card.files[0], card.key)
    ours = load_semantic(card, tmp_path, "cpu")
    assert ours.labels[0] == BACKGROUND
    photo = noise_photo(520, 640)
    weights = torchvision.models.get_weight(str(DEEPLAB.facts["weights_enum"]))
    pixels = weights.transforms()(torch.from_numpy(photo.rgb.copy()).permute(2, 0, 1))[None]
    with torch.inference_mode():
        theirs = module(pixels)["out"][0].argmax(0).numpy()
    found = segment_photo(ours, photo)
    said = np.concatenate([[0], found.class_ids])[found.numbers]
    assert (said == theirs).mean() > 0.99


def test_masks_lie_over_each_other_the_surest_on_top() -> None:
    masks = np.zeros((3, 1, 4), bool)
    masks[0, 0, :3], masks[1, 0, 1:], masks[2, 0, 1:3] = True, True, True
    cut = _stacked(masks, np.array([5, 6, 7]), np.array([0.7, 0.9, 0.2]), (1, 4))
    assert cut.numbers.tolist() == [[2, 1, 1, 1]]
    assert (cut.class_ids.tolist(), cut.scores.tolist(), cut.contested) == ([6, 5], [0.9, 0.7], 2)
    nothing = _stacked(masks[:0], np.zeros(0, int), np.zeros(0), (1, 4))
    assert isinstance(nothing, Cut)
    assert not nothing.numbers.any()


def published(module: Any, folder: Path) -> dict[str, torch.Tensor]:
    """The weights under the names of the published file: transformers saves under them. That file also holds tables of
    relative positions, and lacks the Swin's last normalisation."""
    from safetensors.torch import load_file, save_file

    module.save_pretrained(folder)
    state = load_file(folder / "model.safetensors")
    state = {name: each for name, each in state.items() if ".encoder.swin.layernorm." not in name}
    for name in [name for name in state if name.endswith("relative_position_bias_table")]:
        window = round((round(len(state[name]) ** 0.5) + 1) / 2) ** 2
        index = torch.zeros(window, window, dtype=torch.int64)
        state[name.replace("bias_table", "index")] = index
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").unlink()
    return state


def test_mask2former_loads_the_published_names(tmp_path: Path) -> None:
    theirs = small_mask2former(5)
    state = published(theirs, tmp_path)
    assert any("encoder.encoder.layers.0.blocks.0.attention.self.query" in name for name in state)
    ours = load_panoptic(small_card(), tmp_path, "cpu")
    pixels = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        said, wanted = ours.module(pixel_values=pixels), theirs(pixel_values=pixels)
    assert torch.equal(said.class_queries_logits, wanted.class_queries_logits)
    assert torch.equal(said.masks_queries_logits, wanted.masks_queries_logits)


def test_the_missing_normalisation_is_never_read() -> None:
    module = small_mask2former()
    pixels = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        before = module(pixel_values=pixels).masks_queries_logits
        module.model.pixel_level_module.encoder.swin.layernorm.weight.data.fill_(9.0)
        after = module(pixel_values=pixels).masks_queries_logits
    assert torch.equal(before, after)


def test_a_missing_tensor_is_an_error(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    state = published(small_mask2former(), tmp_path)
    del state["class_predictor.weight"]
    save_file(state, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(WeightsMismatch) as caught:
        load_panoptic(small_card(), tmp_path, "cpu")
    assert caught.value.values["missing"] == 1


def test_the_published_size_is_that_of_the_network_we_build(tmp_path: Path) -> None:
    """Names, shapes and number of tensors together give the length of the file (padding apart)."""
    from transformers import Mask2FormerForUniversalSegmentation

    module = Mask2FormerForUniversalSegmentation(panoptic_config(MASK2FORMER))
    state = published(module, tmp_path)
    size = (tmp_path / "model.safetensors").stat().st_size
    assert abs(size - int(MASK2FORMER.files[0].size_bytes or 0)) <= 16
    assert len(state) == 566


def test_cards_are_complete() -> None:
    assert [each.key for each in cards_for("segment")] == [each.key for each in SEGMENTER_CARDS]
    assert [each.facts["kind"] for each in SEGMENTER_CARDS] == ["semantic", "instance", "panoptic"]
    for each in SEGMENTER_CARDS:
        assert CARDS[each.key] is each
        assert re.search(r"\(\D+ (19|20)\d\d\)$", each.paper)
        assert all(file.url.endswith(f"/{file.name}") and file.sha256 for file in each.files)
        assert json.dumps({**each.facts})
    assert len((*COCO_80, *COCO_STUFF)) == 133


@pytest.mark.parametrize("each", [DEEPLAB, MASK_RCNN], ids=lambda each: each.key)
def test_torchvision_says_the_same(each: ModelCard) -> None:
    weights = torchvision.models.get_weight(str(each.facts["weights_enum"]))
    file = each.files[0]
    assert weights.url == file.url
    assert str(file.sha256).startswith(file.name.rpartition("-")[2].removesuffix(".pth"))
    assert round((file.size_bytes or 0) / 2**20, 3) == weights.meta["_file_size"]
    assert weights.meta["num_params"] == round(each.parameters_m * 1e6)
    [measured] = weights.meta["_metrics"].values()
    assert {quality.value for quality in each.measured} == set(measured.values())
