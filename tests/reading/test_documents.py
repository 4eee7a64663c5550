"""Do drawn documents say what they are said to say, wherever the camera moves them?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from vizcore.errors import SettingOutOfRange
from vizcore.reading.documents.drawn import LIMITS, DocumentSettings, draw_document
from vizcore.reading.documents.kinds import KINDS
from vizcore.reading.documents.values import make_bill, with_check_digits, with_luhn, written_amount
from vizcore.reading.fields.extract import extract_fields
from vizcore.reading.fields.typed import iban_is_valid, siret_is_valid
from vizcore.reading.fields.verdicts import checks, verdict
from vizcore.reading.order import rows_of, skew_of, straightened, text_in_order
from vizcore.reading.results import boxes_around


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_exact_text_holds_every_field(kind: str, language: str, seed: int) -> None:
    document = draw_document(DocumentSettings(kind, language, seed))  # type: ignore[arg-type]
    found = extract_fields(document.text)
    assert {name: value.value for name, value in found.items()} == document.fields
    assert all(check.holds is not False for check in checks(found))
    assert all(verdict(document.fields[name], found[name].value) == "correct" for name in document.fields)
    assert "".join(document.texts).replace(" ", "") != ""


def test_a_bill_fits_together() -> None:
    for seed in range(50):
        bill = make_bill(seed, "fr")
        assert bill.net + bill.vat == bill.total
        assert iban_is_valid(bill.iban)
        assert siret_is_valid(bill.siret)
    assert with_check_digits("GB", "WEST12345698765432") == "GB82WEST12345698765432"
    assert with_luhn("7992739871") == "79927398713"
    assert written_amount(Decimal("1249.5"), "fr") == "1 249,50"
    assert written_amount(Decimal("1249.5"), "en") == "1,249.50"


def test_the_same_settings_give_the_same_pixels() -> None:
    settings = DocumentSettings(noise=20, rotation=3, jpeg=40)
    assert draw_document(settings).photo.sha256 == draw_document(settings).photo.sha256


@pytest.mark.parametrize("change", [{"rotation": 7.0}, {"perspective": 1.0}, {"rotation": -12.0, "perspective": 0.6}])
def test_places_go_with_the_sheet(change: dict[str, float]) -> None:
    """Every piece's own box is darker than the paper around it, before and after."""
    document = draw_document(DocumentSettings(**change))  # type: ignore[arg-type]
    assert len(document.texts) == len(document.polygons)
    boxes = boxes_around(document.polygons)
    assert (boxes[:, :2] >= -1).all()
    assert (boxes[:, 2:] <= np.array([document.photo.width, document.photo.height]) + 1).all()
    for polygon in document.polygons:
        centre = polygon.mean(axis=0)
        inner = (polygon - centre) * 0.98 + centre
        x0, y0, x1, y1 = (int(each) for each in (*inner.min(axis=0), *inner.max(axis=0) + 1))
        assert document.photo.rgb[y0:y1, x0:x1].min() < 120


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_setting_out_of_range(name: str) -> None:
    with pytest.raises(SettingOutOfRange):
        DocumentSettings(**{name: LIMITS[name][1] + 1})  # type: ignore[arg-type]


def test_every_disturbance_changes_the_picture() -> None:
    plain = draw_document(DocumentSettings()).photo.sha256
    changes = {"rotation": 2, "perspective": 0.5, "blur": 1, "noise": 10, "jpeg": 20, "stamp": 0.5, "scale": 0.8}
    hashes = {draw_document(DocumentSettings(**{name: value})).photo.sha256 for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(hashes | {plain}) == len(changes) + 1


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("change", [{}, {"rotation": 3.0}, {"rotation": -11.0}, {"rotation": 18.0, "perspective": 0.3}])
def test_a_turned_page_keeps_its_rows(kind: str, change: dict[str, float]) -> None:
    document = draw_document(DocumentSettings(kind, "fr", **change))  # type: ignore[arg-type]
    assert text_in_order(document.texts, straightened(document.polygons)) == document.text
    assert skew_of(np.zeros((0, 4, 2))) == 0


def test_rows_are_read_from_left_to_right() -> None:
    boxes = np.array([[100, 11, 150, 29], [0, 10, 50, 30], [0, 40, 50, 60], [100, 300, 150, 320]], float)
    assert rows_of(boxes) == [[1, 0], [2], [3]]
    assert text_in_order(["b", "a", "c", "d"], boxes) == "a b\nc\nd"
    assert rows_of(np.zeros((0, 4))) == []
