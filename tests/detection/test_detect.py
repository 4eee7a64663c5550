"""Are candidates what the model said, in photo pixels, best first, and are bad answers stopped?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_detectors import tiny_queries, tiny_rcnn, tiny_yolo
from tests.tiny_models import noise_photo
from vizcore.detection.candidates import ProposeSettings, propose, propose_each, same_size
from vizcore.detection.choosing import ChoiceSettings
from vizcore.detection.detect import DetectSettings, detect
from vizcore.errors import InvalidOutput, UnknownClass
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DetectionRecipe
from vizcore.zoo.catalogue import CARDS

RECIPE = DetectionRecipe("toy", "letterbox", 8)


class Said:
    """A detector that says what it is told, on a letterbox of 8 x 8."""

    device, labels, weights_sha256 = "cpu", ("cat", "dog"), "toy"

    def __init__(self, boxes: Any, scores: Any, *, one_class: bool = True, needs_nms: bool = True) -> None:
        self.card = replace(CARDS["yolo11n"], key="toy")
        self.boxes, self.scores = torch.tensor(boxes).float()[None], torch.tensor(scores).float()[None]
        self.one_class, self.needs_nms = one_class, needs_nms
        self.stages: dict[str, Any] = {}

    def prepare(self, photo: Photo) -> Any:
        return RECIPE.prepare(photo)

    def pixels(self, prepared: Any) -> torch.Tensor:
        return torch.zeros(len(prepared), 3, 8, 8)

    def scored_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        count = len(pixels)
        return self.boxes.expand(count, *self.boxes.shape[1:]), self.scores.expand(count, *self.scores.shape[1:])


WIDE = Photo(np.zeros((8, 16, 3), np.uint8), "16 wide, 8 high")  # halved, and 2 grey rows above and below
BOXES = [[0, 2, 4, 4], [2, 2, 6, 6], [4, 4, 8, 6]]
SCORES = [[0.2, 0.1], [0.05, 0.9], [0.005, 0.002]]


def test_best_class_of_each_place_by_hand() -> None:
    found = propose(Said(BOXES, SCORES), WIDE)  # type: ignore[arg-type]
    assert found.boxes_xyxy.tolist() == [[4, 0, 12, 8], [0, 0, 8, 4]]
    assert found.scores == pytest.approx([0.9, 0.2])
    assert found.class_ids.tolist() == [1, 0]
    assert found.origin.tolist() == [1, 0]
    assert (found.size_wh, found.floor, found.needs_nms) == ((16, 8), 0.01, True)


def test_every_class_that_scores_by_hand() -> None:
    found = propose(Said(BOXES, SCORES, one_class=False), WIDE)  # type: ignore[arg-type]
    assert found.scores == pytest.approx([0.9, 0.2, 0.1, 0.05])
    assert found.class_ids.tolist() == [1, 0, 1, 0]
    assert found.origin.tolist() == [1, 0, 0, 1]


def test_a_box_for_each_class_by_hand() -> None:
    boxes = [[[0, 2, 4, 4], [4, 2, 8, 4]]]
    found = propose(Said(boxes, [[0.3, 0.4]], one_class=False), WIDE)  # type: ignore[arg-type]
    assert found.boxes_xyxy.tolist() == [[8, 0, 16, 4], [0, 0, 8, 4]]


def test_nothing_above_the_floor_is_an_empty_result() -> None:
    model: Any = Said(BOXES, np.zeros((3, 2)))
    found = propose(model, WIDE)
    assert len(found) == 0
    assert found.boxes_xyxy.shape == (0, 4)
    assert len(detect(model, WIDE)) == 0
    assert found.to_json()["boxes_xyxy"] == []


@pytest.mark.parametrize(
    "box", [[2, 2, 2, 6], [6, 2, 2, 6], [2, 6, 6, 2]], ids=["no width", "inverted x", "inverted y"]
)
def test_boxes_without_area_are_no_candidates(box: list[float]) -> None:
    found = propose(Said([box, BOXES[0]], SCORES[:2]), WIDE)  # type: ignore[arg-type]
    assert found.origin.tolist() == [1]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", ["boxes", "scores"])
def test_numbers_that_are_none_are_an_error(wrong: float, where: str) -> None:
    model: Any = Said(BOXES, SCORES)
    getattr(model, where)[0, 2, 0] = wrong
    for ask in (propose, detect):
        with pytest.raises(InvalidOutput) as caught:
            ask(model, WIDE)
        assert caught.value.values == {"model": "toy"}


def test_a_cut_is_stated() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(0.1, 0.9, (25_000, 2))
    model: Any = Said(np.tile(BOXES[0], (25_000, 1)), scores)
    found = propose(model, WIDE)
    assert len(found) == 20_000
    assert found.scores == pytest.approx(np.sort(scores.max(1))[::-1][:20_000], abs=1e-6)
    [note] = found.provenance.notes
    assert note.values == {"kept": 20_000, "found": 25_000}
    assert "20,000" in sentence_for_note(note)
    assert propose(model, WIDE, ProposeSettings(limit=25_000)).provenance.notes == ()


def test_ties_keep_the_models_order() -> None:
    found = propose(Said([BOXES[0]] * 5, [[0.5, 0.1]] * 5), WIDE)  # type: ignore[arg-type]
    assert found.origin.tolist() == [0, 1, 2, 3, 4]


def test_classes_by_name_and_a_score_below_the_floor() -> None:
    model: Any = Said(BOXES, SCORES)
    low = ChoiceSettings(score=0.001, iou=1.0)
    assert detect(model, WIDE, DetectSettings(choice=low)).class_ids.tolist() == [1, 0, 0]
    assert detect(model, WIDE, DetectSettings(choice=low, classes=("DOG",))).class_ids.tolist() == [1]
    assert detect(model, WIDE, DetectSettings(choice=low, classes=("0", "dog"))).class_ids.tolist() == [1, 0, 0]
    with pytest.raises(UnknownClass):
        detect(model, WIDE, DetectSettings(classes=("unicorn",)))


def test_provenance_tells_the_phases() -> None:
    found = propose(Said(BOXES, SCORES), WIDE)  # type: ignore[arg-type]
    assert set(found.provenance.timing_ms) == {"pre", "model", "post"}
    assert min(found.provenance.timing_ms.values()) >= 0
    assert found.provenance.dtype == "float32"
    assert detect(Said(BOXES, SCORES), WIDE).provenance.operation == "detect"  # type: ignore[arg-type]


MAKERS = {"yolo": tiny_yolo, "rt-detr": tiny_queries, "faster-rcnn": tiny_rcnn}


@pytest.fixture(scope="module", params=MAKERS)
def model(request: pytest.FixtureRequest) -> Any:
    return MAKERS[request.param]()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (700, 1)])
def test_pictures_of_one_pixel_work(model: Any, size: tuple[int, int]) -> None:
    found = detect(model, Photo(np.full((*size, 3), 90, np.uint8), "thin"))
    assert found.size_wh == (size[1], size[0])
    assert (found.boxes_xyxy[:, 2:] <= found.size_wh).all()


def test_many_photos_find_what_one_finds(model: Any) -> None:
    """Two sizes in one batch: each photo is prepared as if it were alone."""
    photos = (noise_photo(60, 80), noise_photo(90, 40, seed=1), noise_photo(60, 80, seed=2))
    *_, last = propose_each(model, photos, ProposeSettings(floor=0.2))
    assert (last.step, last.total) == (3, 3)
    for photo, found in zip(photos, last.result.each, strict=True):
        alone = propose(model, photo, ProposeSettings(floor=0.2))
        assert found.provenance.photos_sha256 == (photo.sha256,)
        both = min(len(found), len(alone))
        assert both >= max(len(found), len(alone)) - 2, "a score at the floor may fall on either side of it"
        assert np.allclose(found.scores[:both], alone.scores[:both], atol=0.02)  # sums of a batch run in another order


def test_no_photo_at_all(model: Any) -> None:
    [only] = propose_each(model, ())
    assert len(only.result) == 0


def test_long_series_come_in_parts() -> None:
    said: Any = Said(BOXES, SCORES)
    photos = [Photo(np.full((8, 16, 3), shade, np.uint8), str(shade)) for shade in range(20)]
    snapshots = list(propose_each(said, photos))
    assert [each.step for each in snapshots] == [8, 16, 20]
    assert [len(each.result) for each in snapshots] == [8, 16, 20]  # type: ignore[arg-type]
    assert [each.provenance.photos_sha256[0] for each in snapshots[-1].result.each] == [p.sha256 for p in photos]


def test_pictures_of_one_size_share_a_batch() -> None:
    prepared = [RECIPE.prepare(WIDE), DetectionRecipe("other", "letterbox", 4).prepare(WIDE), RECIPE.prepare(WIDE)]
    assert same_size(prepared) == [[0, 2], [1]]


def test_bfloat16_works_for_every_family(model: Any) -> None:
    found = propose(model, noise_photo(60, 80), ProposeSettings(floor=0.0, limit=100, dtype="bfloat16"))
    assert len(found) > 3


@pytest.mark.parametrize("wrong", [{"floor": -0.1}, {"floor": 1.1}, {"limit": 0}, {"dtype": "float16"}])
def test_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ProposeSettings(**wrong)


def test_bfloat16_finds_about_the_same() -> None:
    yolo, photo = tiny_yolo(), noise_photo()
    exact = propose(yolo, photo, ProposeSettings(floor=0.0))
    quick = propose(yolo, photo, ProposeSettings(floor=0.0, dtype="bfloat16"))
    assert quick.provenance.dtype == "bfloat16"
    by_place = [each.scores[np.argsort(each.origin)] for each in (exact, quick)]
    assert np.corrcoef(*by_place)[0, 1] > 0.99
    assert not np.array_equal(*by_place)
