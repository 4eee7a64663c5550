"""What does a picture cost on its way in and to the screen, against the plain way with Pillow and Streamlit?"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data as skimage_data

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare, within
from vizcore.images import open_photo, open_preview
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg

Pixels = NDArray[np.uint8]


def main() -> list[Measurement]:
    """Prints one line for each target."""
    photo_12mpx = as_jpeg(scene(4000, 3000, grain=7), quality=88)
    print(f"12 Mpx JPEG of {len(photo_12mpx) / 1e6:.1f} MB")
    displayed = open_photo(as_jpeg(scene(1280, 720, grain=4), quality=95))
    return [*intake(photo_12mpx), *display(displayed)]


def intake(data: bytes) -> list[Measurement]:
    """A file's bytes to a small picture, and to a Photo with all gates and its hash."""
    full = compare(
        "intake.photo",
        lambda: open_photo(data).rgb,
        lambda: np.asarray(decoded(data)),
        target=2.0,
        equal=alike(mean_difference=0.0),
        peer_name="Pillow, decode only",
    )
    return [to_display(data, 1280), to_display(data, 640), full]


def to_display(data: bytes, longest_side: int) -> Measurement:
    """Draft decoding against a full decode and a resize to the same size."""
    height, width = open_preview(data, longest_side).shape[:2]

    def ours() -> Pixels:
        return open_preview(data, longest_side)

    def peer() -> Pixels:
        return np.asarray(decoded(data).resize((width, height)))

    name = f"intake.display_{width}x{height}"
    like = alike(mean_difference=3.0)
    return compare(name, ours, peer, target=0.35, equal=like, peer_name="Pillow, full decode and resize")


def display(photo: Photo) -> list[Measurement]:
    """A photo of 1280 x 720 to the bytes that the browser gets."""

    def ours() -> bytes:
        return display_jpeg(photo, 1280)

    def png() -> bytes:
        return encoded(photo.rgb, "PNG")

    def streamlit() -> bytes:
        return encoded(photo.rgb, "JPEG", quality=100)  # st.image(array) of Streamlit 1.67

    return [
        compare("display.time_png", ours, png, target=0.05, peer_name="array as PNG"),
        within("display.bytes_png", len(ours()), len(png()), target=0.2, unit="bytes", peer_name="array as PNG"),
        compare("display.time_streamlit", ours, streamlit, target=1.0, peer_name="st.image(array)"),
        within(
            "display.bytes_streamlit",
            len(ours()),
            len(streamlit()),
            target=0.4,
            unit="bytes",
            peer_name="st.image(array)",
        ),
    ]


def scene(width: int, height: int, grain: float) -> Pixels:
    """As compressible as a photo: the astronaut of scikit-image, enlarged, with the grain of a sensor."""
    astronaut: Any = skimage_data.astronaut
    smooth = np.asarray(Image.fromarray(astronaut()).resize((width, height)))
    noise = np.random.default_rng(0).normal(0, grain, smooth.shape)
    return np.clip(smooth + noise, 0, 255).astype(np.uint8)


def as_jpeg(pixels: Pixels, quality: int) -> bytes:
    return encoded(pixels, "JPEG", quality=quality)


def encoded(pixels: Pixels, kind: str, **options: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def alike(mean_difference: float) -> Callable[[Any, Any], bool]:
    """Whether two pictures of one size differ by no more than this on average, in 255ths."""

    def check(ours: Any, peer: Any) -> bool:
        difference = np.asarray(ours).astype(int) - np.asarray(peer).astype(int)
        return bool(np.abs(difference).mean() <= mean_difference)

    return check


if __name__ == "__main__":
    sys.exit(0 if all(each.held for each in main()) else 1)
