"""Odd kinds of pixels come in natural, never silently white, black or inverted, and the notes say what was done."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.images.files import GAMMA, P3_TO_XYZ, SRGB_TO_XYZ, corners, encode, icc_profile, png, png_chunk, png_of, tiff
from vizcore.errors import ImageUnsupported
from vizcore.images import open_photo
from vizcore.images.scaling import to_8_bits
from vizcore.photo import Note

RAMP = np.linspace(0, 65535, 48 * 64).reshape(48, 64)
RAMP_8 = np.rint(RAMP / 257).astype(int)
WORDS = RAMP.astype(np.uint16)
FULL_WORDS = Note("scaled", {"bits": 16, "black": 0.0, "white": 65535.0})


def grey(data: bytes) -> np.ndarray[Any, Any]:
    """The one channel of a photo that must be grey."""
    rgb = open_photo(data).rgb
    assert (rgb == rgb[..., :1]).all()
    return rgb[..., 0].astype(int)


def told(data: bytes) -> list[str]:
    return [each.code for each in open_photo(data).notes]


# Depth

DEEP_GREY = {
    "png": png_of(WORDS),
    "tiff": tiff(WORDS),
    "tiff big-endian": tiff(WORDS, byteorder=">"),
    "tiff deflate": tiff(WORDS, compression="deflate"),
    "tiff big-endian deflate": tiff(WORDS, byteorder=">", compression="deflate"),
    "tiff white is zero": tiff(65535 - WORDS, photometric="miniswhite"),
    "bigtiff": tiff(WORDS, bigtiff=True),
}


@pytest.mark.parametrize("name", DEEP_GREY)
def test_grey_of_16_bits_keeps_its_ramp(name: str) -> None:
    assert np.abs(grey(DEEP_GREY[name]) - RAMP_8).max() <= 1
    assert open_photo(DEEP_GREY[name]).notes == (FULL_WORDS, Note("greyscale"))


@pytest.mark.parametrize(
    ("top", "white"), [(200, 255.0), (255, 255.0), (256, 1023.0), (4095, 4095.0), (4096, 65535.0), (65535, 65535.0)]
)
def test_words_that_hold_fewer_bits_are_not_black(top: int, white: float) -> None:
    values = np.array([[0, top // 2, top]], np.uint16)
    assert open_photo(tiff(values)).notes[0] == Note("scaled", {"bits": 16, "black": 0.0, "white": white})
    assert np.abs(grey(tiff(values)) - np.rint(values * 255.0 / white)).max() == 0


@pytest.mark.parametrize(
    ("values", "black", "white", "expected"),
    [
        ([[0.0, 0.5, 1.0]], 0.0, 1.0, [[0, 128, 255]]),
        ([[0.0, 51.0, 255.0]], 0.0, 255.0, [[0, 51, 255]]),
        ([[1000.0, 1005.0, 1010.0]], 1000.0, 1010.0, [[0, 128, 255]]),
        ([[-1.0, 0.0, 1.0]], -1.0, 1.0, [[0, 128, 255]]),
        ([[7000.0, 7000.0]], 7000.0, 7000.0, [[0, 0]]),
    ],
)
def test_float_values_by_hand(values: Any, black: float, white: float, expected: Any) -> None:
    data = tiff(np.array(values, np.float32))
    assert grey(data).tolist() == expected
    assert open_photo(data).notes[0] == Note("scaled", {"bits": 32, "black": black, "white": white})


def test_nan_and_infinity_become_black_and_are_counted() -> None:
    data = tiff(np.array([[np.nan, np.inf, -np.inf, 0.0, 0.5, 1.0]], np.float32))
    assert grey(data).tolist() == [[0, 0, 0, 0, 128, 255]]
    assert Note("not_finite", {"pixels": 3}) in open_photo(data).notes


def test_nothing_but_nan() -> None:
    data = tiff(np.full((4, 4), np.nan, np.float32))
    assert (grey(data) == 0).all()
    assert Note("not_finite", {"pixels": 16}) in open_photo(data).notes


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (np.int16, [[-100, 0, 100]], [[0, 128, 255]]),
        (np.int32, [[-100, 0, 100]], [[0, 128, 255]]),
        (np.uint32, [[0, 2**31, 2**32 - 1]], [[0, 128, 255]]),
        (np.uint32, [[0, 128, 255]], [[0, 128, 255]]),
    ],
)
def test_other_integers(kind: Any, values: Any, expected: Any) -> None:
    assert grey(tiff(np.array(values, kind))).tolist() == expected


def test_white_is_zero_in_floats() -> None:
    assert grey(tiff(np.array([[0.0, 1.0]], np.float32), photometric="miniswhite")).tolist() == [[255, 0]]


DEEP_COLOUR = np.stack([WORDS, WORDS[::-1], WORDS[:, ::-1]], -1)


@pytest.mark.parametrize(
    "data",
    [
        png_of(DEEP_COLOUR),
        tiff(DEEP_COLOUR, photometric="rgb"),
        tiff(DEEP_COLOUR, photometric="rgb", byteorder=">"),
        tiff(np.moveaxis(DEEP_COLOUR, -1, 0), photometric="rgb", planarconfig="separate", compression="deflate"),
    ],
    ids=["png", "tiff", "tiff big-endian", "tiff planes"],
)
def test_colour_of_16_bits(data: bytes) -> None:
    photo = open_photo(data)
    assert np.abs(photo.rgb.astype(int) - np.rint(DEEP_COLOUR / 257)).max() <= 1
    assert photo.notes == (Note("reduced_depth", {"bits": 16}),)


UNSUPPORTED = {
    "float colour": (tiff(np.ones((4, 4, 3), np.float32), photometric="rgb"), "3 x 32-bit float"),
    "double": (tiff(np.ones((4, 4))), "1 x 64-bit float"),
    "half": (tiff(np.ones((4, 4), np.float16)), "1 x 16-bit float"),
    "signed bytes of colour": (tiff(np.ones((4, 4, 3), np.int8), photometric="rgb"), "3 x 8-bit signed"),
    "separate planes of words": (
        tiff(np.ones((3, 4, 4), np.uint16), photometric="rgb", planarconfig="separate"),
        "3 x 16-bit",
    ),
    "swapped floats": (tiff(np.ones((4, 4), np.float32), byteorder=">", compression="deflate"), "1 x 32-bit float"),
    "camera raw": (tiff(np.ones((4, 4), np.uint8), subfiletype=1), "camera raw"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_the_decoder_cannot_or_would_misread_is_named(name: str) -> None:
    data, kind = UNSUPPORTED[name]
    with pytest.raises(ImageUnsupported) as refused:
        open_photo(data, "x.tif")
    assert refused.value.values == {"format": "TIFF", "kind": kind}


def test_to_8_bits_of_nothing_finite_has_no_range() -> None:
    scaled, notes = to_8_bits(np.full((2, 2), np.inf), 32)
    assert scaled.tolist() == [[0, 0], [0, 0]]
    assert [each.code for each in notes] == ["scaled", "not_finite"]


# Palette, grey, alpha

QUARTERS = Image.fromarray(corners())
HALF = Image.new("L", (64, 48), 255)
HALF.paste(0, (0, 0, 32, 48))  # the left half is transparent


def with_alpha(mode: str) -> Image.Image:
    image = QUARTERS.convert(mode)
    image.putalpha(HALF)
    return image


ALPHA = {
    "png rgba": encode(with_alpha("RGB"), "PNG"),
    "png la": encode(with_alpha("L"), "PNG"),
    "webp rgba": encode(with_alpha("RGB"), "WebP"),
    "avif rgba": encode(with_alpha("RGB"), "AVIF"),
    "heic rgba": encode(with_alpha("RGB"), "HEIC"),
    "tiff rgba": encode(with_alpha("RGB"), "TIFF"),
    "tiff la": encode(with_alpha("L"), "TIFF"),
    "gif": encode(with_alpha("RGB"), "GIF"),
    "png palette": encode(with_alpha("RGB").quantize(8), "PNG"),
    "png 16 bits": png_of(np.dstack([DEEP_COLOUR, np.asarray(HALF).astype(np.uint16) * 257])),
}


@pytest.mark.parametrize("name", ALPHA)
def test_transparent_areas_are_laid_on_white(name: str) -> None:
    photo = open_photo(ALPHA[name])
    assert (photo.rgb[:, :30] >= 253).all()
    assert (photo.rgb[:20, 34:] < 253).any()
    assert "transparency_on_white" in told(ALPHA[name])


def test_half_transparent_is_mixed_with_white() -> None:
    image = Image.new("RGBA", (2, 2), (255, 0, 0, 128))
    assert open_photo(encode(image, "PNG")).rgb[0, 0].tolist() == [255, 127, 127]


def test_opaque_alpha_is_not_worth_a_note() -> None:
    assert told(encode(QUARTERS.convert("RGBA"), "PNG")) == []


@pytest.mark.parametrize(
    ("header", "rows", "transparent", "expected"),
    [
        ({"colour": 0}, b"\0\x10\x80", b"\0\x10", [255, 0x80]),
        ({"colour": 0, "bits": 16}, b"\0\x10\x00\x80\x00", b"\x10\x00", [255, 0x80]),
        ({"colour": 2}, b"\0\x10\x10\x10\x80\x80\x80", b"\0\x10\0\x10\0\x10", [255, 0x80]),
        ({"colour": 2, "bits": 16}, b"\0" + b"\x10\x00" * 3 + b"\x80\x00" * 3, b"\x10\x00" * 3, [255, 0x80]),
        ({"colour": 0, "bits": 1}, b"\0\x40", b"\0\0", [255, 255]),
    ],
    ids=["grey", "grey 16", "colour", "colour 16", "1 bit"],
)
def test_one_transparent_colour(header: dict[str, int], rows: bytes, transparent: bytes, expected: list[int]) -> None:
    data = png(2, 1, rows=rows, before=png_chunk(b"tRNS", transparent), **header)
    assert np.abs(grey(data)[0] - expected).max() <= 1
    assert "transparency_on_white" in told(data)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_palettes_give_their_colours(kind: str) -> None:
    data = encode(QUARTERS.quantize(4), kind)
    assert np.array_equal(open_photo(data).rgb, corners())
    assert told(data) == ["palette"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "AVIF"])
def test_grey_pictures_say_so(kind: str) -> None:
    data = encode(QUARTERS.convert("L"), kind)
    assert np.abs(open_photo(data).rgb.astype(int) - np.asarray(QUARTERS.convert("L"))[..., None]).mean() < 3
    assert told(data) in (["greyscale"], [] if kind == "AVIF" else ["palette"])


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "group4"}), ("BMP", {})]
)
def test_one_bit_pictures(kind: str, options: dict[str, str]) -> None:
    data = encode(QUARTERS.convert("1", dither=Image.Dither.NONE), kind, **options)
    assert set(np.unique(grey(data))) == {0, 255}
    assert grey(data)[40, 50] == 255


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_grey_bytes_of_both_polarities(photometric: str) -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    stored = 255 - values if photometric == "miniswhite" else values
    assert np.array_equal(grey(tiff(stored, photometric=photometric)), values)


# Colour models and profiles


def test_cmyk_is_not_inverted() -> None:
    """Pillow writes the inverted ink of Adobe with Adobe's marker, as image programs do."""
    data = encode(QUARTERS.convert("CMYK"), "JPEG")
    assert b"Adobe" in data
    photo = open_photo(data)
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3
    assert photo.notes == (Note("colours_converted", {"model": "CMYK"}),)


