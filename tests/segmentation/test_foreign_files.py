"""Files of other programs: nothing unchecked reaches native code, nothing is silently wrong or wrongly refused."""

from __future__ import annotations

import io
import json
import math
import unicodedata
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.segmentation.foreign_files import SIZE_WH, SQUARE, coco, encoded, picture, run_lengths
from vizcore.errors import PictureUnclear, SegmentationFileInvalid, SegmentationSizeDiffers, VizError
from vizcore.results import Provenance
from vizcore.segmentation import Masks
from vizcore.segmentation.exchange import (
    kind_of_file,
    outlines,
    read_coco,
    read_masks,
    read_record,
    read_yolo,
    size_of_file,
)
from vizcore.segmentation.rle import Rle, compress, decompress, encode, of_counts

PIXELS = SIZE_WH[0] * SIZE_WH[1]
WRAPPING = [2**58] * 63 + [2**58 + PIXELS]  # 64 x 2^58 is 2^64, which 64 bits forget
SQUARE_AREA = 400


# Run lengths


@pytest.mark.parametrize(
    "counts",
    [
        WRAPPING,
        [*([2**62] * 4), PIXELS],
        [PIXELS + 2**64],
        [2**63, 2**63, PIXELS],
        [PIXELS + 1, -1],
        [PIXELS // 2, PIXELS // 2 + 1],
        [1.5, PIXELS - 1.5],
        [True, PIXELS - 1],
        ["8000"],
        [[8000]],
        {"8000": 1},
        8000,
        None,
        "",
        "0",
        "o" * 40 + "0",
        "\x00" * 9,
        "é",
    ],
    ids=str,
)
def test_run_lengths_that_do_not_fill_the_mask_are_named(counts: Any) -> None:
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_coco(encoded(coco({}, run_lengths(counts))), SIZE_WH, file="f")
    assert problem.value.values == {"file": "f", "format": "COCO", "reason": "rle", "entry": 2}


def test_wrapping_run_lengths_as_compressed_text_are_refused_too() -> None:
    text = compress(np.array([*WRAPPING[:-1], 2**58], np.int64))
    with pytest.raises(ValueError, match="expected counts"):
        decompress(text)
    with pytest.raises(SegmentationFileInvalid):
        read_coco(encoded(coco(run_lengths(text))), SIZE_WH)


def test_sums_that_wrap_while_text_is_read_are_refused() -> None:
    steps = np.full(200, 2**32, np.int64)  # each a difference, so that the counts grow without end
    pieces = compress(np.concatenate([[1, 1, 1], np.cumsum(steps.reshape(-1, 2), axis=0).reshape(-1)]))
    with pytest.raises(ValueError, match="expected run lengths"):
        of_counts(decompress(pieces), (80, 100))


def test_whole_floats_are_run_lengths() -> None:
    found = read_coco(encoded(coco(run_lengths([10.0, 20.0, PIXELS - 30.0]))), SIZE_WH)
    assert found[0].rle.area == 20


@pytest.mark.parametrize("size", [[80], [80, 100, 1], [80.5, 100], [10**400, 100], ["80", "100"], None, [-80, -100]])
def test_a_wrong_size_is_named(size: Any) -> None:
    with pytest.raises(VizError):
        read_coco(encoded(coco({"segmentation": {"size": size, "counts": [PIXELS]}})), SIZE_WH)


def test_a_huge_size_is_refused_before_anything_is_made_of_it() -> None:
    with pytest.raises(ValueError, match="size"):
        of_counts([2**40], (2**20, 2**20))


# Numbers


@pytest.mark.parametrize("number", [10**400, -(10**400), "0.9", True, None, [0.9], 1e308])
def test_a_score_that_is_none_is_unknown(number: Any) -> None:
    found = read_coco(encoded(coco({"predicted_iou": number, "stability_score": number})), SIZE_WH)
    assert math.isnan(found[0].predicted_iou)
    assert math.isnan(found[0].stability)


@pytest.mark.parametrize("ring", [[10**400, *SQUARE[1:]], [math.nan, *SQUARE[1:]], [math.inf, *SQUARE[1:]], SQUARE[:5]])
def test_polygons_of_other_things_than_numbers_are_named(ring: list[float]) -> None:
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_coco(encoded(coco({"segmentation": [ring]})), SIZE_WH)
    assert problem.value.values["entry"] == 1


@pytest.mark.parametrize("far", [1e7, -1e7, 1e12, 1e300])
def test_an_outline_that_would_take_forever_to_draw_is_refused(far: float) -> None:
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_coco(encoded(coco({"segmentation": [[0, 0, far, 0, 0, 50]]})), SIZE_WH)
    assert problem.value.values["reason"] == "outline"


def test_many_long_outlines_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "LONGEST_OUTLINE", 2_500_000)
    zigzag = [value for step in range(10_000) for value in (0 if step % 2 else 100, step % 80)]
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_coco(encoded(coco(*[{"segmentation": [zigzag]} for _ in range(4)])), SIZE_WH)
    assert (problem.value.values["reason"], problem.value.values["entry"]) == ("outline", 3)


