"""Does a click give what SAM's own predictor gives, and does the second click leave the encoder alone?"""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from segment_anything import SamPredictor

from tests.patience import PATIENCE_S, wait_until
from tests.segmentation.tiny_sam import card_for, embedded, tiny_sam, tiny_vit_sam
from tests.tiny_models import noise_photo
from vizcore.engine import Engine
from vizcore.errors import InvalidOutput, PromptInvalid
from vizcore.photo import Note, Photo
from vizcore.segmentation import BoxSettings, Prompts, SegmentSettings, embed, segment, segment_boxes
from vizcore.segmentation.results import ImageEmbedding, Masks
from vizcore.settings import Settings
from vizcore.zoo.bundled.lite_sam import EMBEDDED, GRID
from vizcore.zoo.protocols import PromptableSegmenter
from vizcore.zoo.sam_models import SamSegmenter

CLICK = Prompts(((60.0, 40.0),), (1,))
CASES = {
    "one click": CLICK,
    "one negative click": Prompts(((60.0, 40.0),), (0,)),
    "two clicks": Prompts(((60.0, 40.0), (150.5, 120.25)), (1, 0)),
    "a box": Prompts(box_xyxy=(20.0, 30.0, 120.0, 100.0)),
    "a box and a click": Prompts(((60.0, 40.0),), (1,), (20.0, 30.0, 120.0, 100.0)),
}
SIZES = [(150, 200), (301, 97), (256, 256), (700, 900)]


def stretched(prompts: Prompts, across: float, down: float) -> Prompts:
    """The prompts on a photo of another size."""
    points = tuple((x * across, y * down) for x, y in prompts.points_xy)
    if prompts.box_xyxy is None:
        return Prompts(points, prompts.labels)
    x0, y0, x1, y1 = prompts.box_xyxy
    return Prompts(points, prompts.labels, (x0 * across, y0 * down, x1 * across, y1 * down))


def official(model: SamSegmenter, photo: Photo) -> SamPredictor:
    predictor = SamPredictor(model.module)
    predictor.set_image(photo.rgb)
    return predictor


