"""A drawn document: the sheet, then what a camera does to it, and where every piece of text went."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.errors import SettingOutOfRange
from vizcore.photo import Photo
from vizcore.reading.documents.fonts import font
from vizcore.reading.documents.kinds import KINDS, Rule, Word
from vizcore.reading.documents.values import Bill, Language, make_bill
from vizcore.reading.order import text_in_order
from vizcore.results import FloatArray

PAPER, INK, STAMP_INK = 250, (28, 30, 36), (178, 34, 52)
LIMITS: dict[str, tuple[float, float]] = {
    "rotation": (-20.0, 20.0),
    "perspective": (0.0, 1.0),
    "blur": (0.0, 4.0),
    "noise": (0.0, 80.0),
    "jpeg": (5, 100),
    "stamp": (0.0, 1.0),
    "scale": (0.4, 1.5),
}


@dataclass(frozen=True)
class DocumentSettings:
    """rotation: degrees. perspective: 1 moves corners by an eighth of the side. blur: standard deviation in pixels.
    noise: standard deviation in grey levels. jpeg: quality. stamp: its opacity over the totals. scale: of all letters.
    """

    kind: str = "invoice"
    language: Language = "en"
    seed: int = 3
    rotation: float = 0.0
    perspective: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 95
    stamp: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"expected one of {list(KINDS)}, got {self.kind}")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


@dataclass(frozen=True, eq=False)
class DrawnDocument:
    """photo: what the engines see. text: what stands there, row by row. texts, polygons (n, 4, 2) in photo pixels: its
    pieces. fields: the values that a reader is to find, by name. bill: where they come from.
    """

    photo: Photo
    text: str
    texts: tuple[str, ...]
    polygons: FloatArray
    fields: dict[str, str]
    bill: Bill


def draw_document(settings: DocumentSettings) -> DrawnDocument:
    """The document of these settings; the same settings give the same pixels."""
    bill = make_bill(settings.seed, settings.language)
    kind = KINDS[settings.kind]
    size = tuple(round(each * settings.scale) for each in kind.size_wh)
    sheet = Image.new("RGB", (size[0], size[1]), (PAPER, PAPER, PAPER))
    pen = ImageDraw.Draw(sheet)
    texts, boxes = [], []
    for part in kind.draw(bill):
        if isinstance(part, Rule):
            ends = [each * settings.scale for each in (part.x0, part.y0, part.x1, part.y1)]
            pen.line(ends, fill=INK, width=max(1, round(2 * settings.scale)))
        else:
            boxes.append(_write(pen, part, settings.scale))
            texts.append(part.text)
    upright = np.array(boxes, float)
    if settings.stamp:
        _stamp(sheet, settings)
    corners = upright[:, [[0, 1], [2, 1], [2, 3], [0, 3]]]
    rgb, polygons = _photographed(np.asarray(sheet), corners, settings)
    text = text_in_order(texts, upright)
    name = f"{settings.kind}-{settings.language}-{settings.seed}"
    fields = {field: _value(bill, field) for field in kind.fields if field != "siret" or settings.language == "fr"}
    return DrawnDocument(Photo(rgb, name), text, tuple(texts), polygons, fields, bill)


def _value(bill: Bill, field: str) -> str:
    """The field in its typed form: amounts with a point, dates as ISO, numbers without spaces."""
    values: dict[str, Any] = {"date": bill.day.isoformat(), "net": bill.net, "vat": bill.vat, "total": bill.total}
    return str(values.get(field, getattr(bill, field, "")))


def _write(pen: ImageDraw.ImageDraw, word: Word, scale: float) -> tuple[float, float, float, float]:
    """Draws the word; its box."""
    face = font(word.face, max(6, round(word.size * scale)), bold=word.bold)
    anchor = "ra" if word.align == "right" else "la"
    place = word.x * scale, word.y * scale
    pen.text(place, word.text, fill=INK, font=face, anchor=anchor)
    return pen.textbbox(place, word.text, font=face, anchor=anchor)


def _stamp(sheet: Image.Image, settings: DocumentSettings) -> None:
    """A tilted red stamp over the lower right, where the totals stand."""
    words = {"en": "PAID", "fr": "PAYÉ"}[settings.language]
    side = round(260 * settings.scale)
    layer = Image.new("L", (side, side // 2), 0)
    pen = ImageDraw.Draw(layer)
    edge = max(3, side // 40)
    pen.rectangle((edge, edge, side - edge, side // 2 - edge), outline=255, width=edge)
    pen.text((side / 2, side / 4), words, fill=255, font=font("sans", side // 5, bold=True), anchor="mm")
    turned = layer.rotate(14, expand=True)
    opacity = turned.point([round(value * settings.stamp) for value in range(256)])
    place = round(sheet.width * 0.6), round(sheet.height * 0.62)
    sheet.paste(Image.new("RGB", turned.size, STAMP_INK), place, opacity)


def _photographed(
    sheet: NDArray[np.uint8], corners: FloatArray, settings: DocumentSettings
) -> tuple[NDArray[np.uint8], FloatArray]:
    """Turned, seen from the side, blurred, noisy and compressed, in this order; the corners go with the sheet."""
    matrix, size = _camera(sheet.shape[1], sheet.shape[0], settings)
    rgb: Any = sheet
    if settings.rotation or settings.perspective:
        grey = (205, 205, 208)
        rgb = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_CUBIC, borderValue=grey)
        moved: Any = cv2.perspectiveTransform(corners.reshape(1, -1, 2), matrix)
        corners = moved.reshape(corners.shape)
    if settings.blur:
        rgb = cv2.GaussianBlur(rgb, (0, 0), settings.blur * settings.scale)
    if settings.noise:
        grain = np.random.default_rng([settings.seed, 5]).normal(0, settings.noise, (*rgb.shape[:2], 1))
        rgb = np.clip(rgb + grain, 0, 255).astype(np.uint8)
    if settings.jpeg < 95:
        stream = io.BytesIO()
        Image.fromarray(rgb).save(stream, "JPEG", quality=int(settings.jpeg))
        rgb = np.asarray(Image.open(stream).convert("RGB"))
    return np.ascontiguousarray(rgb), corners


def _camera(width: int, height: int, settings: DocumentSettings) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The map of sheet pixels to photo pixels (3, 3), and a size that holds the whole sheet."""
    base = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = settings.perspective / 8
    pulled = base + np.array(
        [[shift * width, shift * height / 2], [0, 0], [-shift * width / 2, 0], [0, -shift * height]]
    )
    angle = np.deg2rad(settings.rotation)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = pulled @ turn.T
    placed = (turned - turned.min(axis=0)).astype(np.float32)
    size = np.ceil(placed.max(axis=0)).astype(int)
    matrix: Any = cv2.getPerspectiveTransform(base, placed)
    return matrix, (max(1, int(size[0])), max(1, int(size[1])))