def test_deep_nesting_is_no_stack_overflow() -> None:
    for text in ("[" * 200_000, '{"annotations":' * 100_000, '{"annotations": ' + "[" * 5000 + "]" * 5000 + "}"):
        with pytest.raises(SegmentationFileInvalid):
            read_coco(text, SIZE_WH)


# Which picture


TWO = coco({"image_id": 1}, {"image_id": 2, "segmentation": [[60, 10, 80, 10, 80, 40, 60, 40]]})


def two(**more: Any) -> bytes:
    return encoded({**TWO, "images": [picture(1, "a.jpg"), picture(2, "sub\\b.jpg")], **more})


def test_of_two_pictures_only_one_gives_its_objects() -> None:
    with pytest.raises(PictureUnclear) as problem:
        read_coco(two(), SIZE_WH, file="f")
    assert problem.value.values == {"file": "f", "count": 2, "pictures": ["a.jpg", "b.jpg"]}
    for wanted in ({"picture": "b.jpg"}, {"picture": "2"}, {"photo_name": "b.png"}):
        found = read_coco(two(), SIZE_WH, **wanted)  # type: ignore[arg-type]
        assert [each.rle.area for each in found] == [600]
        assert found.notes[0].values == {"picture": "b.jpg", "pictures": 2, "count": 1}
    with pytest.raises(PictureUnclear):
        read_coco(two(), SIZE_WH, picture="c.jpg")


def test_the_only_picture_of_this_size_or_with_objects_is_meant() -> None:
    images = [picture(1, "a.jpg", (50, 50)), picture(2, "b.jpg")]
    assert [each.rle.area for each in read_coco(two(images=images), SIZE_WH)] == [600]
    images = [picture(1), picture(2), picture(3)]
    rows = [{**row, "image_id": 2} for row in TWO["annotations"]]
    assert len(read_coco(two(images=images, annotations=rows), SIZE_WH)) == 2
    with pytest.raises(SegmentationSizeDiffers):
        read_coco(two(images=[picture(1, size_wh=(9, 9)), picture(2, size_wh=(8, 8))]), SIZE_WH)


def test_annotations_without_a_list_of_images() -> None:
    rows = [{**row, "image_id": 7} for row in TWO["annotations"]]
    assert len(read_coco(two(images=[], annotations=rows), SIZE_WH)) == 2
    with pytest.raises(PictureUnclear) as problem:
        read_coco(two(images=[]), SIZE_WH)
    assert problem.value.values["pictures"] == ["1", "2"]


def test_an_annotation_of_a_picture_that_is_not_listed_is_not_this_photos() -> None:
    found = read_coco(encoded(coco({}, {"image_id": 9})), SIZE_WH)
    assert (len(found), [each.code for each in found.notes]) == (1, ["other_pictures_left_out"])


def test_ids_may_be_written_with_a_decimal_point() -> None:
    content = coco({"image_id": 1.0, "category_id": 1.0}, images=[picture(1.0)])
    assert [each.name for each in read_coco(encoded(content), SIZE_WH)] == ["cup"]


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(encoding: str) -> None:
    text = json.dumps(coco({}), ensure_ascii=False)
    assert read_masks(text.encode(encoding), "f.json", SIZE_WH)[0].rle.area == SQUARE_AREA
    line = "0 0.1 0.1 0.5 0.1 0.5 0.5\n"
    if encoding != "utf-16-be":  # plain text without a mark
        assert len(read_masks(line.encode(encoding), "f.txt", SIZE_WH)) == 1


