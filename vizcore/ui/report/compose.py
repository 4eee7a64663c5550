"""How does a draft become a report: this page, or all steps of the lecture with the class's answers?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from vizcore.errors import ReportRefused, VizError
from vizcore.presenting.report import Report, Section, bounded, page_settings
from vizcore.presenting.rooms import Tally
from vizcore.presenting.shown import Shown
from vizcore.provenance import versions
from vizcore.ui.report.drafts import Draft, Lecture
from vizcore.ui.server.lecture_rooms import ROOMS


def section_of(draft: Draft, shown: Shown, search: str) -> Section:
    """The page that is shown now. search: the query of its address, as the browser has it."""
    runs = tuple(draft.record.runs.values())
    photos = {each for run in runs for each in run.photos_sha256}
    pairs = parse_qsl(search.lstrip("?")[:20_000], keep_blank_values=True)
    settings = page_settings(pairs, draft.page)
    own = len(photos & draft.own_photos)
    values = draft.record.settings | dict(settings)
    return Section(draft.page, draft.title, settings, shown, runs, own_photos=own, values=values)


def keep_step(draft: Draft, step: int, section: Section) -> None:
    """What a step of the lecture shows; a later look replaces an earlier one."""
    lecture = draft.lecture
    if lecture and 1 <= step <= len(lecture.plan.steps) and step == draft.step:
        lecture.shown[step] = replace(section, question=lecture.plan.steps[step - 1].question)


def page_report(draft: Draft, section: Section) -> Report:
    return Report(section.title, draft.language, _now(), bounded([section]), versions())


def lecture_report(draft: Draft) -> Report:
    """All steps that were shown, in their order. ReportRefused before the first."""
    lecture = draft.lecture
    if lecture is None or not lecture.shown:
        raise ReportRefused(reason="empty")
    tallies = tallies_of(lecture)
    sections = [
        replace(section, title=f"{number}. {section.title}", tally=tallies.get(number))
        for number, section in sorted(lecture.shown.items())
    ]
    return Report(lecture.plan.title, lecture.plan.language, _now(), bounded(sections), versions())


def tallies_of(lecture: Lecture) -> dict[int, Tally]:
    """By step; of a room that has ended, as they were at its end."""
    try:
        return dict(ROOMS.tallies(lecture.code)) if lecture.code else dict(lecture.tallies)
    except VizError:
        return dict(lecture.tallies)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="minutes")
