"""Do evidence maps and queries tell what the model really looked at, in the photo's frame, and leave it as it was?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_detectors import QUERY_KEYS, tiny_queries, tiny_rcnn, tiny_yolo
from tests.tiny_models import noise_photo
from tests.ui.detection_parts import detections
from vizcore.detection.candidates import propose
from vizcore.detection.cross_attention import deformable_layers, sampling_kept
from vizcore.detection.explain import FORMULAS, ExplainSettings, explain_detection, share_inside
from vizcore.detection.photo_grid import on_photo, stride_of
from vizcore.detection.queries import QuerySettings, query_answers, query_focus
from vizcore.engine.isolation import footprint
from vizcore.errors import ModelCannot
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.results import Heatmap, Provenance

PHOTO = noise_photo(90, 140)
DEFORMABLE = [key for key in QUERY_KEYS if key != "detr-resnet-50"]


# A map's place on the photo


def test_a_grid_that_fits_is_unchanged() -> None:
    grid = np.random.default_rng(0).random((4, 6))
    assert np.allclose(on_photo(grid, whole(64, 96)), grid)


def test_rows_of_the_letterbox_are_left_out() -> None:
    """A photo of 64 x 32 in a frame of 64 x 64: one row of cells of padding above, one below."""
    grid = np.repeat(np.arange(4.0)[:, None], 4, axis=1)
    placement = Placement((1.0, 1.0), (0.0, 16.0), (32, 64), (64, 64))
    assert on_photo(grid, placement).tolist() == [[1.0] * 4, [2.0] * 4]


def test_an_edge_through_the_middle_of_a_cell_is_read_between() -> None:
    grid = np.repeat(np.arange(4.0)[:, None], 4, axis=1)
    placement = Placement((1.0, 1.0), (0.0, 8.0), (32, 64), (64, 64))
    assert on_photo(grid, placement)[:, 0].tolist() == [0.5, 1.5]


@pytest.mark.parametrize(("cells", "pixels", "stride"), [(20, 640, 32), (38, 1202, 32), (1, 8, 8), (7, 7, 1)])
def test_stride(cells: int, pixels: int, stride: int) -> None:
    assert stride_of(cells, pixels) == stride


# One detection explained


@pytest.fixture(scope="module", params=["yolo", "faster-rcnn", *QUERY_KEYS])
def model(request: pytest.FixtureRequest) -> Any:
    makers = {"yolo": tiny_yolo, "faster-rcnn": tiny_rcnn}
    return makers[request.param]() if request.param in makers else tiny_queries(request.param)


def first_of(model: Any) -> ExplainSettings:
    found = propose(model, PHOTO)
    return ExplainSettings(int(found.origin[0]), int(found.class_ids[0]))


def test_every_model_explains_by_every_method_it_offers(model: Any) -> None:
    before, first = footprint(model), first_of(model)
    methods = [*(["attention"] if model.card.key in QUERY_KEYS else []), *(FORMULAS if model.stages else ())]
    assert methods
    peaks = []
    for method in methods:
        found = explain_detection(model, PHOTO, ExplainSettings(first.origin, first.class_id, method))
        assert isinstance(found, Heatmap)
        assert 0 <= found.grid.min() <= found.grid.max() <= 1
        assert found.grid.max() == pytest.approx(1.0 if found.peak else 0.0)
        peaks.append(found.peak)
        assert found.region_xyxy == pytest.approx((0, 0, PHOTO.width, PHOTO.height))
        rows, columns = found.grid.shape
        stretched = model.recipe.layout.startswith("stretch") and method != "attention"
        assert abs(columns / rows - (1.0 if stretched else PHOTO.width / PHOTO.height)) < 0.4
    assert max(peaks) > 0
    assert footprint(model) == before


def test_yolo_answers_the_same_after_an_explanation() -> None:
    """What the head keeps from a pass without gradients must not spoil one with them, nor the other way round."""
    model = tiny_yolo()
    before = propose(model, PHOTO)
    explain_detection(model, PHOTO, first_of(model))
    assert np.array_equal(propose(model, PHOTO).scores, before.scores)


@pytest.mark.parametrize("stage", ["neck 16", "backbone 32", "neck 8"])
def test_the_map_is_that_of_a_plain_backward_pass(stage: str) -> None:
    model, settings = tiny_yolo(), first_of(tiny_yolo())
    found = explain_detection(model, PHOTO, ExplainSettings(settings.origin, settings.class_id, "hirescam", stage))
    kept: list[torch.Tensor] = []
    handle = model.stages[stage].register_forward_hook(lambda module, args, output: kept.append(output))
    prepared = model.prepare(PHOTO)
    pixels = model.pixels([prepared]).requires_grad_(True)
    logit = model.class_logits(pixels)[0, settings.origin, settings.class_id]
    handle.remove()
    (gradient,) = torch.autograd.grad(logit, kept[0])
    expected = on_photo((gradient * kept[0]).sum(1)[0].relu().detach().numpy(), prepared.placement)
    assert np.allclose(found.grid * found.peak, expected, atol=1e-5 * found.peak)


def test_scores_and_logits_are_of_the_same_rows(model: Any) -> None:
    pixels = model.pixels([model.prepare(PHOTO)])
    with torch.inference_mode():
        logits, (_, scores) = model.class_logits(pixels)[0], model.scored_boxes(pixels)
    place = int(scores[0].max(1).values.argmax())
    assert logits.shape == scores[0].shape
    assert int(logits[place].argmax()) == int(scores[0, place].argmax())


@pytest.mark.parametrize("method", FORMULAS)
def test_a_changed_photo_changes_the_map(method: str) -> None:
    model, settings = tiny_yolo(), first_of(tiny_yolo())
    asked = ExplainSettings(settings.origin, settings.class_id, method)
    one, other = (explain_detection(model, photo, asked) for photo in (PHOTO, noise_photo(90, 140, seed=5)))
    assert not np.allclose(one.grid, other.grid)


@pytest.mark.parametrize(
    "settings",
    [
        ExplainSettings(0, 80),
        ExplainSettings(0, -1),
        ExplainSettings(-1, 0),
        ExplainSettings(10**6, 0),
        ExplainSettings(0, 0, "magic"),
        ExplainSettings(0, 0, stage="nowhere"),
    ],
)
def test_what_does_not_exist_is_our_own_mistake(settings: ExplainSettings) -> None:
    with pytest.raises(ValueError, match="expected"):
        explain_detection(tiny_yolo(), PHOTO, settings)


def test_yolo_has_no_queries() -> None:
    for ask in (query_answers, query_focus):
        with pytest.raises(ModelCannot):
            ask(tiny_yolo(), PHOTO)
    with pytest.raises(ModelCannot):
        explain_detection(tiny_yolo(), PHOTO, ExplainSettings(0, 0, "attention"))


# Queries


@pytest.mark.parametrize("key", QUERY_KEYS)
def test_queries_hold_the_candidates(key: str) -> None:
    model = tiny_queries(key)
    answers, found = query_answers(model, PHOTO), propose(model, PHOTO)
    place, kind = int(found.origin[0]), int(found.class_ids[0])
    assert answers.class_scores[place, kind] == pytest.approx(found.scores[0], abs=1e-6)
    assert answers.boxes_xyxy[place] == pytest.approx(found.boxes_xyxy[0], abs=1e-3)
    assert answers.scores == ("softmax" if key == "detr-resnet-50" else "sigmoid")
    assert (answers.class_scores.sum(1) <= 1 + 1e-5).all() == (key == "detr-resnet-50")


def test_detrs_attention_is_the_librarys_own() -> None:
    model = tiny_queries("detr-resnet-50")
    focus = query_focus(model, PHOTO, QuerySettings(3))
    prepared = model.prepare(PHOTO)
    with torch.inference_mode():
        pixels = model.normalised(model.pixels([prepared]))
        theirs = model.module(pixel_values=pixels, output_attentions=True).cross_attentions
    height, width = (-(-side // 32) for side in prepared.placement.model_hw)
    expected = theirs[1][0, 2, 3].reshape(height, width).numpy()
    assert (focus.kind, focus.layers) == ("grid", 2)
    assert np.allclose(focus.maps[1, 2], on_photo(expected, prepared.placement), atol=1e-6)
    assert expected.sum() == pytest.approx(1, abs=1e-4)
    assert focus.heatmap().layer == "decoder 2"


@pytest.mark.parametrize("key", DEFORMABLE)
def test_sampling_points_are_where_the_library_reads(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `grid_sample` is given 2 x - 1 for each level; ours must be the same places."""
    read: list[torch.Tensor] = []
    real = torch.nn.functional.grid_sample

    def noted(values: torch.Tensor, grid: torch.Tensor, *args: Any, **named: Any) -> torch.Tensor:
        read.append(grid)
        return real(values, grid, *args, **named)

    model = tiny_queries(key)
    monkeypatch.setattr(torch.nn.functional, "grid_sample", noted)
    layers = deformable_layers(model.module)
    with torch.inference_mode(), sampling_kept(layers) as samples:
        model.answer(model.pixels([model.prepare(PHOTO)]))
    assert len(samples) == len(layers)
    theirs = [(grid + 1) / 2 for grid in read if grid.shape[1] == samples[0].locations.shape[1]]
    for number, sample in enumerate(samples):
        by_level = sample.locations[0].split(list(sample.points), dim=2)  # each (Q, heads, n, 2)
        for level, places in enumerate(by_level):
            expected = theirs[number * len(by_level) + level]  # (heads, Q, n, 2)
            assert torch.allclose(places.transpose(0, 1), expected, atol=1e-5)
        assert torch.allclose(sample.weights.sum(-1), torch.ones(()), atol=1e-4)


