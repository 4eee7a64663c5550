"""Do the segmenters of other libraries answer as those libraries do, and are their cards true?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.segmentation.tiny_sam import card_for, embedded
from tests.tiny_models import noise_photo
from vizcore.errors import WeightsMismatch
from vizcore.photo import Photo
from vizcore.scenes import SceneSettings, draw_scene
from vizcore.segmentation import BoxSettings, Masks, Prompts, SegmentSettings, segment, segment_boxes
from vizcore.settings import Settings
from vizcore.zoo.cards import WeightFile
from vizcore.zoo.catalogue import CARDS, cards_for
from vizcore.zoo.catalogue.promptable_cards import PROMPTABLE_CARDS, SEGMENT_ANYTHING_CARDS, read_sam_mini
from vizcore.zoo.classical_segmenters import GrabCutSegmenter
from vizcore.zoo.huggingface_sam import SHARED, HuggingFaceSegmenter, fitting
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import PromptableSegmenter
from vizcore.zoo.sam_models import SamSegmenter
from vizcore.zoo.weights import availability, load_into

CLICK = Prompts(((60.0, 40.0),), (1,))
SMALL_DECODER = {"hidden_size": 64, "mlp_dim": 128, "num_attention_heads": 4, "iou_head_hidden_dim": 64}


def louder(module: torch.nn.Module) -> torch.nn.Module:
    """transformers starts with weights so small that every logit is about 0, and everything equals everything."""
    for weights in module.parameters():
        if weights.ndim > 1:
            weights.data.mul_(5)
    return module


def small_sam() -> HuggingFaceSegmenter:
    import transformers

    torch.manual_seed(0)
    vision = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 256, "mlp_dim": 96}
    vision |= {"output_channels": 64, "global_attn_indexes": [1], "window_size": 8, "num_pos_feats": 32}
    config = transformers.SamConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": 64, "image_size": 256},
        mask_decoder_config=SMALL_DECODER,
    )
    card = replace(card_for("small-hf-sam"), facts={"stretched": False})
    return HuggingFaceSegmenter(card, louder(transformers.SamModel(config)), "seed", "cpu")


def small_sam2() -> HuggingFaceSegmenter:
    import transformers

    torch.manual_seed(0)
    backbone = {"model_type": "sam2_hiera_det_model", "image_size": [256, 256], "hidden_size": 32}
    backbone |= {"blocks_per_stage": [1, 2, 3, 1], "embed_dim_per_stage": [32, 64, 128, 256]}
    backbone |= {"global_attention_blocks": [4], "window_size_per_stage": [8, 4, 8, 4]}
    vision = {"backbone_config": backbone, "backbone_channel_list": [256, 128, 64, 32], "fpn_hidden_size": 64}
    vision |= {"backbone_feature_sizes": [[64, 64], [32, 32], [16, 16]]}
    config = transformers.Sam2Config(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": 64, "image_size": 256},
        mask_decoder_config=SMALL_DECODER,
    )
    card = replace(card_for("small-hf-sam2"), facts={"stretched": True})
    return HuggingFaceSegmenter(card, louder(transformers.Sam2Model(config)), "seed", "cpu")


def processor_for(model: HuggingFaceSegmenter) -> Any:
    from transformers import Sam2ImageProcessor, Sam2Processor, SamImageProcessor, SamProcessor

    if model.card.facts["stretched"]:
        return Sam2Processor(Sam2ImageProcessor(size={"height": 256, "width": 256}), target_size=256)
    pictures = SamImageProcessor(size={"longest_edge": 256}, pad_size={"height": 256, "width": 256})
    return SamProcessor(pictures)


@pytest.mark.parametrize("build", [small_sam, small_sam2])
@pytest.mark.parametrize("several", [True, False])
def test_transformers_own_path_gives_the_same(build: Any, several: bool) -> None:
    model, photo = build(), noise_photo(150, 200)
    prompts = CLICK if several else Prompts(((60.0, 40.0), (150.0, 90.0)), (1, 0))
    given = processor_for(model)(
        images=photo.rgb.copy(),
        input_points=[[[list(point) for point in prompts.points_xy]]],
        input_labels=[[list(prompts.labels)]],
        return_tensors="pt",
    )
    sizes = {name: given.pop(name) for name in list(given) if name.endswith("sizes")}
    with torch.no_grad():
        answer = model.module(**given, multimask_output=several)
    order = np.argsort(-answer.iou_scores[0, 0].numpy(), kind="stable")
    found = segment(model, embedded(model, photo), SegmentSettings(prompts))
    # Its resize works on tensors and rounds some pixels by one level.
    theirs = answer.pred_masks[0, 0].numpy()[order]
    assert sizes["original_sizes"].tolist() == [[150, 200]]
    np.testing.assert_allclose(found.low_res_logits, theirs, atol=0.05 * np.abs(theirs).max())
    np.testing.assert_allclose(found.predicted_iou, answer.iou_scores[0, 0].numpy()[order], atol=0.02)
    assert len(found) == (3 if several else 1)


@pytest.mark.parametrize("build", [small_sam, small_sam2])
def test_transformers_models_take_boxes_and_earlier_logits(build: Any) -> None:
    model = build()
    assert isinstance(model, PromptableSegmenter)
    embedding = embedded(model, noise_photo(150, 200))
    boxes = ((10.0, 10.0, 90.0, 80.0), (50.0, 20.0, 190.0, 140.0), (0.0, 0.0, 200.0, 150.0))
    together = segment_boxes(model, embedding, BoxSettings(boxes))
    for place, box in enumerate(boxes):
        alone = segment(model, embedding, SegmentSettings(Prompts(box_xyxy=box)))
        np.testing.assert_allclose(alone.low_res_logits[0], together.low_res_logits[place], atol=1e-4)
    again = SegmentSettings(Prompts(((60.0, 40.0),), (1,), boxes[0]), previous=together.low_res_logits[0])
    second = segment(model, embedding, again)
    assert len(second) == 1
    assert np.abs(together.low_res_logits).max() > 0.1
    assert not np.allclose(second.low_res_logits[0], together.low_res_logits[0], atol=1e-2)
    assert model.encoder_runs == 1  # type: ignore[attr-defined]


def test_unused_parts_of_a_file_are_left_out_and_shared_ones_doubled() -> None:
    card = CARDS["sam2-hiera-tiny"]
    state = {SHARED[0]: torch.ones(2), "memory_encoder.weight": torch.ones(1), "no_memory_embedding": torch.ones(1)}
    assert set(fitting(state, card)) == {*SHARED, "no_memory_embedding"}
    with pytest.raises(WeightsMismatch):
        load_into(small_sam().module, fitting(state, card), card)


@pytest.mark.parametrize(
    "each", [card for card in PROMPTABLE_CARDS if card.source == "huggingface"], ids=lambda c: c.key
)
def test_transformers_networks_are_as_large_as_their_cards_say(each: Any) -> None:
    import transformers

    with torch.device("meta"):
        kind = getattr(transformers, each.facts["class"])
        module = kind(kind.config_class(**each.facts["config"]))
    assert sum(p.numel() for p in module.parameters()) == round(each.parameters_m * 1e6)
    patterns = kind._keys_to_ignore_on_load_unexpected or []
    left_out = {pattern.strip("^$").rstrip(".*") for pattern in each.facts.get("unused", ())}
    assert left_out == {pattern.strip("^$").rstrip(".*") for pattern in patterns}


@pytest.mark.parametrize("each", SEGMENT_ANYTHING_CARDS, ids=lambda card: card.key)
def test_official_networks_are_as_large_as_their_cards_say(each: Any) -> None:
    from segment_anything import sam_model_registry

    with torch.device("meta"):
        module = sam_model_registry[each.facts["builder"]](checkpoint=None)
    assert sum(p.numel() for p in module.parameters()) == round(each.parameters_m * 1e6)
    file = each.files[0]
    assert 0 < file.size_bytes - 4 * sum(v.numel() for v in module.state_dict().values()) < 300_000


def test_official_weights_load_by_name(tmp_path: Path) -> None:
    from segment_anything import sam_model_registry

    torch.manual_seed(1)
    state = sam_model_registry["vit_b"](checkpoint=None).state_dict()
    torch.save(state, tmp_path / "sam.pth")
    from vizcore.zoo.weights import digest, verify_file

    path = tmp_path / "sam.pth"
    file = WeightFile("sam.pth", sha256=digest(path), size_bytes=path.stat().st_size)
    verify_file(path, file, "sam-vit-b")
    from vizcore.zoo.sam_models import load_promptable

    model = load_promptable(replace(CARDS["sam-vit-b"], files=(file,)), tmp_path, "cpu")
    assert model.weights_sha256 == file.sha256
    assert isinstance(model, SamSegmenter)
    assert model.memory_bytes() == pytest.approx(375e6, rel=0.01)
    name = "image_encoder.blocks.3.attn.qkv.weight"
    torch.testing.assert_close(model.module.state_dict()[name], state[name])


def test_mobile_sam_answers_with_its_own_parts() -> None:
    from vizcore.zoo.guards import import_ultralytics

    import_ultralytics()
    from ultralytics.models.sam.build import build_mobile_sam

    torch.manual_seed(0)
    card = CARDS["mobile-sam"]
    model = SamSegmenter(card, build_mobile_sam(None), "seed", "cpu")
    assert sum(p.numel() for p in model.module.parameters()) == round(card.parameters_m * 1e6)
    photo = noise_photo(96, 128)
    embedding = embedded(model, photo)
    assert embedding.features[0].shape == (1, 256, 64, 64)
    found = segment(model, embedding, SegmentSettings(CLICK))
    assert found.masks.shape == (3, 96, 128)
    assert found.low_res_logits.shape == (3, 256, 256)
    prepared = model._normalised(model._resized(photo)[0])
    with torch.no_grad():
        theirs = model.module.image_encoder(prepared).numpy()
    np.testing.assert_allclose(embedding.features[0], theirs, atol=1e-4)


def test_the_segmenters_we_promise_are_there() -> None:
    keys = [each.key for each in cards_for("promptable", Settings()) if not each.bundled]
    assert keys == [
        "sam-vit-b",
        "sam-vit-l",
        "sam-vit-h",
        "hf-sam-vit-base",
        "sam2-hiera-tiny",
        "mobile-sam",
        "grabcut",
    ]
    for each in PROMPTABLE_CARDS:
        assert re.fullmatch(r"[a-z0-9-]+", each.key)
        assert re.search(r"\(\D+ (19|20)\d\d\)$", each.paper)
        for file in each.files:
            assert re.fullmatch(r"[0-9a-f]{64}", str(file.sha256))
            assert each.bundled or file.url.startswith("https://")


def test_sam_mini_is_listed_with_its_report(tmp_path: Path) -> None:
    assert read_sam_mini(tmp_path) == ()
    report = {"sha256": "0" * 64, "size_bytes": 9_000_000, "parameters_m": 4.5, "training_data": "photos: research use"}
    (tmp_path / "sam-mini.json").write_text(json.dumps(report))
    assert read_sam_mini(tmp_path) == (), "without what was measured it is not listed"
    report["measured"] = [{"name": "box IoU", "value": 0.7, "unit": "", "source": "training/log"}]  # type: ignore[assignment]
    (tmp_path / "sam-mini.json").write_text(json.dumps(report))
    (card,) = read_sam_mini(tmp_path)
    assert (card.key, card.task, card.bundled, card.measured[0].value) == ("sam-mini", "promptable", True, 0.7)


def grabcut() -> GrabCutSegmenter:
    model = load_model(CARDS["grabcut"], "cpu", Settings(offline=True))
    assert isinstance(model, GrabCutSegmenter)
    return model


def test_a_card_without_files_is_always_here() -> None:
    assert availability(CARDS["grabcut"], Settings(offline=True)) == "here"
    assert isinstance(grabcut(), PromptableSegmenter)


def disc(size: int = 200) -> tuple[Photo, np.ndarray]:
    y, x = np.mgrid[:size, :size]
    mask = (x - 120) ** 2 + (y - 90) ** 2 < 45**2
    rng = np.random.default_rng(0)
    rgb = np.where(mask[..., None], (200, 60, 40), (40, 90, 160)) + rng.integers(-15, 16, (size, size, 3))
    return Photo(rgb.clip(0, 255).astype(np.uint8), "disc"), mask


@pytest.mark.parametrize(
    "prompts",
    [
        Prompts(box_xyxy=(65.0, 35.0, 175.0, 145.0)),
        Prompts(((120.0, 90.0),), (1,)),
        Prompts(((120.0, 90.0), (20.0, 180.0)), (1, 0), (60.0, 30.0, 180.0, 150.0)),
    ],
    ids=["box", "click", "both"],
)
def test_grabcut_cuts_out_a_disc(prompts: Prompts) -> None:
    photo, mask = disc()
    model = grabcut()
    found = segment(model, embedded(model, photo), SegmentSettings(prompts))
    assert len(found) == 1
    assert (found.masks[0] & mask).sum() / (found.masks[0] | mask).sum() > 0.97
    assert found.to_json()["masks"][0]["predicted_iou"] is None
    again = segment(model, embedded(model, photo), SegmentSettings(prompts))
    np.testing.assert_array_equal(found.masks, again.masks)


def test_grabcut_listens_to_negative_clicks_and_to_its_last_answer() -> None:
    scene = draw_scene(SceneSettings(seed=3))
    model = grabcut()
    photo = scene.photo
    embedding = embedded(model, photo)
    box = Prompts(box_xyxy=(0.0, 0.0, float(photo.width), float(photo.height)))
    first = segment(model, embedding, SegmentSettings(box))
    assert isinstance(first, Masks)
    point = (photo.width / 2, photo.height / 2)
    negative = Prompts((point,), (0,), box.box_xyxy)
    second = segment(model, embedding, SegmentSettings(negative, previous=first.low_res_logits[0]))
    assert not second.masks[0][int(point[1]), int(point[0])]


@pytest.mark.parametrize("size_hw", [(1, 1), (40, 20_000), (300, 2), (64, 64)])
@pytest.mark.parametrize("boxed", [True, False])
def test_grabcut_takes_any_photo(size_hw: tuple[int, int], boxed: bool) -> None:
    model = grabcut()
    photo = Photo(np.full((*size_hw, 3), 128, np.uint8), "flat")
    whole = (0.0, 0.0, float(size_hw[1]), float(size_hw[0]))
    centre = Prompts(((size_hw[1] / 2, size_hw[0] / 2),), (1,))
    prompts = Prompts(box_xyxy=whole) if boxed else centre
    found = segment(model, embedded(model, photo), SegmentSettings(prompts))
    assert found.masks.shape == (1, *size_hw)
