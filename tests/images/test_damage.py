"""Damaged files: a Photo or one VizError, quickly, and never half a picture without a word."""

from __future__ import annotations

import contextlib
import random
import struct
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.images.files import LOSSLESS, LOSSY, P3_TO_XYZ, corners, encode, exif, icc_profile, tiff
from tests.time_bounds import within
from vizcore.errors import ImageDamaged, ImageEmpty, NotAnImage, VizError
from vizcore.images import open_photo, open_preview
from vizcore.photo import Photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # pytest undoes the filter of intake

NOISE = np.random.default_rng(0).integers(0, 255, (40, 56, 3), dtype=np.uint8)
IMAGE = Image.fromarray(NOISE)
MUTATIONS = 500

SOUND = {
    **{kind: encode(NOISE, kind) for kind in LOSSLESS + LOSSY},
    "JPEG progressive": encode(NOISE, "JPEG", progressive=True),
    "JPEG CMYK": encode(IMAGE.convert("CMYK"), "JPEG"),
    "JPEG with everything": encode(NOISE, "JPEG", exif=exif(6, located=True), icc_profile=icc_profile(P3_TO_XYZ)),
    "PNG palette": encode(IMAGE.quantize(16), "PNG"),
    "PNG animated": encode(IMAGE, "PNG", save_all=True, append_images=[IMAGE.rotate(90)]),
    "GIF animated": encode(IMAGE, "GIF", save_all=True, append_images=[IMAGE.rotate(90)]),
    "WebP lossy": encode(NOISE, "WebP", quality=60),
    "WebP animated": encode(IMAGE, "WebP", save_all=True, append_images=[IMAGE.rotate(90)]),
    "TIFF 16 bits": tiff(NOISE[..., 0].astype(np.uint16) * 257),
    "TIFF float": tiff(NOISE[..., 0].astype(np.float32)),
    "TIFF LZW": encode(NOISE, "TIFF", compression="tiff_lzw"),
    "AVIF alpha": encode(IMAGE.convert("RGBA"), "AVIF"),
    "HEIC alpha": encode(IMAGE.convert("RGBA"), "HEIC"),
}
STILL = [name for name in SOUND if "animated" not in name]


@pytest.mark.parametrize("name", SOUND)
def test_the_seeds_are_sound(name: str) -> None:
    assert isinstance(open_photo(SOUND[name]), Photo)


@pytest.mark.parametrize("share", [0.01, 0.20, 0.50, 0.95])
@pytest.mark.parametrize("name", STILL)
def test_a_cut_picture_is_never_shown_half_grey(name: str, share: float) -> None:
    data = SOUND[name][: int(len(SOUND[name]) * share)]
    with pytest.raises((ImageDamaged, ImageEmpty, NotAnImage)):
        open_photo(data)
    with pytest.raises((ImageDamaged, ImageEmpty, NotAnImage)):
        open_preview(data)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WebP", "AVIF", "HEIC"])
def test_other_libraries_cannot_make_us_accept_half_pictures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(ImageDamaged):
        open_photo(SOUND[name][: len(SOUND[name]) // 2])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(SOUND["PNG"])
    data[-6] ^= 1  # in the checksum of the last chunk but one, or in IEND's name
    with pytest.raises(ImageDamaged):
        open_photo(bytes(data))


def mutated(random_bytes: random.Random) -> tuple[str, bytes]:
    """One of the sound files with up to 20 changes, most of them in the header where they hurt."""
    name = random_bytes.choice(sorted(SOUND))
    data = bytearray(SOUND[name])
    reach = min(len(data), 400) if random_bytes.random() < 0.6 else len(data)
    for _ in range(random_bytes.choice((1, 1, 2, 4, 20))):
        at = random_bytes.randrange(reach)
        change = random_bytes.random()
        if change < 0.7:
            data[at % len(data)] = random_bytes.choice((random_bytes.randrange(256), 0, 128, 255))
        elif change < 0.85:
            del data[at : at + random_bytes.randrange(1, 9)]
        else:
            data[at:at] = random_bytes.randbytes(random_bytes.randrange(1, 9))
    return name, bytes(data)


def opened(data: bytes, name: str) -> Photo | VizError:
    try:
        return open_photo(data, name)
    except VizError as error:
        return error


def test_500_mutations_give_a_photo_or_a_coded_error() -> None:
    random_bytes = random.Random(2026)
    outcomes: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        name, data = mutated(random_bytes)
        with within(1, name):
            result = opened(data, name)
        outcomes["photo" if isinstance(result, Photo) else result.code] += 1
    assert sum(outcomes.values()) == MUTATIONS
    assert outcomes["photo"] > 50
    assert outcomes["image_damaged"] > 50


def test_previews_of_mutations_end_the_same_way() -> None:
    random_bytes = random.Random(2027)
    for _ in range(100):
        _, data = mutated(random_bytes)
        with contextlib.suppress(VizError):
            assert open_preview(data, 32).shape[2] == 3


def test_error_values_never_hold_the_file() -> None:
    for name, data in SOUND.items():
        result = opened(data[: len(data) // 2], f"secret {name}")
        assert not isinstance(result, Photo) or "animated" in name
        assert isinstance(result, Photo) or "secret" not in str(result.values)


def test_the_preview_is_the_photo_made_small() -> None:
    large = np.asarray(Image.fromarray(corners()).resize((1600, 1200)))
    data = encode(large, "JPEG")
    preview = open_preview(data, 640)
    assert max(preview.shape[:2]) <= 640
    assert min(preview.shape[:2]) >= 0.75 * 480 - 1
    height, width = preview.shape[:2]
    expected = np.asarray(Image.fromarray(open_photo(data).rgb).resize((width, height)))
    assert np.abs(preview.astype(int) - expected).mean() < 1


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_a_picture_cut_by_a_few_bytes_is_damaged(kind: str) -> None:
    """Decoders fill the rest with grey or pass the last bytes over; the boxes of the file know its length."""
    for cut in (1, 2, 9, 40):
        with pytest.raises(ImageDamaged):
            open_photo(SOUND[kind][:-cut])
    assert isinstance(open_photo(SOUND[kind] + b"trailer"), Photo)


def test_a_tiff_of_very_many_tags_is_refused_before_they_are_read() -> None:
    head = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16)
    tags = struct.pack("<HHQQ", 65_000, 1, 1, 0) * 100_000
    with pytest.raises(ImageDamaged):
        open_photo(head + struct.pack("<Q", 100_000) + tags + struct.pack("<Q", 0), "many.tif")