def test_names_are_composed() -> None:
    content = coco({}, categories=[{"id": 1, "name": unicodedata.normalize("NFD", "épagneul")}])
    assert read_coco(encoded(content), SIZE_WH)[0].name == "épagneul"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\xff\xfe{", b"{\xff}", b"\0\0\0{", b""])
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(SegmentationFileInvalid):
        read_masks(data, "f.json", SIZE_WH)


# YOLO


@pytest.mark.parametrize("word", ["0.000000000000000000e+00", "0.0", "0", "+0"])
def test_a_class_may_be_written_with_decimals(word: str) -> None:
    found = read_yolo(f"{word} 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5", SIZE_WH, ["cat"])
    assert (found[0].name, found[0].rle.area, found.notes) == ("cat", 1280, ())


@pytest.mark.parametrize("line", ["0.5 .1 .1 .5 .1 .5 .5", "-1 .1 .1 .5 .1 .5 .5", "nan .1 .1 .5 .1 .5 .5",
                                  "1e9 .1 .1 .5 .1 .5 .5", "0 0_1.0 .1 .5 .1 .5 .5", "0 ٠.1 .1 .5 .1 .5 .5",
                                  "0 inf .1 .5 .1 .5 .5", "0 .1 .1 .5", "0", "0 .5 .5 0 .2", "0 0x1 .1 .5 .1 .5 .5",
                                  "0 .1 .1 .5 .1 .5 .5 7"])  # fmt: skip
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(SegmentationFileInvalid) as problem:
        read_yolo(f"0 .1 .1 .5 .1 .5 .5\n\n{line}", SIZE_WH, file="f")
    assert problem.value.values == {"file": "f", "format": "YOLO", "reason": "format", "entry": 3}


def test_a_rounding_error_outside_is_clipped_and_more_is_named() -> None:
    found = read_yolo("1 0.0 0.0 0.5 -0.0000001 1.0000001 1.0 0.0 1.009", SIZE_WH)
    assert [note.values for note in found.notes if note.code == "clipped_to_picture"] == [{"count": 1}]
    inside = read_yolo("1 0 0 0.5 0 1 1 0 1", SIZE_WH)
    assert found[0].rle == inside[0].rle
    for line in ("0 0 0 0.5 0 1.02 1", "0 3 4 90 4 90 70", "0 0 0 .5 -.5 1 1"):
        with pytest.raises(SegmentationFileInvalid) as problem:
            read_yolo(line, SIZE_WH)
        assert (problem.value.values["reason"], problem.value.values["entry"]) == ("outside", 1)


def test_boxes_become_masks_that_fill_them_with_a_note() -> None:
    found = read_yolo("0 0.5 0.5 0.2 0.25\n0 0.5 0.5 0.2 0.25 0.75", SIZE_WH)
    assert [each.rle.box_xyxy() for each in found] == [(40, 30, 60, 50)] * 2
    assert [(note.code, note.values) for note in found.notes] == [("boxes_as_masks", {"count": 2})]
    assert found[1].predicted_iou == 0.75


# Records


def masks(count: int, area: int = 6) -> Masks:
    pixels = np.zeros((count, 80, 100), bool)
    pixels[:, 3, 4 : 4 + area] = True
    zeros = np.zeros(count)
    return Masks(
        Provenance(), pixels, zeros + 0.9, zeros + 0.8, np.zeros((count, 4)), zeros + area, np.zeros((count, 1, 1))
    )


def test_our_own_records_are_read() -> None:
    one = masks(3).to_json()
    assert [each.rle.area for each in read_record(encoded(one), SIZE_WH)] == [6], "of candidates the best"
    assert read_record(encoded(one), SIZE_WH)[0].stability == 0.8
    many = {"results": [one, {**one, "kind": "MaskSet"}]}
    assert len(read_masks(encoded(many), "f.json", SIZE_WH)) == 4
    assert len(read_masks(encoded({"kind": "SegmentedObjects", "masks": one["masks"]}), "f.json", SIZE_WH)) == 3
    with pytest.raises(SegmentationFileInvalid):
        read_record(encoded({"results": [{"kind": "Classification"}]}), SIZE_WH)
    with pytest.raises(SegmentationSizeDiffers):
        read_record(encoded(one), (99, 80))


# Any file


def test_the_kind_of_a_file_and_its_size() -> None:
    files = {"f.json": encoded(coco({})), "g.json": encoded(masks(1).to_json()), "f.txt": b"0 .5 .5 .1 .1"}
    assert [kind_of_file(data, name) for name, data in files.items()] == ["coco", "record", "yolo"]
    assert kind_of_file(b'{"kind": "SegmentationPrompts"}', "x") == "prompts"
    assert kind_of_file(b"\x89PNG", "x.png") == "picture"
    assert [size_of_file(files[name], name) for name in ("f.json", "g.json")] == [SIZE_WH, SIZE_WH]
    assert size_of_file(encoded({"annotations": [run_lengths([PIXELS])]}), "h.json") == SIZE_WH
    for name, data in (("f.txt", files["f.txt"]), ("h.json", encoded({"annotations": []}))):
        with pytest.raises(SegmentationFileInvalid) as problem:
            size_of_file(data, name)
        assert problem.value.values["reason"] == "size"


def test_a_label_map_is_one_object_for_each_value() -> None:
    import io

    from PIL import Image

    labels = np.zeros((80, 100), np.uint8)
    labels[10:20, 10:20], labels[30:40, 30:50] = 1, 2
    stream = io.BytesIO()
    Image.fromarray(labels).save(stream, "PNG")
    found = read_masks(stream.getvalue(), "rooms.png", SIZE_WH)
    assert [(each.name, each.rle.area) for each in found] == [("rooms 1", 100), ("rooms 2", 200)]
    assert [note.code for note in found.notes] == ["read_as_labels"]


def labelled(dtype: type, *values: int) -> NDArray[Any]:
    """(80, 100) with a square of 100 pixels, an oblong of 200 and a strip of 300, in these values."""
    labels = np.zeros((80, 100), dtype)
    places = (np.s_[10:20, 10:20], np.s_[30:40, 30:50], np.s_[50:53])
    for place, value in zip(places, values, strict=False):
        labels[place] = value
    return labels


@pytest.mark.parametrize(
    ("labels", "expected", "codes"),
    [
        (labelled(np.uint8, 1, 3), {1: 100, 3: 200}, ["read_as_labels"]),
        (labelled(np.uint8, 1, 2, 255), {1: 100, 2: 200}, ["void_left_out", "read_as_labels"]),
        (labelled(np.uint16, 1, 1000), {1: 100, 1000: 200}, ["read_as_labels"]),
        (labelled(np.uint16, 26_001, 7, 26_002), {7: 200, 26_001: 100, 26_002: 300}, ["read_as_labels"]),
    ],
    ids=["gap", "void", "16 bits", "Cityscapes"],
)
def test_label_maps_of_others(labels: NDArray[Any], expected: dict[int, int], codes: list[str]) -> None:
    found = read_masks(png(Image.fromarray(labels)), "f.png", SIZE_WH)
    assert {each.name: each.rle.area for each in found} == {f"f {label}": area for label, area in expected.items()}
    assert [note.code for note in found.notes] == codes


def test_a_label_map_in_a_palette() -> None:
    """VOC's: class 8 is as dark as (64, 0, 0), and two classes may be equally bright."""
    image = Image.fromarray(labelled(np.uint8, 8, 1, 2))
    image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, *[128] * 15, 64, 0, 0])
    found = read_masks(png(image), "f.png", SIZE_WH)
    assert [(each.name, each.rle.area) for each in found] == [("f 1", 200), ("f 2", 300), ("f 8", 100)]