def test_cmyk_without_adobes_marker_is_read_as_browsers_do() -> None:
    data = encode(QUARTERS.convert("CMYK"), "JPEG")
    start = data.index(b"\xff\xee")
    plain = data[:start] + data[start + 2 + int.from_bytes(data[start + 2 : start + 4], "big") :]
    assert b"Adobe" not in plain
    assert np.abs(open_photo(plain).rgb.astype(int) - corners()).mean() < 3


def test_cmyk_tiff() -> None:
    data = encode(QUARTERS.convert("CMYK"), "TIFF")
    assert np.array_equal(open_photo(data).rgb, corners())


def test_lab_tiff() -> None:
    lab = ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(QUARTERS, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    assert image is not None
    del image.info["icc_profile"]
    photo = open_photo(encode(image, "TIFF"))
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 8  # 8 bits of Lab hold sRGB's corners only roughly
    assert photo.notes == (Note("colours_converted", {"model": "Lab"}),)


def p3_by_hand(rgb: list[int]) -> np.ndarray[Any, Any]:
    """P3 with gamma 2.2 -> sRGB, from the matrices and the definition of sRGB (IEC 61966-2-1)."""
    linear = np.linalg.inv(SRGB_TO_XYZ) @ P3_TO_XYZ @ (np.array(rgb) / 255) ** GAMMA
    linear = np.clip(linear, 0, 1)
    encoded: np.ndarray[Any, Any] = (
        np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    )
    return encoded


@pytest.mark.parametrize("rgb", [[200, 100, 100], [100, 180, 90], [90, 110, 200], [128, 128, 128], [255, 0, 0]])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WebP"])
def test_p3_becomes_srgb(kind: str, rgb: list[int]) -> None:
    image = Image.new("RGB", (4, 4), tuple(rgb))
    photo = open_photo(encode(image, kind, icc_profile=icc_profile(P3_TO_XYZ)))
    assert np.abs(photo.rgb[0, 0] - p3_by_hand(rgb)).max() <= 2
    assert photo.notes == (Note("icc_converted", {"profile": "Test P3"}),)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "AVIF", "HEIC"])
