"""Which pixels of a file are the mask: bright ones, or opaque ones where the shape lies in the transparency."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vizcore.metrics.masks import mask_of_file
from vizcore.metrics.masks.from_picture import mask_and_labels
from vizcore.metrics.masks.labels import counted_map
from vizcore.photo import Photo

INSIDE = np.zeros((40, 60), bool)
INSIDE[10:30, 20:50] = True
Grey = NDArray[np.uint8]


def png(pixels: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(stream, "PNG", **options)
    return stream.getvalue()


def with_alpha(grey: NDArray[Any] | int, alpha: NDArray[Any]) -> bytes:
    plane = np.broadcast_to(np.asarray(grey, np.uint8), INSIDE.shape)
    return png(np.stack([plane, plane, plane, np.asarray(alpha, np.uint8)], axis=-1))


NOISE = np.random.default_rng(0).integers(0, 256, INSIDE.shape)
SHAPE = np.where(INSIDE, 255, 0)
FILES: dict[str, tuple[bytes, list[str]]] = {
    "white on black": (png(SHAPE), []),
    "1 and 0": (png(INSIDE), []),
    "white on transparent": (with_alpha(255, SHAPE), ["mask_from_alpha"]),
    "black on transparent": (with_alpha(0, SHAPE), ["mask_from_alpha"]),
    "grey on transparent": (with_alpha(90, SHAPE), ["mask_from_alpha"]),
    "a cut-out": (with_alpha(NOISE, SHAPE), ["mask_from_alpha"]),
    "soft edges": (with_alpha(255, np.where(INSIDE, 200, 60)), ["mask_from_alpha"]),
    "white and black on transparent": (
        with_alpha(SHAPE, np.where(np.indices(INSIDE.shape)[1] < 55, 255, 0)),
        ["mask_bright_and_opaque"],
    ),
    "alpha of nothing": (with_alpha(SHAPE, np.zeros(INSIDE.shape)), ["transparency_ignored"]),
    "alpha of everything": (with_alpha(SHAPE, np.full(INSIDE.shape, 255)), []),
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_mask_in_every_dress(name: str) -> None:
    data, codes = FILES[name]
    found = mask_of_file(data, "mask.png")
    np.testing.assert_array_equal(found.mask, INSIDE)
    assert [note.code for note in found.notes] == codes


def test_a_mask_in_a_palette_with_a_transparent_colour() -> None:
    image = Image.fromarray(INSIDE.astype(np.uint8)).convert("P")
    image.putpalette([255, 255, 255, 255, 255, 255])
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=0)
    np.testing.assert_array_equal(mask_of_file(stream.getvalue()).mask, INSIDE)


def test_a_turned_picture_turns_its_alpha() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = np.stack([np.full(INSIDE.shape, 255)] * 3 + [SHAPE], axis=-1)
    found = mask_of_file(png(pixels, exif=exif.tobytes()))
    np.testing.assert_array_equal(found.mask, np.rot90(INSIDE, -1))


def test_a_photo_taken_for_a_mask_is_said() -> None:
    found = mask_of_file(png(NOISE))
    (note,) = found.notes
    assert (note.code, note.values["levels"]) == ("mask_of_many_values", len(np.unique(NOISE)))


def rectangles(dtype: type = np.uint8, **values: int) -> NDArray[Any]:
    """(60, 80): the shapes of these names filled with these values."""
    places = {
        "a": np.s_[5:20, 5:20],
        "b": np.s_[25:40, 30:50],
        "c": np.s_[45:55, 55:75],
        "line": np.s_[58, 5:70],
        "frame": np.s_[:2],
    }
    picture = np.zeros((60, 80), dtype)
    for name, value in values.items():
        picture[places[name]] = value
    return picture


def smooth(picture: NDArray[Any]) -> NDArray[Any]:
    """The same at half its size, with grey edges."""
    image = Image.fromarray(picture).resize((51, 37), Image.Resampling.BICUBIC)
    return np.asarray(image)


VOC = [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0, 0, 0, 128, 128, 0, 128, 0, 128, 128, 128, 128, 128, 64, 0, 0]


def indexed(places: NDArray[Any], colours: list[int]) -> bytes:
    """A picture with these places in this palette; the place 255 is VOC's pale void."""
    image = Image.fromarray(places).convert("L")
    image.putpalette(colours + [0] * (765 - len(colours)) + [224, 224, 192])
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def words(values: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(values.astype(np.uint16)).save(stream, "PNG")
    return stream.getvalue()


LABEL_MAPS: dict[str, tuple[bytes, int, dict[str, dict[str, int]]]] = {
    "a gap": (png(rectangles(a=1, b=3)), 525, {"mask_of_labels": {"count": 2}}),
    "a gap, three equal channels": (
        png(np.repeat(rectangles(a=1, b=3)[..., None], 3, axis=2)),
        525,
        {"mask_of_labels": {"count": 2}},
    ),
    "lines": (png(rectangles(a=4, line=9)), 290, {"mask_of_labels": {"count": 2}}),
    "one label and void": (png(rectangles(b=1, frame=255)), 300, {"void_left_out": {"value": 255, "pixels": 160}}),
    "labels and void": (
        png(rectangles(a=1, b=33, frame=255)),
        525,
        {"mask_of_labels": {"count": 2}, "void_left_out": {"value": 255, "pixels": 160}},
    ),
    "16 bits": (words(rectangles(np.uint16, a=1, b=1000)), 525, {"mask_of_labels": {"count": 2}}),
    "16 bits and void": (
        words(rectangles(np.uint16, b=7, frame=65_535)),
        300,
        {"void_left_out": {"value": 65_535, "pixels": 160}},
    ),
    "bytes in 16 bits": (
        words(rectangles(np.uint16, b=7, frame=255)),
        300,
        {"void_left_out": {"value": 255, "pixels": 160}},
    ),
    "a palette": (indexed(rectangles(a=1, b=8, c=4), VOC), 725, {"mask_of_labels": {"count": 3}}),
    "a palette with void": (
        indexed(rectangles(b=8, frame=255), VOC),
        300,
        {"void_left_out": {"value": 255, "pixels": 160}},
    ),
}


@pytest.mark.parametrize("name", LABEL_MAPS)
def test_all_objects_of_a_label_map_are_the_mask(name: str) -> None:
    data, area, notes = LABEL_MAPS[name]
    found = mask_of_file(data, "mask.png")
    assert int(found.mask.sum()) == area
    assert {note.code: note.values for note in found.notes} == notes


def two_halves() -> NDArray[Any]:
    """(60, 80) without background: 1 on the left, 2 on the right."""
    return np.where(np.indices((60, 80))[1] < 30, 1, 2).astype(np.uint8)


@pytest.mark.parametrize("data", [png(two_halves()), words(two_halves())], ids=["bytes", "words"])
def test_two_labels_that_fill_the_picture_are_two_objects(data: bytes) -> None:
    found, labels = mask_and_labels(data, "mask.png")
    assert found.mask.all()
    assert [note.code for note in found.notes] == ["mask_of_labels"]
    assert labels is not None
    assert labels.labels == (1, 2)


def test_a_palette_of_two_colours_counts_by_them() -> None:
    found = mask_of_file(indexed(two_halves(), [0, 0, 0, 0, 0, 0, 255, 255, 255]))
    np.testing.assert_array_equal(found.mask, two_halves() == 2)


def test_a_grey_photo_may_count_from_one() -> None:
    rgb = np.repeat(two_halves()[..., None], 3, axis=2)
    found = counted_map(Photo(rgb, "labels"))
    assert found is not None
    assert found.labels == (1, 2)
    assert counted_map(Photo(rgb + np.uint8(1), "2 and 3")) is None


def test_void_in_both_is_no_agreement() -> None:
    """The same void and no object beside it: nothing in common."""
    truth, prediction = (mask_of_file(png(each)).mask for each in (rectangles(b=1, frame=255), rectangles(frame=255)))
    assert not (truth & prediction).any()


WHOLE = rectangles(a=255, b=255)
SMOOTH_GREY = smooth(rectangles(a=200, b=200))
GREYS: dict[str, tuple[NDArray[Any], NDArray[np.bool_], bool]] = {
    "smooth edges": (smooth(WHOLE), smooth(WHOLE) > 127, False),
    "smooth edges, grey inside": (SMOOTH_GREY, 2 * SMOOTH_GREY.astype(int) > SMOOTH_GREY.max(), False),
    "one level of edge": (np.maximum(np.roll(WHOLE, 1, 1) // 2, WHOLE), WHOLE > 0, False),
    "white, black and grey": (rectangles(a=128, b=255), rectangles(a=1, b=1) > 0, True),
    "steps of grey": (rectangles(a=85, b=170, c=255), rectangles(b=1, c=1) > 0, True),
    "specks beside white": (rectangles(b=255) + (np.indices((60, 80)).sum(axis=0) == 9), rectangles(b=1) > 0, False),
    "never black": (rectangles(b=254) + 1, rectangles(b=1) > 0, True),
}


@pytest.mark.parametrize("words_", [False, True], ids=["bytes", "words"])
@pytest.mark.parametrize("name", GREYS)
def test_greys_are_no_labels(name: str, words_: bool) -> None:
    """As before; said where areas of grey might have been meant as something else."""
    picture, inside, said = GREYS[name]
    found = mask_of_file(words(picture.astype(np.uint16) * 257) if words_ else png(picture))
    np.testing.assert_array_equal(found.mask, inside)
    assert ("mask_of_many_values" in [note.code for note in found.notes]) is said


def test_an_unordered_palette_counts_by_its_colours() -> None:
    """White at place 0 and red at place 2: a writer that sorted its colours, whose places say nothing."""
    found = mask_of_file(indexed(rectangles(a=1, b=2), [255, 255, 255, 0, 0, 0, 255, 0, 0]))
    np.testing.assert_array_equal(found.mask, rectangles(a=1) == 0)


def test_a_map_in_plain_colours_is_said() -> None:
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[5:20, 5:20], picture[25:40, 30:50] = (64, 0, 0), (0, 128, 0)
    assert [note.code for note in mask_of_file(png(picture)).notes] == ["mask_of_many_values"]