@pytest.mark.parametrize(
    ("values", "area", "codes"),
    [
        ((1, 255), 100, ["void_left_out"]),
        ((128, 255), 300, ["mask_of_many_values"]),
        ((255, 255), 300, []),
        ((1, 1), 300, []),
    ],
    ids=["label and void", "two greys", "white", "ones"],
)
def test_pictures_of_one_object(values: tuple[int, int], area: int, codes: list[str]) -> None:
    found = read_masks(png(Image.fromarray(labelled(np.uint8, *values))), "f.png", SIZE_WH)
    assert [(each.name, each.rle.area) for each in found] == [("f", area)]
    assert [note.code for note in found.notes] == codes


def test_a_soft_mask_is_one_object_though_it_has_every_grey() -> None:
    soft = np.indices((80, 100))[1]  # 0 to 99, without a gap
    found = read_masks(png(Image.fromarray(soft.astype(np.uint8))), "f.png", SIZE_WH)
    assert len(found) == 1


def test_narrow_labels_between_two_others_are_labels() -> None:
    labels = np.zeros((80, 100), np.uint8)
    labels[10:41, 10:41], labels[11:40, 11:40] = 1, 2
    found = read_masks(png(Image.fromarray(labels)), "f.png", SIZE_WH)
    assert [each.rle.area for each in found] == [31 * 31 - 29 * 29, 29 * 29]


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def test_what_is_read_is_what_was_meant() -> None:
    mask = np.random.default_rng(0).random((80, 100)) > 0.5
    assert of_counts(encode(mask).counts.tolist(), (80, 100)) == encode(mask) == Rle(encode(mask).text, (80, 100))