def test_srgb_under_any_name_changes_nothing(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert told(encode(corners(), kind, icc_profile=profile)) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize(
    "profile", [b"garbage", icc_profile(P3_TO_XYZ)[:150], bytes(200)], ids=["text", "cut", "zeros"]
)
def test_broken_profiles_are_ignored_and_told(kind: str, profile: bytes) -> None:
    photo = open_photo(encode(corners(), kind, icc_profile=profile))
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3
    assert photo.notes == (Note("icc_ignored"),)


def test_a_profile_of_another_colour_model_is_ignored() -> None:
    photo = open_photo(encode(QUARTERS.convert("CMYK"), "JPEG", icc_profile=icc_profile(P3_TO_XYZ)))
    assert [each.code for each in photo.notes] == ["icc_ignored", "colours_converted"]
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3


def test_a_profile_goes_with_alpha_and_palette() -> None:
    profile = icc_profile(P3_TO_XYZ)
    rgba = Image.new("RGBA", (4, 4), (200, 100, 100, 255))
    rgba.putpixel((0, 0), (0, 0, 0, 0))
    photo = open_photo(encode(rgba, "PNG", icc_profile=profile))
    assert photo.rgb[0, 0].tolist() == [255, 255, 255]
    assert np.abs(photo.rgb[1, 1] - p3_by_hand([200, 100, 100])).max() <= 2
    palette = Image.new("RGB", (4, 4), (200, 100, 100)).quantize(2)
    photo = open_photo(encode(palette, "PNG", icc_profile=profile))
    assert np.abs(photo.rgb[1, 1] - p3_by_hand([200, 100, 100])).max() <= 2


# Animations and pages

FRAMES = [Image.fromarray(np.roll(corners(), 16 * i, 1)) for i in range(3)]


@pytest.mark.parametrize("kind", ["GIF", "WebP", "PNG", "TIFF", "AVIF", "HEIC"])
def test_first_of_several_frames(kind: str) -> None:
    photo = open_photo(encode(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:]))
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3
    assert Note("first_frame", {"frames": 3}) in photo.notes


