"""What does a report hold, as JSON too, and how does that JSON lead back to the page with its settings?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vizcore.errors import ReportRefused
from vizcore.presenting.plan import SETTING, SHARED_SETTINGS, Question, as_query
from vizcore.presenting.rooms import Tally
from vizcore.presenting.shown import HALF_PAIR, MOST_PICTURES, Picture, Shown, Table, Words
from vizcore.results import SCHEMA, Provenance, to_plain

MOST_BYTES = 2_000_000
MOST_SECTIONS = 60
MOST_SETTINGS = 60
LONGEST_VALUE = 2_000


@dataclass(frozen=True)
class Section:
    """One page as it was shown. runs: what its numbers were computed by.

    settings: (name, value) as the page's address had them; values: all settings, those at their default too.
    own_photos: how many pictures the file lacks. tally: what the class answered to `question`.
    """

    page: str
    title: str
    settings: tuple[tuple[str, str], ...] = ()
    shown: Shown = field(default_factory=Shown)
    runs: tuple[Provenance, ...] = ()
    own_photos: int = 0
    question: Question | None = None
    tally: Tally | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """made_at: ISO 8601. versions: of this project and the libraries that numbers depend on."""

    title: str
    language: str
    made_at: str
    sections: tuple[Section, ...]
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def pictures_left_out(self) -> int:
        return sum(each.shown.pictures_left_out for each in self.sections)


def bounded(sections: Collection[Section], *, most_pictures: int = MOST_PICTURES) -> tuple[Section, ...]:
    """The sections with no more pictures than a report holds, the first ones kept and the others counted."""
    room, kept = most_pictures, []
    for section in sections:
        allowed = {id(each) for each in section.shown.pictures[:room]}
        dropped = len(section.shown.pictures) - len(allowed)
        room -= len(allowed)
        blocks = tuple(each for each in section.shown.blocks if not isinstance(each, Picture) or id(each) in allowed)
        kept.append(replace(section, shown=Shown(blocks, section.shown.pictures_left_out + dropped)))
    return tuple(kept)


def report_json(report: Report) -> bytes:
    """UTF-8 JSON; pictures by size and hash alone, since they stand in the HTML. Keys are never translated."""
    content = {
        "schema": SCHEMA,
        "kind": "Report",
        "title": report.title,
        "language": report.language,
        "made_at": report.made_at,
        "versions": dict(report.versions),
        "sections": [_section_json(each) for each in report.sections],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _section_json(section: Section) -> dict[str, Any]:
    tally = section.tally
    blocks = section.shown.blocks
    return {
        "page": section.page,
        "title": section.title,
        "settings": [list(pair) for pair in section.settings],
        "values": dict(section.values),
        "own_photos": section.own_photos,
        "texts": [each.text for each in blocks if isinstance(each, Words) and each.text.strip()],
        "tables": [{"head": each.head, "rows": each.rows} for each in blocks if isinstance(each, Table)],
        "pictures": [
            {
                "alt": each.alt,
                "width": each.width,
                "height": each.height,
                "sha256": hashlib.sha256(each.jpeg).hexdigest(),
            }
            for each in section.shown.pictures
        ],
        "pictures_left_out": section.shown.pictures_left_out,
        "runs": [to_plain(each) for each in section.runs],
        "question": None
        if section.question is None
        else {
            "text": section.question.text,
            "answers": section.question.answers,
            "votes": list(tally.answers) if tally else None,
            "hands": list(tally.hands) if tally else None,
        },
    }


@dataclass(frozen=True)
class Entry:
    """A page of a report that can be opened again. settings: as its address has them."""

    page: str
    title: str
    settings: tuple[tuple[str, str], ...]
    own_photos: int = 0

    def query(self) -> dict[str, list[str]]:
        return as_query(self.settings)


@dataclass(frozen=True)
class Reopened:
    """The pages of a report's JSON, and the language it was made in."""

    language: str
    entries: tuple[Entry, ...]


def read_report(data: bytes, *, pages: Collection[str], languages: Collection[str]) -> Reopened:
    """From a report's JSON; ReportRefused says what does not fit (size, json, kind, language, page, settings)."""
    if len(data) > MOST_BYTES:
        raise ReportRefused(reason="too_large", value=f"{MOST_BYTES // 1_000_000}")
    try:
        found = json.loads(data.decode("utf-8-sig"))
        _check_text(found)
    except (ValueError, RecursionError) as problem:
        raise ReportRefused(reason="json") from problem
    sections = found.get("sections") if isinstance(found, dict) else None
    if not isinstance(sections, list) or found.get("kind") != "Report" or not 1 <= len(sections) <= MOST_SECTIONS:
        raise ReportRefused(reason="kind")
    language = found.get("language")
    if not isinstance(language, str) or language not in languages:
        raise ReportRefused(reason="language", value=_told(language, 20))
    return Reopened(language, tuple(_entry(each, pages) for each in sections))


def _entry(section: object, pages: Collection[str]) -> Entry:
    page = section.get("page") if isinstance(section, dict) else None
    if not isinstance(section, dict) or not isinstance(page, str) or page not in pages:
        raise ReportRefused(reason="page", value=_told(page, 40))
    pairs = section.get("settings")
    if not isinstance(pairs, list) or not all(
        isinstance(each, list) and len(each) == 2 and all(isinstance(one, str) for one in each) for each in pairs
    ):
        raise ReportRefused(reason="settings", value="settings")
    own = section.get("own_photos")
    settings = page_settings([(name, value) for name, value in pairs], page)
    if len(settings) < len(pairs):
        unknown = next((name for name, value in pairs if (name, value) not in settings), pairs[-1][0])
        raise ReportRefused(reason="settings", value=unknown[:40])
    title = section.get("title")
    return Entry(page, title[:200] if isinstance(title, str) else page, settings, own if isinstance(own, int) else 0)


def _check_text(found: object) -> None:
    """UnicodeEncodeError for half of a surrogate pair, which JSON can spell and no page can show."""
    json.dumps(found, ensure_ascii=False).encode()


def _told(value: object, longest: int) -> str:
    return value[:longest] if isinstance(value, str) else "?"


def page_settings(pairs: list[tuple[str, str]], page: str) -> tuple[tuple[str, str], ...]:
    """Those of an address' parameters that are settings of this page."""
    return tuple(
        (name, value)
        for name, value in pairs[:MOST_SETTINGS]
        if SETTING.fullmatch(name)
        and (name.startswith(f"{page}.") or name in SHARED_SETTINGS)
        and len(value) <= LONGEST_VALUE
        and not HALF_PAIR.search(value)
    )
