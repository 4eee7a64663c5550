"""The Reading page as its visitors see it, in both languages, without a browser. The engines are stand-ins here (a
letter wrong, a value wrong, nothing read); tests/reading has the real ones, and one test opens the page with them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.photo import Photo
from vizcore.reading.documents.drawn import DocumentSettings, draw_document
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES
from vizcore.ui.panels.reading.page_state import visible_text
from vizcore.zoo import text_readers
from vizcore.zoo.text_readers import RawLine

APP = str(Path(__file__).parents[2] / "app.py")
KEY = "reading"
SECTIONS = ("engines", "alignment", "rules", "fields", "pages")
PLAIN = {"kind": "receipt", "noise": "0.0", "rotation": "0.0", "jpeg": "95"}


def exact_lines(photo: Photo) -> list[RawLine]:
    """What stands in the page's document, found by its pixels."""
    for seed in (3, 4):
        for language in ("en", "fr"):
            document = draw_document(DocumentSettings("receipt", language, seed))  # type: ignore[arg-type]
            if document.photo.sha256 == photo.sha256:
                rows = zip(document.texts, document.polygons, strict=True)
                return [RawLine(text, np.asarray(polygon), 0.99) for text, polygon in rows]
    return []


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Both engines read the drawn receipt exactly, but for what a test puts into `changed`."""
    changed: dict[str, Any] = {"replace": ("zzz", "zzz"), "confidence": 0.99}

    def read(_self: object, photo: Photo) -> list[RawLine]:
        old, new = changed["replace"]
        return [
            RawLine(line.text.replace(old, new), line.polygon, changed["confidence"]) for line in exact_lines(photo)
        ]

    for kind in (text_readers.RapidReader, text_readers.TesseractReader):
        monkeypatch.setattr(kind, "read", read)
    from vizcore.engine import shared_engine

    shared_engine().forget({draw_document(DocumentSettings("receipt", "en")).photo.sha256})
    shared_engine().forget({draw_document(DocumentSettings("receipt", "fr")).photo.sha256})
    return changed


def open_page(language: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    for name, value in {**PLAIN, **query}.items():
        app.query_params[f"{KEY}.{name}"] = value
    return app.switch_page(f"pages/{KEY}.py").run()


def metrics(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def words(page: AppTest) -> str:
    return " ".join(
        str(getattr(each, "value", "")) for kind in ("markdown", "caption", "info") for each in page.get(kind)
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens(readers: dict[str, Any], language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert not page.exception
    assert not page.error
    assert page.expander, "the lesson is there"
    if section == "engines":
        assert metrics(page)["CER"] in ("0.0000", "0,0000")
        assert page.get("image")


def test_one_wrong_letter_is_counted_shown_and_found_in_the_photo(readers: dict[str, Any]) -> None:
    readers["replace"] = ("Thank", "Thonk")
    page = open_page(section="alignment")
    assert metrics(page)["Substituted"] == "1"
    [html] = [each.proto.body for each in page.get("html") if "alignment" in each.proto.body]
    assert 'title="a → o"' in html
    before = len(page.get("image"))
    pills = next(each for each in page.get("button_group") if each.key == f"{KEY}.difference")
    pills.set_value([0] if isinstance(pills.value, list) else 0).run()
    assert not page.exception
    assert len(page.get("image")) == before + 1
    assert "Thonk" in words(page)


def choose_difference(page: AppTest, place: int) -> AppTest:
    pills = next(each for each in page.get("button_group") if each.key == f"{KEY}.difference")
    assert len(set(pills.options)) == len(pills.options)
    return pills.set_value([place] if isinstance(pills.value, list) else place).run()


def test_of_two_alike_differences_the_chosen_one_is_shown(readers: dict[str, Any]) -> None:
    readers["replace"] = ("o", "0")
    lines = draw_document(DocumentSettings("receipt", "en")).texts
    wanted = [line.replace("o", "0") for line in lines for letter in line if letter == "o"]
    place = next(place for place, line in enumerate(wanted) if line != wanted[0])
    page = choose_difference(open_page(section="alignment"), place)
    assert not page.exception
    [said] = [each.value for each in page.caption if "Read as" in each.value]
    assert escaped(wanted[place], longest=300) in said


def test_what_was_read_is_shown_as_it_is(readers: dict[str, Any]) -> None:
    words_of_line = next(each for each in draw_document(DocumentSettings("receipt", "en")).texts if "Thank" in each)
    readers["replace"] = ("Thank", "*Th* $1 and $2 [see](http://x.example)")
    page = choose_difference(open_page(section="alignment"), 0)
    pills = next(each for each in page.get("button_group") if each.key == f"{KEY}.difference")
    assert pills.options[0] == "1 · ∅ → \\*"
    [said] = [each.value for each in page.caption if "Read as" in each.value]
    assert escaped(words_of_line.replace(*readers["replace"]), longest=300) in said


@pytest.mark.parametrize(("text", "shown"), [(" \n", "␣⏎"), ("\u00a0", "⍽"), ("\u202f", "⌴"), ("\t", "⇥"), ("", "∅")])
def test_white_space_has_a_sign(text: str, shown: str) -> None:
    assert visible_text(text) == shown


ORDERS = [
    ("en", "North Quay Stationers\nTotal due 12.50", "Total due 1 2 . 50", "The order of the words is right: the bag"),
    ("fr", "North Quay Stationers\nTotal due 12.50", "Total due 1 2 . 50", "L’ordre des mots est juste\u00a0: le sac"),
    ("en", "one two three", "three one two", "The reading order costs at most 0.6667 of the WER"),
    ("en", "one two three", "one two", "The order of the words is right: both agree."),
]


@pytest.mark.parametrize(("language", "truth", "read", "said"), ORDERS)
def test_the_order_costs_only_where_a_word_is_out_of_it(language: str, truth: str, read: str, said: str) -> None:
    page = open_page(language, source="texts")
    for name, text in (("reference", truth), ("hypothesis", read)):
        next(each for each in page.text_area if each.key == f"{KEY}.{name}").set_value(text)
    assert said in words(page.run())


def test_long_texts_are_refused_and_the_limits_stand_on_the_page() -> None:
    page = open_page(source="texts")
    assert "100,000" in words(page)
    assert "30,000" in words(page)
    for name in ("reference", "hypothesis"):
        field = next(each for each in page.file_uploader if each.key == f"{KEY}.{name}.file")
        field.upload(f"{name}.txt", b"a line of text\n" * 7_000, "text/plain")
    page.run()
    assert not page.exception
    assert ["105,000" in each.value and "100,000" in each.value for each in page.error] == [True]


def test_a_wrong_total_fails_its_check_and_goes_to_a_person(readers: dict[str, Any]) -> None:
    total = str(draw_document(DocumentSettings("receipt", "en")).fields["total"])
    readers["replace"] = (f"{float(total):,.2f}", "9,999.99")
    page = open_page(section="fields")
    said = words(page)
    assert "✗ 9999\\.99" in said
    assert "fails" in said
    assert "net \\+ VAT is not the total" in said or "net + VAT is not the total" in said
    assert metrics(page)["Precision"] == "0.750"


def test_little_confidence_goes_to_a_person(readers: dict[str, Any]) -> None:
    readers["confidence"] = 0.4
    assert "little confidence" in words(open_page(section="fields"))


def test_pages_of_the_visit_are_put_together(readers: dict[str, Any]) -> None:
    readers["replace"] = ("due", "dve")
    page = open_page()
    page.query_params[f"{KEY}.section"] = "pages"
    page.run()
    assert not page.exception
    assert "Mean of the pages" in metrics(page)
    assert "u" in words(page)


def test_two_texts_and_the_golden_number() -> None:
    page = open_page(source="texts")
    assert not page.exception
    assert (metrics(page)["CER"], metrics(page)["WER"]) == ("0.0889", "0.5714")
    field = next(each for each in page.text_area if each.key == f"{KEY}.reference")
    field.set_value("").run()
    assert not page.exception
    assert metrics(page)["CER"] == "undefined"


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("alignment", ""),
        ("alignment", "<script>alert(1)</script> & **x**"),
        ("alignment", "שלום עולם 12,50"),
        ("alignment", "a\n" * 300),
        ("rules", ""),
        ("rules", "发票号码 123"),
        ("fields", ""),
        ("fields", "<script>alert(1)</script> total 12.50"),
    ],
)
def test_any_text_is_compared_and_none_is_run(section: str, text: str) -> None:
    page = open_page(source="texts", section=section)
    next(each for each in page.text_area if each.key == f"{KEY}.hypothesis").set_value(text).run()
    assert not page.exception
    assert not page.error
    bodies = [each.proto.body for each in page.get("html") if 'class="alignment"' in each.proto.body]
    assert len(bodies) == (section == "alignment")
    assert all("<script>" not in body for body in bodies)


def test_a_file_in_another_encoding_is_one_sentence() -> None:
    page = open_page(source="texts")
    field = next(each for each in page.file_uploader if each.key == f"{KEY}.reference.file")
    field.upload("r.txt", "é".encode("latin-1"), "text/plain")
    page.run()
    assert not page.exception
    assert len(page.error) == 1


def test_a_photo_without_truth_is_read_and_asks_for_it() -> None:
    page = open_page(source="photo")
    assert not page.exception
    assert not page.error
    assert page.get("image"), "the sample is read"
    assert "CER" not in metrics(page)
    assert not [each.key for each in page.get("button_group") if each.key == f"{KEY}.language.widget"], "read by nobody"
    box = next(each for each in page.text_area if str(each.key).startswith(f"{KEY}.truth."))
    box.set_value("cero emisiones").run()
    assert "CER" in metrics(page)


CONTROLS = {"rotation": 5.0, "perspective": 0.8, "blur": 2.0, "noise": 60.0, "stamp": 0.9, "scale": 0.7, "jpeg": 10}


def test_no_control_of_the_document_is_dead(readers: dict[str, Any]) -> None:
    page = open_page(section="pages")
    assert "CER" in metrics(page), "the page that is chosen is one of the many"
    sliders = {str(each.key).removeprefix(f"{KEY}."): each for each in page.slider}
    assert set(sliders) == set(CONTROLS)
    plain = draw_document(DocumentSettings("receipt", "en")).photo.sha256
    for name, value in CONTROLS.items():
        assert draw_document(DocumentSettings("receipt", "en", **{name: value})).photo.sha256 != plain  # type: ignore[arg-type]


def test_opens_with_the_real_engines_and_sentences_of_both() -> None:
    page = open_page(scale="0.7")
    assert not page.exception
    assert not page.error
    assert float(metrics(page)["CER"]) < 0.1
    assert float(metrics(page)["Time" if "Time" in metrics(page) else "Temps"].split()[0]) > 0


def test_the_page_is_in_the_navigation() -> None:
    assert KEY in [page.key for page in PAGES if page.file.is_file()]


@pytest.mark.parametrize(("language", "said"), [("en", "No engine that reads pictures"), ("fr", "Aucun moteur")])
def test_without_an_engine_the_page_opens_on_two_texts(
    monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("vizcore.zoo.weights.availability", lambda card: "blocked")
    page = open_page(language)
    assert not page.exception
    assert not page.error
    assert metrics(page)["CER"] not in ("", "0.0000", "0,0000"), "computed from the two texts"
    assert said in words(page)
