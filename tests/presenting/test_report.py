"""Does a report hold so many pictures, and does its JSON lead back to the page with its settings?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from vizcore.errors import ReportRefused
from vizcore.presenting.plan import Question
from vizcore.presenting.report import (
    MOST_BYTES,
    Entry,
    Report,
    Section,
    bounded,
    page_settings,
    read_report,
    report_json,
)
from vizcore.presenting.rooms import Tally
from vizcore.presenting.shown import Picture, Shown, Words
from vizcore.results import Provenance

PAGES, LANGUAGES = {"features", "home"}, {"en", "fr"}
SETTINGS = (("features.section", "maps"), ("features.photos", "cat"), ("features.photos", "bus"))
RUN = Provenance("embed", "cnn-mini", "ab" * 32, "mini-160", ("cd" * 32,), {"layer": "avgpool"}, 7)
QUESTION = Question("Where?", ("Here", "There"))


def pictures(count: int) -> Shown:
    return Shown(tuple(Picture(bytes([n]), 2, 2, "") for n in range(count)))


def report(*sections: Section) -> Report:
    return Report("Title", "fr", "2026-11-28T10:00+00:00", sections, {"vizcore": "0.1.0"})


def test_json_names_what_a_number_was_computed_by() -> None:
    tally = Tally(QUESTION, (3, 1), (2, 0), False, 1)
    shown = Shown((Words("text", ("Words.",)), Picture(b"\x01", 4, 3, "alt")))
    found = json.loads(report_json(report(Section("features", "T", SETTINGS, shown, (RUN,), 1, QUESTION, tally))))
    (section,) = found["sections"]
    (run,) = section["runs"]
    assert (run["model"], run["weights_sha256"], run["seed"]) == ("cnn-mini", "ab" * 32, 7)
    assert section["question"] == {"text": "Where?", "answers": ["Here", "There"], "votes": [3, 1], "hands": [2, 0]}
    assert section["texts"] == ["Words."]
    assert section["pictures"][0]["width"] == 4


def test_json_leads_back() -> None:
    data = report_json(report(Section("features", "T", SETTINGS, own_photos=2), Section("home", "Home")))
    found = read_report(data, pages=PAGES, languages=LANGUAGES)
    assert found.language == "fr"
    assert found.entries == (Entry("features", "T", SETTINGS, 2), Entry("home", "Home", ()))
    assert found.entries[0].query() == {"features.section": ["maps"], "features.photos": ["cat", "bus"]}


def test_only_settings_of_the_page_are_kept() -> None:
    pairs = [("features.section", "maps"), ("lang", "fr"), ("similarity.part", "two"), ("sample", "cat"), ("a b", "c")]
    assert page_settings(pairs, "features") == (("features.section", "maps"), ("sample", "cat"))


def test_half_of_a_letter_is_no_setting() -> None:
    pairs = [("features.section", "\ud83d"), ("features.part", "\U0001f600")]
    assert page_settings(pairs, "features") == (("features.part", "\U0001f600"),)


def test_as_many_settings_as_a_page_keeps_lead_back() -> None:
    pairs = tuple(("features.photos", str(number)) for number in range(60))
    found = read_report(changed(settings=pairs), pages=PAGES, languages=LANGUAGES)
    assert found.entries[0].settings == pairs


def changed(**values: Any) -> bytes:
    found = json.loads(report_json(report(Section("features", "T", SETTINGS))))
    section = {key: values.pop(key) for key in list(values) if key in found["sections"][0]}
    found["sections"][0] |= section
    return json.dumps(found | values).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"<html>", "json"),
        (b"[" * 100_000, "json"),
        (b"{}", "kind"),
        (changed(kind="Classification"), "kind"),
        (changed(sections=[]), "kind"),
        (changed(language="de"), "language"),
        (changed(language=["en"]), "language"),
        (changed(language={"en": "fr"}), "language"),
        (changed(language=None), "language"),
        (changed(page="elsewhere"), "page"),
        (changed(page=["features"]), "page"),
        (changed(settings=[["lang", "fr"]]), "settings"),
        (changed(settings=[["features.section"]]), "settings"),
        (changed(settings="features"), "settings"),
        (changed(settings=[["features.section", "maps"]] * 61), "settings"),
        (changed(settings=[["features.section", "x" * 2001]]), "settings"),
        (changed(settings=[["features.section", "\ud800"]]), "json"),
        (changed(title="\udfff"), "json"),
        (changed(language="\ud83d"), "json"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_report_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReportRefused) as refused:
        read_report(data, pages=PAGES, languages=LANGUAGES)
    assert refused.value.values["reason"] == reason


def test_a_report_holds_so_many_pictures_and_counts_the_others() -> None:
    sections = bounded(
        [Section("home", "A", shown=pictures(30)), Section("home", "B", shown=pictures(30))], most_pictures=48
    )
    assert [len(each.shown.pictures) for each in sections] == [30, 18]
    assert [each.shown.pictures_left_out for each in sections] == [0, 12]


def test_without_pictures_nothing_is_left_out() -> None:
    assert bounded([]) == ()
    assert bounded([Section("home", "A")])[0].shown.pictures_left_out == 0
