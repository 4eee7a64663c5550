"""SAM 2's video model, small and random, against transformers' own processor and iterator; and the card's facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo
from tests.zoo.test_promptable_models import SMALL_DECODER, louder
from vizcore.segmentation.prompts import Prompts
from vizcore.settings import Settings
from vizcore.tracking.carried import Anchor, PropagatedMasks, PropagateSettings
from vizcore.tracking.video_memory import propagate_by_memory
from vizcore.zoo.catalogue import CARDS, cards_for
from vizcore.zoo.huggingface_video import HuggingFaceVideoSegmenter
from vizcore.zoo.protocols import VideoSegmenter
from vizcore.zoo.weights.folders import candidate_folders

FRAMES, HEIGHT, WIDTH, SIDE = 5, 120, 160, 128
BOX = (30.0, 20.0, 90.0, 80.0)


@pytest.fixture(scope="module")
def model() -> HuggingFaceVideoSegmenter:
    import transformers

    torch.manual_seed(0)
    backbone = {"model_type": "sam2_hiera_det_model", "image_size": [SIDE, SIDE], "hidden_size": 32}
    backbone |= {"blocks_per_stage": [1, 1, 2, 1], "embed_dim_per_stage": [32, 64, 128, 256]}
    backbone |= {"global_attention_blocks": [3], "window_size_per_stage": [8, 4, 8, 4]}
    vision = {"backbone_config": backbone, "backbone_channel_list": [256, 128, 64, 32], "fpn_hidden_size": 128}
    vision |= {"backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]]}
    config = transformers.Sam2VideoConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": 128, "image_size": SIDE},
        mask_decoder_config=SMALL_DECODER | {"hidden_size": 128},
        image_size=SIDE,
        memory_attention_hidden_size=128,
        memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=64,
        memory_attention_rope_feat_sizes=[8, 8],
        memory_encoder_hidden_size=128,
        memory_encoder_output_channels=64,
        mask_downsampler_embed_dim=128,
        memory_fuser_embed_dim=128,
        memory_fuser_intermediate_dim=64,
    )
    module = louder(transformers.Sam2VideoModel(config))
    bias = module.mask_decoder.pred_obj_score_head.proj_out.bias
    torch.nn.init.constant_(bias, 50.0)  # the object is there: random weights would call it hidden
    return HuggingFaceVideoSegmenter(replace(CARDS["sam2-video-hiera-tiny"], key="small"), module, "seed", "cpu")


def photos() -> tuple[Any, ...]:
    return tuple(noise_photo(HEIGHT, WIDTH, seed) for seed in range(FRAMES))


def carried(model: HuggingFaceVideoSegmenter, *anchors: Anchor) -> PropagatedMasks:
    *_steps, last = propagate_by_memory(model, photos(), PropagateSettings(anchors))
    assert isinstance(last.result, PropagatedMasks)
    return last.result


def test_transformers_own_path_gives_the_same(model: HuggingFaceVideoSegmenter) -> None:
    from transformers import Sam2ImageProcessor, Sam2VideoProcessor, Sam2VideoVideoProcessor

    assert isinstance(model, VideoSegmenter)
    size = {"height": SIDE, "width": SIDE}
    processor = Sam2VideoProcessor(
        image_processor=Sam2ImageProcessor(size=size), video_processor=Sam2VideoVideoProcessor(size=size),
        target_size=SIDE,
    )  # fmt: skip
    session = processor.init_video_session(video=[each.rgb for each in photos()])
    processor.add_inputs_to_inference_session(session, frame_idx=1, obj_ids=1, input_boxes=[[list(BOX)]])
    theirs: dict[int, torch.Tensor] = {}
    with torch.inference_mode():
        first = model.module(session, frame_idx=1)
        theirs[1] = first.pred_masks[0, 0]
        for reverse in (False, True):
            for each in model.module.propagate_in_video_iterator(session, start_frame_idx=1, reverse=reverse):
                theirs.setdefault(each.frame_idx, each.pred_masks[0, 0])
    from vizcore.segmentation.prompts import as_batch

    batch = as_batch(Prompts(box_xyxy=BOX), model.placement(photos()[0]), None, several=False)
    ours = {each.place: each for each in model.carry(photos(), {1: batch})}
    assert set(ours) == set(theirs) == set(range(FRAMES))
    for place, each in ours.items():  # their resize works on tensors and rounds some pixels by one level
        scale = float(theirs[place].abs().max())
        np.testing.assert_allclose(each.logits, theirs[place], atol=0.05 * scale)
        assert scale > 0.1
        assert np.isfinite(each.predicted_iou)


def test_a_correction_reaches_both_ways(model: HuggingFaceVideoSegmenter) -> None:
    shown, corrected = Anchor(2, Prompts(box_xyxy=BOX)), Anchor(4, Prompts(((100.0, 90.0),), (1,)))
    once, twice = carried(model, shown), carried(model, shown, corrected)
    assert twice.anchors == (2, 4)
    changed = [once.rles[place] != twice.rles[place] for place in range(FRAMES)]
    assert changed[1] is False, "what was shown first stays"
    assert changed[2]
    assert changed[4]
    assert np.isnan(once.agreement[1])
    assert np.isfinite(np.delete(once.agreement, 1)).all()
    assert carried(model, shown).rles == once.rles


def test_the_card_is_the_file_of_the_picture_model() -> None:
    import transformers

    card, pictures = CARDS["sam2-video-hiera-tiny"], CARDS["sam2-hiera-tiny"]
    assert [each.key for each in cards_for("video", Settings())] == [card.key]
    assert card.files == pictures.files
    assert list(candidate_folders(card, Settings())) == list(candidate_folders(pictures, Settings()))
    with torch.device("meta"):
        module = transformers.Sam2VideoModel(transformers.Sam2VideoConfig())
    numbers = sum(each.numel() for each in module.state_dict().values())
    size_bytes = card.files[0].size_bytes
    assert size_bytes is not None
    assert 0 < size_bytes - 4 * numbers < 100_000, "names and shapes of the tensors, and nothing else"
    assert sum(each.numel() for each in module.parameters()) == round(card.parameters_m * 1e6)