def asked_officially(
    predictor: SamPredictor, prompts: Prompts, several: bool, previous: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points = {}
    if prompts.points_xy:
        points = {"point_coords": np.array(prompts.points_xy), "point_labels": np.array(prompts.labels)}
    box = None if prompts.box_xyxy is None else np.array(prompts.box_xyxy)
    return predictor.predict(**points, box=box, mask_input=previous, multimask_output=several)


@pytest.mark.parametrize("size_hw", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_segment_is_what_the_official_predictor_says(name: str, size_hw: tuple[int, int]) -> None:
    model, photo = tiny_vit_sam(), noise_photo(*size_hw)
    prompts = stretched(CASES[name], size_hw[1] / 200, size_hw[0] / 150)
    masks, quality, logits = asked_officially(official(model, photo), prompts, prompts.single_click)
    order = np.argsort(-quality, kind="stable")
    found = segment(model, embedded(model, photo), SegmentSettings(prompts))
    assert len(found) == (3 if prompts.single_click else 1)
    np.testing.assert_allclose(found.low_res_logits, logits[order], atol=2e-4)
    np.testing.assert_allclose(found.predicted_iou, quality[order], atol=1e-5)
    # Random weights give masks full of specks, on which one enlargement and two differ most (see test_upsampling).
    assert np.mean(found.masks != masks[order]) < 0.02


def test_earlier_logits_are_fed_back_as_the_official_predictor_does() -> None:
    model, photo = tiny_vit_sam(), noise_photo()
    embedding = embedded(model, photo)
    first = segment(model, embedding, SegmentSettings(CLICK))
    second = segment(model, embedding, SegmentSettings(CASES["two clicks"], previous=first.low_res_logits[0]))
    _, quality, logits = asked_officially(
        official(model, photo), CASES["two clicks"], False, first.low_res_logits[:1].copy()
    )
    np.testing.assert_allclose(second.low_res_logits, logits, atol=2e-4)
    np.testing.assert_allclose(second.predicted_iou, quality, atol=1e-5)
    without = segment(model, embedding, SegmentSettings(CASES["two clicks"]))
    assert not np.allclose(without.low_res_logits, second.low_res_logits)
    again = segment(model, embedding, SegmentSettings(CLICK, previous=first.low_res_logits[0]))
    assert len(again) == 1, "what is known already makes a single click unambiguous"


def test_the_best_candidate_comes_first_and_alone_where_that_is_enough() -> None:
    model = tiny_sam()
    embedding = embedded(model, noise_photo())
    found = segment(model, embedding, SegmentSettings(CLICK))
    assert list(found.predicted_iou) == sorted(found.predicted_iou, reverse=True)
    best = segment(model, embedding, SegmentSettings(CLICK, keep="best"))
    assert len(best) == 1
    np.testing.assert_array_equal(best.masks[0], found.masks[0])
    np.testing.assert_array_equal(found.best().masks, best.masks)


@pytest.mark.parametrize("size_hw", [(1, 1), (40, 2000), (2000, 4), (256, 256), (1, 700)])
def test_any_size_of_photo(size_hw: tuple[int, int]) -> None:
    model, photo = tiny_sam(), noise_photo(*size_hw)
    centre = Prompts(((size_hw[1] / 2, size_hw[0] / 2),), (1,))
    found = segment(model, embedded(model, photo), SegmentSettings(centre))
    assert found.masks.shape == (3, *size_hw)
    assert found.size_wh == (photo.width, photo.height)


def test_prompts_outside_are_moved_to_the_edge_and_said_so() -> None:
    model = tiny_sam()
    embedding = embedded(model, noise_photo())
    outside = Prompts(((-5.0, 40.0), (60.0, 999.0), (10.0, 10.0)), (1, 1, 0), (-3.0, 0.0, 500.0, 150.0))
    inside = Prompts(((0.0, 40.0), (60.0, 150.0), (10.0, 10.0)), (1, 1, 0), (0.0, 0.0, 200.0, 150.0))
    found = segment(model, embedding, SegmentSettings(outside))
    same = segment(model, embedding, SegmentSettings(inside))
    np.testing.assert_array_equal(found.low_res_logits, same.low_res_logits)
    assert found.provenance.notes == (Note("prompts_clamped", {"count": 3}),)
    assert same.provenance.notes == ()


BAD = {
    "nothing": (Prompts(), "missing"),
    "box without area": (Prompts(box_xyxy=(10.0, 10.0, 10.0, 50.0)), "no_area"),
    "box outside": (Prompts(box_xyxy=(-50.0, 10.0, -1.0, 50.0)), "no_area"),
    "not a number": (Prompts(((float("nan"), 3.0),), (1,)), "not_finite"),
    "infinite box": (Prompts(box_xyxy=(0.0, 0.0, float("inf"), 5.0)), "not_finite"),
    "unknown label": (Prompts(((1.0, 3.0),), (2,)), "label"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_prompts_have_a_reason(name: str) -> None:
    model = tiny_sam()
    prompts, reason = BAD[name]
    with pytest.raises(PromptInvalid) as problem:
        segment(model, embedded(model, noise_photo()), SegmentSettings(prompts))
    assert problem.value.values == {"reason": reason}


def test_three_hundred_points_and_a_box_drawn_backwards() -> None:
    model = tiny_sam()
    embedding = embedded(model, noise_photo())
    rng = np.random.default_rng(0)
    points = tuple((float(x), float(y)) for x, y in rng.uniform(0, 150, (300, 2)))
    found = segment(model, embedding, SegmentSettings(Prompts(points, tuple(i % 2 for i in range(300)))))
    assert len(found) == 1
    backwards = segment(model, embedding, SegmentSettings(Prompts(box_xyxy=(120.0, 100.0, 20.0, 30.0))))
    forwards = segment(model, embedding, SegmentSettings(CASES["a box"]))
    np.testing.assert_array_equal(backwards.low_res_logits, forwards.low_res_logits)


def test_many_boxes_in_one_go_are_what_each_gives_alone() -> None:
    model = tiny_sam()
    embedding = embedded(model, noise_photo())
    boxes = tuple((float(x), float(y), x + 40.0, y + 30.0) for x in (0, 40, 80, 120) for y in (0, 30, 60, 90, 110))
    found = segment_boxes(model, embedding, BoxSettings(boxes))
    assert len(found) == 20
    for place in (0, 7, 19):
        alone = segment(model, embedding, SegmentSettings(Prompts(box_xyxy=boxes[place])))
        np.testing.assert_allclose(alone.low_res_logits[0], found.low_res_logits[place], atol=1e-4)
    none = segment_boxes(model, embedding, BoxSettings(()))
    assert len(none) == 0
    assert none.masks.shape == (0, 150, 200)


def test_an_embedding_belongs_to_its_model() -> None:
    with pytest.raises(ValueError, match="expected an embedding by tiny-sam, got one by tiny-vit-sam"):
        segment(tiny_sam(), embedded(tiny_vit_sam(), noise_photo()), SegmentSettings(CLICK))


def test_numbers_that_are_none_are_an_error() -> None:
    model = tiny_sam()
    embedding = embedded(model, noise_photo())
    model.module.mask_decoder.output_hypernetworks_mlps[1].layers[-1].bias.data.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        segment(model, embedding, SegmentSettings(CLICK))


def test_embedding_reports_block_by_block() -> None:
    steps = list(embed(tiny_vit_sam(), noise_photo()))
    assert [(each.step, each.total) for each in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [each.result is None for each in steps] == [True, True, True, False]


def test_an_encoder_stopped_between_two_blocks_leaves_nothing_behind() -> None:
    model = tiny_vit_sam()
    steps = embed(model, noise_photo())
    for _ in range(2):
        assert next(steps).result is None
        assert not torch.is_inference_mode_enabled()
    steps.close()  # type: ignore[attr-defined]
    assert torch.is_grad_enabled()
    assert embedded(model, noise_photo()).features[0].shape == (1, 64, 16, 16)


def test_a_session_that_goes_while_its_photo_is_embedded_frees_the_model() -> None:
    blocks: list[int] = []
    second = threading.Event()

    def slow(module: object, given: object) -> None:
        blocks.append(1)
        if len(blocks) == 1:
            second.wait(PATIENCE_S)

    model = tiny_vit_sam()
    engine = Engine(Settings(device="cpu"), loader=lambda card, device: model, find_card=card_for)
    handles = [block.register_forward_pre_hook(slow) for block in model.module.image_encoder.blocks]
    try:
        job = engine.start(embed, "tiny-vit-sam", noise_photo(), session="gone")
        wait_until(lambda: bool(blocks))
        engine.close_session("gone")
        second.set()
        wait_until(lambda: not any(each.in_use for each in engine.status().models) and not engine.status().running)
        assert (job.state, blocks) == ("cancelled", [1]), "the second block never ran"
        assert engine.status().queue_length == 0
    finally:
        engine.close()
        for handle in handles:
            handle.remove()


def test_the_second_click_never_runs_the_encoder() -> None:
    models: list[SamSegmenter] = []

    def load(card: object, device: str) -> SamSegmenter:
        models.append(tiny_sam())
        return models[-1]

    engine = Engine(Settings(device="cpu"), loader=load, find_card=card_for)
    photo = noise_photo()
    try:
        for x in (20.0, 60.0, 100.0):
            embedding = engine.run(embed, "tiny-sam", photo)
            assert isinstance(embedding, ImageEmbedding)
            click = SegmentSettings(Prompts(((x, 40.0),), (1,)))
            found = engine.run(segment, "tiny-sam", embedding, click, session=f"visitor {x}")
            assert isinstance(found, Masks)
            assert found.provenance.photos_sha256 == (photo.sha256,)
        assert [model.encoder_runs for model in models] == [1]
        assert engine.status().calls == 4
        assert engine.status().cache_bytes > sum(each.nbytes for each in embedding.features)  # type: ignore[attr-defined]
        engine.forget([photo.sha256])
        assert engine.status().cache_bytes == 0, "the photo is gone, and with it all that was made of it"
    finally:
        engine.close()


def test_answers_travel_and_tell_where_they_come_from() -> None:
    import pickle

    model = tiny_sam()
    embedding = pickle.loads(pickle.dumps(embedded(model, noise_photo())))
    first = segment(model, embedding, SegmentSettings(CLICK))
    second = segment(model, embedding, pickle.loads(pickle.dumps(SegmentSettings(CLICK, first.low_res_logits[0]))))
    content = second.to_json()
    assert content["masks"][0]["segmentation"]["size"] == [150, 200]
    assert set(content["masks"][0]) == {"segmentation", "predicted_iou", "stability", "area", "box_xyxy"}
    assert len(content["provenance"]["settings"]["previous_sha256"]) == 64
    assert content["provenance"]["model"] == "tiny-sam"
    assert embedding.to_json()["shapes"] == [[1, EMBEDDED, GRID, GRID]]
    assert isinstance(model, PromptableSegmenter)