@pytest.mark.parametrize("key", DEFORMABLE)
def test_focus_of_a_deformable_query(key: str) -> None:
    focus = query_focus(tiny_queries(key), PHOTO)
    answers = query_answers(tiny_queries(key), PHOTO)
    assert focus.kind == "points"
    assert focus.score == pytest.approx(answers.class_scores.max(), abs=1e-6)
    assert focus.box_xyxy == pytest.approx(answers.boxes_xyxy[focus.query], abs=1e-3)
    assert focus.points_xy.shape[:3] == focus.weights.shape
    assert set(focus.strides) <= {8, 16, 32}
    centre = (focus.box_xyxy[:2] + focus.box_xyxy[2:]) / 2
    assert np.abs(focus.points_xy.mean((0, 1, 2)) - centre).max() < max(PHOTO.width, PHOTO.height)


def test_a_query_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="query"):
        query_focus(tiny_queries("dfine-nano"), PHOTO, QuerySettings(999))


def test_share_of_a_map_inside_a_box() -> None:
    grid = np.zeros((2, 4))
    grid[0, 0], grid[1, 3] = 1.0, 1.0
    heatmap = Heatmap(Provenance(), grid, (0.0, 0.0, 200.0, 100.0), "hirescam", "neck", "cat", 1.0)
    assert share_inside(heatmap, detections([(0, 0, 50, 50)], [0.9], [1])) == (0.5, 0.125)
    empty = Heatmap(Provenance(), np.zeros((2, 4)), (0.0, 0.0, 200.0, 100.0), "hirescam", "neck", "cat", 0.0)
    assert share_inside(empty, detections([(0, 0, 50, 50)], [0.9], [1]))[0] == 0.0