def test_mpo_is_a_jpeg_with_more_pictures_behind() -> None:
    data = encode(FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:])
    assert open_photo(data, "cat.jpg").notes == (Note("first_frame", {"frames": 3}),)


def test_single_frames_have_no_note() -> None:
    assert all("first_frame" not in told(encode(corners(), kind)) for kind in ("GIF", "WebP", "PNG", "TIFF", "AVIF"))


def bmp32(pixels: np.ndarray[Any, Any], header: int, alpha: int) -> bytes:
    """A 32-bit BMP with a V3, V4 or V5 header that names a mask for alpha; alpha: of every pixel."""
    height, width = pixels.shape[:2]
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    info = struct.pack("<IiiHHIIiiII", header, width, height, 1, 32, 3, 4 * width * height, 2835, 2835, 0, 0) + masks
    info = info.ljust(header, b"\0")
    rows = np.dstack([pixels[::-1, :, ::-1], np.full((height, width), alpha, np.uint8)])
    start = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", start + rows.size, 0, 0, start) + info + rows.tobytes()


@pytest.mark.parametrize("header", [56, 108, 124])
def test_an_alpha_that_is_zero_everywhere_means_nothing(header: int) -> None:
    photo = open_photo(bmp32(corners(), header, 0))
    np.testing.assert_array_equal(photo.rgb, corners())
    assert [note.code for note in photo.notes] == ["transparency_ignored"]
    assert open_photo(bmp32(corners(), header, 255)).notes == ()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WebP"])
def test_so_in_other_formats(kind: str) -> None:
    rgba = np.dstack([corners(), np.zeros(corners().shape[:2], np.uint8)])
    options = {"exact": True} if kind == "WebP" else {}
    photo = open_photo(encode(Image.fromarray(rgba), kind, **options))
    np.testing.assert_array_equal(photo.rgb, corners())
    assert [note.code for note in photo.notes] == ["transparency_ignored"]


def test_signed_bytes_are_scaled_like_other_signed_numbers() -> None:
    values = np.array([[-128, -1, 0, 127]], np.int8).repeat(4, 0)
    photo = open_photo(tiff(values))
    assert photo.rgb[0, :, 0].tolist() == [0, 127, 128, 255]
    assert photo.notes[0] == Note("scaled", {"bits": 8, "black": -128.0, "white": 127.0})
