"""What leaves comes back the same, other people's tools read it, and a wrong file is one clear error."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as official
from pycocotools.coco import COCO
from scipy import ndimage

from vizcore.errors import FileTooLarge, SegmentationFileInvalid, SegmentationSizeDiffers, VizError
from vizcore.segmentation import Prompts
from vizcore.segmentation.exchange import (
    ObjectPrompts,
    PromptFile,
    SegmentedObject,
    mask_png,
    polygons_of,
    read_coco,
    read_masks,
    read_prompts,
    read_yolo,
    rle_of_polygons,
    write_coco,
    write_prompts,
    write_yolo,
    yolo_classes,
)
from vizcore.segmentation.exchange.bridges import joined
from vizcore.segmentation.exchange.label_map import label_map_png
from vizcore.segmentation.exchange.polygons import signed_area, without_holes
from vizcore.segmentation.rle import encode

SIZE_WH = (90, 70)


def blob(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random((70, 90))
    return np.asarray(ndimage.gaussian_filter(noise, 4) > 0.5)


def objects() -> tuple[SegmentedObject, ...]:
    prompts = Prompts(((3.5, 4.0), (8.0, 9.25)), (1, 0), (1.0, 2.0, 30.0, 40.0))
    return (
        SegmentedObject("chat noir", encode(blob(0)), 0.91, 0.97, prompts),
        SegmentedObject("dog", encode(blob(1)), 0.5, 0.25),
        SegmentedObject("", encode(np.zeros((70, 90), bool))),
    )


def test_coco_comes_back_the_same_with_its_prompts() -> None:
    back = read_coco(write_coco(objects(), SIZE_WH), SIZE_WH)
    assert [each.rle for each in back] == [each.rle for each in objects()]
    assert back[0] == objects()[0]
    assert (back[1].name, back[1].prompts) == ("dog", None)
    assert math.isnan(back[2].predicted_iou)
    assert back[2].name == ""


def test_coco_keeps_the_candidate_that_was_taken_by_hand() -> None:
    taken = replace(objects()[0], chosen=2)
    assert tuple(read_coco(write_coco([taken], SIZE_WH), SIZE_WH)) == (taken,)
    content = json.loads(write_coco([taken], SIZE_WH))
    content["annotations"][0]["prompts"]["chosen"] = 9
    with pytest.raises(SegmentationFileInvalid):
        read_coco(json.dumps(content), SIZE_WH)


@pytest.mark.parametrize("form", ["rle", "polygons"])
def test_pycocotools_reads_it(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "masks.json"
    path.write_text(write_coco(objects(), SIZE_WH, file_name="cat.jpg", form=form), encoding="utf-8")  # type: ignore[arg-type]
    found = COCO(str(path))
    capsys.readouterr()
    assert found.loadImgs(1)[0]["file_name"] == "cat.jpg"
    assert {each["name"] for each in found.loadCats(found.getCatIds())} == {"chat noir", "dog", "object"}
    for annotation, each in zip(found.loadAnns(found.getAnnIds())[:2], objects(), strict=False):
        expected = each.rle.decode()
        if form == "polygons":
            expected = ndimage.binary_fill_holes(expected)
        np.testing.assert_array_equal(found.annToMask(annotation).astype(bool), expected)
        assert annotation["area"] == each.rle.area
        assert annotation["bbox"] == official.toBbox({**each.rle.to_coco()}).tolist()


def test_polygons_come_back_but_for_their_holes() -> None:
    back = read_coco(write_coco(objects(), SIZE_WH, form="polygons"), SIZE_WH)
    for ours, each in zip(back, objects(), strict=True):
        np.testing.assert_array_equal(ours.rle.decode(), ndimage.binary_fill_holes(each.rle.decode()))


def test_polygons_by_hand() -> None:
    mask = np.zeros((5, 6), bool)
    mask[1:3, 1:4] = True
    mask[3, 4] = True
    large, small = polygons_of(mask)
    assert sorted(map(tuple, large.tolist())) == [(1, 1), (1, 3), (4, 1), (4, 3)]
    assert (signed_area(large), signed_area(small)) == (6, 1), "what touches at a corner is a part of its own"
    ring = np.ones((5, 5), bool)
    ring[2, 2] = False
    assert [each.tolist() for each in polygons_of(ring)] == [[[0, 0], [5, 0], [5, 5], [0, 5]]]
    assert polygons_of(np.zeros((4, 4), bool)) == []


def test_random_polygons_draw_their_mask() -> None:
    for seed in range(30):
        mask = ndimage.binary_fill_holes(blob(seed))
        polygons = polygons_of(mask)
        np.testing.assert_array_equal(rle_of_polygons(polygons, mask.shape).decode(), mask)
        assert sum(signed_area(each) for each in polygons) == mask.sum()
        np.testing.assert_array_equal(rle_of_polygons([joined(polygons)], mask.shape).decode(), mask)


def test_no_polygons_are_an_empty_mask() -> None:
    assert rle_of_polygons([], (4, 5)).area == 0
    with pytest.raises(ValueError, match="three corners"):
        rle_of_polygons([np.zeros((2, 2))], (4, 5))


def test_yolo_comes_back_but_for_holes_and_empty_masks() -> None:
    text, names = write_yolo(objects(), SIZE_WH)
    assert names == ("chat noir", "dog", "object")
    lines = text.splitlines()
    assert [line.split()[0] for line in lines] == ["0", "1"]
    back = read_yolo(text, SIZE_WH, names)
    for ours, each in zip(back, objects(), strict=False):
        assert ours.name == each.name
        filled = ndimage.binary_fill_holes(each.rle.decode())
        decoded = ours.rle.decode()
        assert (decoded & filled).sum() / (decoded | filled).sum() > 0.99
    assert read_yolo(text, SIZE_WH)[1].name == "1"
    assert not read_yolo("", SIZE_WH)
    assert write_yolo((), SIZE_WH) == ("", ())
    assert yolo_classes(["apple", "Zebra", "", "apple"]) == ("Zebra", "apple", "object")


def test_yolo_numbers_are_shares_of_the_picture() -> None:
    text, _ = write_yolo(objects()[:1], SIZE_WH)
    values = np.array(text.split()[1:], float).reshape(-1, 2)
    assert values.min() >= 0
    assert values.max() <= 1


def test_prompts_come_back_the_same() -> None:
    asked = PromptFile(
        (
            ObjectPrompts("cat", Prompts(((3.5, 4.0),), (1,)), chosen=2),
            ObjectPrompts("", Prompts((), (), (1.0, 2.0, 3.0, 4.5))),
        ),
        SIZE_WH,
        "a" * 64,
        "sam-mini",
    )
    assert read_prompts(write_prompts(asked), SIZE_WH) == asked
    assert read_prompts(write_prompts(asked).encode(), SIZE_WH) == asked


@pytest.mark.parametrize("count", [2, 254, 255, 256, 300])
def test_a_label_map_comes_back_with_every_object(count: int) -> None:
    objects = []
    for number in range(count):
        mask = np.zeros((60, 80), bool)
        row, column = divmod(number, 20)
        mask[4 * row : 4 * row + 3, 4 * column : 4 * column + 3] = True
        objects.append(SegmentedObject("", encode(mask)))
    data, notes = label_map_png(objects, (80, 60))
    back = read_masks(data, "f.png", (80, 60))
    assert not notes
    assert [each.rle for each in back] == [each.rle for each in objects]
    assert [(note.code, note.values) for note in back.notes] == [("read_as_labels", {"count": count})]


def test_a_label_map_of_too_many_objects_is_refused() -> None:
    labels = np.zeros((60, 160), np.uint16)
    labels[::2, ::2] = np.arange(1, 2401).reshape(30, 80)
    stream = io.BytesIO()
    Image.fromarray(labels).save(stream, "PNG")
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_masks(stream.getvalue(), "f.png", (160, 60))
    assert problem.value.values["reason"] == "many"


def test_png_comes_back_the_same() -> None:
    mask = blob(3)
    np.testing.assert_array_equal(read_masks(mask_png(mask), "mask.png", SIZE_WH)[0].rle.decode(), mask)
    with pytest.raises(SegmentationSizeDiffers) as problem:
        read_masks(mask_png(mask), "mask.png", (91, 70))
    sizes = {"width": 91, "height": 70, "mask_width": 90, "mask_height": 70}
    assert problem.value.values == {"file": "mask.png", **sizes}


GOOD = json.loads(write_coco(objects()[:1], SIZE_WH))


def coco_with(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def annotation_with(**changes: object) -> str:
    return coco_with(annotations=[{**GOOD["annotations"][0], **changes}])


RLE = GOOD["annotations"][0]["segmentation"]
BAD_COCO = {
    "no json": ("{", "json"),
    "no object": ("[1]", "format"),
    "deep": ("[" * 200_000, "json"),
    "bytes": (b"\xff\xfe\x00", "format"),
    "no annotations": (coco_with(annotations=None), "format"),
    "annotations of another kind": (coco_with(annotations=[3]), "format"),
    "image of another size": (coco_with(images=[{"id": 1, "width": 70, "height": 90}]), "size"),
    "image without a size": (coco_with(images=[{"id": 1}]), "format"),
    "mask of another size": (annotation_with(segmentation={**RLE, "size": [90, 70]}), "size"),
    "counts that do not fill": (annotation_with(segmentation={**RLE, "counts": "1234"}), "rle"),
    "counts that are no text": (annotation_with(segmentation={**RLE, "counts": None}), "rle"),
    "negative counts": (annotation_with(segmentation={**RLE, "counts": [-5, 6305]}), "rle"),
    "no segmentation": (annotation_with(segmentation=None), "format"),
    "a polygon of two corners": (annotation_with(segmentation=[[1, 2, 3, 4]]), "format"),
    "an odd polygon": (annotation_with(segmentation=[[1, 2, 3, 4, 5, 6, 7]]), "format"),
    "a polygon of words": (annotation_with(segmentation=[["a"] * 6]), "format"),
    "a polygon too far": (annotation_with(segmentation=[[1e400] * 6]), "format"),
    "prompts of another kind": (annotation_with(prompts={"points": [[1, 2, 7]]}), "format"),
}


def fault_of(error: VizError) -> object:
    return "size" if isinstance(error, SegmentationSizeDiffers) else error.values["reason"]


@pytest.mark.parametrize("name", BAD_COCO)
def test_wrong_coco_files(name: str) -> None:
    text, reason = BAD_COCO[name]
    with pytest.raises(VizError) as problem:
        read_coco(text, SIZE_WH, file="mine.json")  # type: ignore[arg-type]
    assert fault_of(problem.value) == reason
    assert problem.value.values["file"] == "mine.json"


def test_foreign_coco_files_are_read() -> None:
    plain = {"annotations": [{"segmentation": [[10, 10, 30, 10, 30, 20, 10, 20]], "category_id": [1]}]}
    (found,) = read_coco(json.dumps(plain), SIZE_WH)
    assert (found.name, found.rle.area, found.rle.box_xyxy()) == ("", 200, (10, 10, 30, 20))


def test_too_large_a_file() -> None:
    with pytest.raises(FileTooLarge):
        read_coco(b" " * 20_100_000, SIZE_WH)


BAD_PROMPTS = {
    "another kind": ('{"kind": "Masks"}', "format"),
    "no json": ("points", "json"),
    "another size": (write_prompts(PromptFile((), (5, 5))), "size"),
    "a word for a number": (
        '{"kind": "SegmentationPrompts", "size_wh": [90, 70], "objects": [{"points": [["a", 1, 1]]}]}',
        "format",
    ),
    "true for a number": (
        '{"kind": "SegmentationPrompts", "size_wh": [90, 70], "objects": [{"points": [[true, 1, 1]]}]}',
        "format",
    ),
    "a fourth candidate": (
        '{"kind": "SegmentationPrompts", "size_wh": [90, 70], "objects": [{"chosen": 3}]}',
        "format",
    ),
    "half a box": ('{"kind": "SegmentationPrompts", "size_wh": [90, 70], "objects": [{"box_xyxy": [1, 2]}]}', "format"),
    "infinity": ('{"kind": "SegmentationPrompts", "size_wh": [90, Infinity], "objects": []}', "format"),
}


@pytest.mark.parametrize("name", BAD_PROMPTS)
def test_wrong_prompt_files(name: str) -> None:
    text, reason = BAD_PROMPTS[name]
    with pytest.raises(VizError) as problem:
        read_prompts(text, SIZE_WH)
    assert fault_of(problem.value) == reason


@pytest.mark.parametrize(
    "text", ["0 0.1 0.2", "0 0.1 0.2 0.3 0.4 0.5", "x 0 0 1 0 1 1", "0 0 0 1 0 1 2", "-1 0 0 1 0 1 1"]
)
def test_wrong_yolo_files(text: str) -> None:
    with pytest.raises(SegmentationFileInvalid):
        read_yolo(text, SIZE_WH)


def test_names_are_made_harmless() -> None:
    content = {**GOOD, "categories": [{"id": 1, "name": "a\x00b\n" + "c" * 500}]}
    assert read_coco(json.dumps(content), SIZE_WH)[0].name == "ab" + "c" * 78


def test_two_thousand_parts_and_parts_inside_holes_come_back() -> None:
    """What grows with the parts only: 2,500 specks took 17 s when each was joined to the nearest of all others."""
    specks = np.random.default_rng(1).random((256, 256)) > 0.95
    rooms = np.zeros((60, 60), bool)
    for margin, value in ((2, True), (10, False), (15, True), (20, False), (25, True)):
        rooms[margin:-margin, margin:-margin] = value
    chess = np.indices((30, 31)).sum(0) % 2 == 0
    for mask in (specks, rooms, chess):
        height, width = mask.shape
        one = [SegmentedObject("a", encode(mask))]
        expected = without_holes(mask)
        back = read_yolo(write_yolo(one, (width, height))[0], (width, height))
        np.testing.assert_array_equal(back[0].rle.decode(), expected)
        back = read_coco(write_coco(one, (width, height), form="polygons"), (width, height))
        np.testing.assert_array_equal(back[0].rle.decode(), expected)
    assert len(polygons_of(specks)) > 2000


def test_bridges_by_hand() -> None:
    """Three squares in a row: each bridge is the short way to the neighbour, walked there and back."""
    mask = np.zeros((3, 12), bool)
    mask[1, [1, 5, 10]] = True
    line = joined(polygons_of(mask))
    steps = np.abs(np.diff(line, axis=0)).max(1)
    assert sorted(steps[steps > 1].tolist()) == [3, 3, 4, 4]
    assert len(line) == 3 * 4 + 2 * 2
    with pytest.raises(ValueError, match="expected polygons"):
        joined([])
