"""What leaves the Segmentation page as a file comes back as the same objects, without any page."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.segmentation.foreign_files import coco, encoded, picture
from vizcore.errors import VizError
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.prompting.answers import Answered, Found
from vizcore.prompting.from_file import imported
from vizcore.prompting.objects import Point, PromptedObject, PromptedObjects, PromptHistory
from vizcore.prompting.to_file import coco_bytes, prompts_bytes, record_bytes, yolo_bytes
from vizcore.results import Provenance
from vizcore.segmentation.cleanup import CleanStep
from vizcore.segmentation.exchange import mask_pixels
from vizcore.segmentation.rle import encode
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation.canvas_events import after_event
from vizcore.ui.panels.segmentation.export import object_caption, shown_width
from vizcore.ui.panels.segmentation.import_field import take
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.zoo.catalogue import card

PHOTO = Photo(np.zeros((60, 80, 3), np.uint8), "dark")


def answered(asked: PromptedObject, left: int = 10) -> Answered:
    """A square of 20 pixels as the answer to anything."""
    mask = np.zeros((60, 80), bool)
    mask[10:30, left : left + 20] = True
    rle = encode(mask)
    numbers = np.array([0.9]), np.array([0.8]), np.array([[left, 10, left + 20, 30]], float), np.array([400])
    return Answered(asked, Found((rle,), *numbers, np.zeros((1, 4, 4), np.float32), Provenance()))


CAT = PromptedObject(1, "cat", (Point(20.5, 20.25), Point(1, 2, False)), (5.0, 5.0, 50.0, 40.0))
DOG = PromptedObject(2, "dog", (Point(50, 20),), chosen=1)


def test_prompts_restore_everything() -> None:
    data = prompts_bytes(PHOTO, card("grabcut"), [CAT, DOG, PromptedObject(3)])
    steps = imported(after_event(PromptHistory(), CanvasEvent("point", 1, 1)), data, "prompts.json", PHOTO).steps
    assert steps.now == PromptedObjects((CAT, DOG), 1)
    assert not steps.problems
    assert steps.undone().now.current.points == (Point(1, 1),)


def test_coco_with_prompts_restores_them_and_without_keeps_the_masks() -> None:
    both = [answered(CAT), answered(DOG, 40)]
    data = coco_bytes(PHOTO, both, lambda place: both[place].mask, "rle")
    assert [each.points for each in imported(PromptHistory(), data, "coco.json", PHOTO).steps.now.objects] == [
        CAT.points,
        DOG.points,
    ]
    content = json.loads(data)
    for each in content["annotations"]:
        del each["prompts"]
    steps = imported(PromptHistory(), json.dumps(content).encode(), "coco.json", PHOTO).steps
    assert [each.name for each in steps.now.asked] == ["cat", "dog"]
    assert all(each.from_file for each in steps.now.objects)
    assert np.array_equal(steps.now.objects[1].given.decode(), both[1].mask)  # type: ignore[union-attr]
    assert steps.undone().now == PromptedObjects()


@pytest.mark.parametrize("kind", ["coco", "record"])
def test_an_object_comes_back_with_the_candidate_that_was_taken(kind: str) -> None:
    one = answered(DOG)
    data = exported(kind, one, one.mask)
    (back,) = imported(PromptHistory(), data, "out.json", PHOTO).steps.now.objects
    assert (back.points, back.chosen, back.given) == (DOG.points, DOG.chosen, None)


@pytest.mark.parametrize("kind", ["coco", "record"])
def test_a_mask_that_was_cleaned_up_comes_back_as_it_is(kind: str) -> None:
    """Its prompts would give the mask before the clean-up."""
    one, smaller = answered(CAT), answered(CAT).mask
    smaller[10:15] = False
    data = exported(kind, one, smaller)
    (back,) = imported(PromptHistory(), data, "out.json", PHOTO).steps.now.objects
    assert (back.name, back.from_file) == ("cat", True)
    assert back.given is not None
    assert np.array_equal(back.given.decode(), smaller)
    (row,) = json.loads(data)["masks" if kind == "record" else "annotations"]
    assert row["predicted_iou"] is None


def test_the_record_says_how_a_mask_was_cleaned_up() -> None:
    one = answered(DOG)
    smaller = one.mask
    smaller[10:15] = False
    row = json.loads(exported("record", one, smaller))["masks"][0]
    assert row["cleaned"]["steps"] == [{"name": "smooth", "value": 2.0}]
    assert row["cleaned"]["asked"] == {"chosen": 1, "points": [[50, 20, 1]], "box_xyxy": None}
    assert json.loads(exported("record", one, one.mask))["masks"][0]["cleaned"] is None


def exported(kind: str, one: Answered, mask: np.ndarray) -> bytes:
    if kind == "coco":
        return coco_bytes(PHOTO, [one], lambda place: mask, "rle")
    return record_bytes([one], lambda place: mask, [CleanStep("smooth", 2.0)])


@pytest.mark.parametrize("form", ["rle", "polygons"])
def test_coco_is_what_pycocotools_reads(form: str) -> None:
    from pycocotools import mask as reference

    one = answered(CAT)
    content = json.loads(coco_bytes(PHOTO, [one], lambda place: one.mask, form))
    segmentation = content["annotations"][0]["segmentation"]
    if form == "polygons":
        segmentation = reference.merge(reference.frPyObjects(segmentation, 60, 80))
    assert np.array_equal(reference.decode(segmentation).astype(bool), one.mask)


def test_yolo_and_png_come_back_as_masks() -> None:
    one = answered(CAT)
    steps = imported(PromptHistory(), yolo_bytes(PHOTO, [one], lambda place: one.mask), "labels.txt", PHOTO).steps
    assert np.array_equal(steps.now.objects[0].given.decode(), one.mask)  # type: ignore[union-attr]
    png = encode_png(mask_pixels(one.mask))
    assert set(np.unique(np.asarray(Image.open(io.BytesIO(png))))) == {0, 255}
    said = "dark · cat · SAM mini · +(20, 20) -(1, 2) box 5, 5, 50, 40"
    assert object_caption(PHOTO, one, card("sam-mini")) == said
    steps = imported(steps, png, "left ear.png", PHOTO).steps
    assert [each.name for each in steps.now.objects] == ["0", "left ear"]


def test_prompts_that_lie_outside_or_say_nothing_are_said() -> None:
    content = json.loads(prompts_bytes(PHOTO, card("grabcut"), [DOG]))
    content["objects"][0]["points"] = [[900, 5, 1]] + [[i / 10, 5, 1] for i in range(300)]
    content["objects"].append({"name": "flat", "chosen": None, "points": [], "box_xyxy": [5, 5, 5, 50]})
    steps = imported(PromptHistory(), json.dumps(content).encode(), "prompts.json", PHOTO).steps
    faults = [each.fault for each in steps.problems]
    assert (faults[0], faults[-1]) == ("moved", "box")
    assert set(faults[1:-1]) == {"points"}
    assert len(steps.now.objects) == 1
    assert len(steps.now.current.points) == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{"),
        ("a.json", b"[]"),
        ("a.json", b"{}"),
        ("a.json", b'{"images": [{"width": 9, "height": 9}], "annotations": []}'),
        ("a.txt", b"0 2 2 2 2 2 2"),
        ("a.png", b""),
    ],
)
def test_bad_files_are_named_errors(name: str, data: bytes) -> None:
    with pytest.raises(VizError):
        imported(PromptHistory(), data, name, PHOTO)


def test_a_given_mask_gives_way_to_prompts() -> None:
    steps = imported(PromptHistory(), encode_png(mask_pixels(answered(CAT).mask)), "m.png", PHOTO).steps
    assert steps.now.current.from_file
    assert not after_event(steps, CanvasEvent("point", 3, 3)).now.current.from_file


def test_the_record_says_who_made_each_mask() -> None:
    one = answered(CAT)
    record = json.loads(record_bytes([one], lambda place: one.mask))
    assert record["kind"] == "SegmentedObjects"
    assert record["masks"][0]["area"] == 400
    assert record["masks"][0]["prompts"]["box_xyxy"] == [5, 5, 50, 40]
    assert "weights_sha256" in record["masks"][0]["provenance"]


def test_our_own_record_comes_back_and_empty_masks_are_said() -> None:
    one = answered(CAT)
    found = imported(PromptHistory(), record_bytes([one], lambda place: one.mask), "record.json", PHOTO)
    assert [each.points for each in found.steps.now.objects] == [CAT.points]
    assert (found.count, found.notes) == (1, ())
    png = encode_png(mask_pixels(np.zeros((60, 80), bool)))
    found = imported(PromptHistory(), png, "nothing.png", PHOTO)
    assert (found.count, [note.code for note in found.notes]) == (0, ["empty_left_out"])
    assert found.steps.now == PromptedObjects()


def test_of_a_file_about_several_pictures_one_is_asked_for() -> None:
    content = coco({}, {"image_id": 2}, images=[picture(1, size_wh=(80, 60)), picture(2, size_wh=(80, 60))])
    state = PageState()
    take(state, PHOTO, "two.json", encoded(content))
    assert state.waiting is not None
    assert state.waiting[2] == ["1.jpg", "2.jpg"]
    assert state.steps == PromptHistory()
    take(state, PHOTO, *state.waiting[:2], "2.jpg")
    assert (state.waiting, state.refusal) == (None, None)
    assert state.arrived is not None
    assert state.arrived[1] == 1
    assert len(state.steps.now.asked) == 1
    take(state, PHOTO, "bad.json", b"{")
    assert state.refusal is not None
    assert state.arrived is None


@pytest.mark.parametrize(
    ("size_hw", "width"), [((200, 67), 67), ((67, 200), 200), ((200, 1), 1), ((1, 1), 24), ((6, 12), 24), ((12, 6), 12)]
)
def test_a_preview_is_not_enlarged_unless_it_is_a_speck(size_hw: tuple[int, int], width: int) -> None:
    assert shown_width(np.zeros((*size_hw, 3), np.uint8)) == width
