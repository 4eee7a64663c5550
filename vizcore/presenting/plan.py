"""What is a lecture made of, and how is one read from a Markdown file?

    ---
    title: From IoU to mAP
    language: en
    ---
    (words before the first step are for the list of lectures)

    === step
    page: detection_metrics
    settings: detection_metrics.section=curves&detection_metrics.iou=0.5
    sample: bus
    question: Will AP rise or fall?
    answers: [It rises, It falls]
    ===
    Words for the audience, Markdown.

    ??? notes
    What only the speaker sees.

A step's head is YAML without aliases, in which every value is the text that was written: "No" is no boolean and 010 no
number. Nothing in the file is executed, and HTML in it is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from vizcore.errors import PlanInvalid

MOST_BYTES = 200_000
MOST_STEPS = 60
FEWEST_ANSWERS, MOST_ANSWERS = 2, 4
LONGEST_TEXT = 4_000
MOST_SETTINGS = 60
STEP = re.compile(r"^=== step\s*$", re.MULTILINE)
HEAD_END = re.compile(r"^===\s*$", re.MULTILINE)
NOTES = re.compile(r"^\?\?\? notes\s*$", re.MULTILINE)
FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
SETTING = re.compile(r"[a-z][a-z0-9_.-]{0,80}")
SHARED_SETTINGS = {"sample", "seed"}  # every other setting begins with its page's name
STEP_KEYS = {"page", "settings", "sample", "seed", "question", "answers", "wait"}


@dataclass(frozen=True)
class Question:
    """What the audience is asked before the result is shown. answers: 2 to 4."""

    text: str
    answers: tuple[str, ...]


def as_query(settings: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Settings as an address carries them; a name may stand several times."""
    found: dict[str, list[str]] = {}
    for name, value in settings:
        found.setdefault(name, []).append(value)
    return found


@dataclass(frozen=True)
class Step:
    """page: a key of the app's pages. settings: as the page's address has them. text, notes: Markdown."""

    page: str
    settings: tuple[tuple[str, str], ...] = ()
    text: str = ""
    notes: str = ""
    question: Question | None = None

    def query(self) -> dict[str, list[str]]:
        return as_query(self.settings)


@dataclass(frozen=True)
class Plan:
    """A whole lecture. key: its file's stem. opening: what the list of lectures says about it."""

    key: str
    title: str
    language: str
    opening: str
    steps: tuple[Step, ...] = field(default_factory=tuple)

    def link(self, number: int) -> str:
        """Path and query of a step (from 1): the page with its settings, and where the lecture is."""
        step = self.steps[number - 1]
        place = [("lang", self.language), ("lecture", self.key), ("step", str(number))]
        return f"/{step.page}?{urlencode([*step.settings, *place])}"


def parse_plan(text: str, key: str, *, pages: Collection[str], languages: Collection[str]) -> Plan:
    """The lecture in this file. Errors: PlanInvalid, with the step's number where one is to blame."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise PlanInvalid(reason="head", step=0, value="") from None
    if size > MOST_BYTES:
        raise PlanInvalid(reason="too_large", step=0, value=f"{MOST_BYTES // 1000}")
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    front = FRONT.match(text)
    head = _mapping(front[1], 0) if front else {}
    language, title = _text(head, "language", 0), _text(head, "title", 0).strip()
    if not title:
        raise PlanInvalid(reason="no_title", step=0, value="")
    if language not in languages:
        raise PlanInvalid(reason="language", step=0, value=language[:20])
    opening, *bodies = STEP.split(text[front.end() :] if front else text)
    if not 1 <= len(bodies) <= MOST_STEPS:
        raise PlanInvalid(reason="steps", step=0, value=f"{len(bodies)}")
    steps = tuple(_step(body, number, pages) for number, body in enumerate(bodies, start=1))
    return Plan(key, title[:120], language, opening.strip()[:LONGEST_TEXT], steps)


def _mapping(text: str, number: int) -> Mapping[str, Any]:
    """Of text, lists and mappings alone. PlanInvalid (head) for a text that UTF-8 cannot hold, too."""
    import yaml

    try:
        for token in yaml.scan(text):
            if isinstance(token, (yaml.AliasToken, yaml.AnchorToken, yaml.TagToken)):
                raise PlanInvalid(reason="head", step=number, value="&, *, !")
            if isinstance(token, yaml.ScalarToken):
                token.value.encode()
        found = yaml.load(text, yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise PlanInvalid(reason="head", step=number, value="") from problem
    if not isinstance(found, dict):
        raise PlanInvalid(reason="head", step=number, value="")
    return found


def _text(head: Mapping[str, Any], name: str, number: int) -> str:
    """ "" where it is absent. PlanInvalid (head) for a list or a mapping."""
    found = head.get(name, "")
    if not isinstance(found, str):
        raise PlanInvalid(reason="head", step=number, value=name)
    return found


def _step(body: str, number: int, pages: Collection[str]) -> Step:
    head_text, *rest = HEAD_END.split(body, maxsplit=1)
    if not rest:
        raise PlanInvalid(reason="head", step=number, value="===")
    head = _mapping(head_text, number)
    if unknown := sorted(set(head) - STEP_KEYS):
        raise PlanInvalid(reason="unknown", step=number, value=unknown[0][:40])
    page = _text(head, "page", number)
    if page not in pages:
        raise PlanInvalid(reason="page", step=number, value=page[:40])
    text, *notes = NOTES.split(rest[0], maxsplit=1)
    return Step(
        page,
        _settings(head, page, number),
        text.strip()[:LONGEST_TEXT],
        (notes[0] if notes else "").strip()[:LONGEST_TEXT],
        _question(head, number),
    )


def _settings(head: Mapping[str, Any], page: str, number: int) -> tuple[tuple[str, str], ...]:
    given = _text(head, "settings", number)
    try:
        pairs = parse_qsl(given, keep_blank_values=True, max_num_fields=MOST_SETTINGS) if given else []
    except ValueError:  # more of them
        raise PlanInvalid(reason="settings", step=number, value=given[:40]) from None
    if given and not pairs:
        raise PlanInvalid(reason="settings", step=number, value=given[:40])
    for name in ("sample", "seed"):
        if value := _text(head, name, number):
            pairs.append((name, value))
    for name, _value in pairs:
        if not SETTING.fullmatch(name) or not (name.startswith(f"{page}.") or name in SHARED_SETTINGS):
            raise PlanInvalid(reason="settings", step=number, value=name[:40])
    return tuple(pairs)


def _question(head: Mapping[str, Any], number: int) -> Question | None:
    text, answers = _text(head, "question", number).strip(), head.get("answers")
    if not text and not answers:
        return None
    given = answers if isinstance(answers, list) else []
    texts = tuple(each.strip()[:200] if isinstance(each, str) else "" for each in given)
    if not text or not FEWEST_ANSWERS <= len(texts) <= MOST_ANSWERS or not all(texts) or len(set(texts)) < len(texts):
        raise PlanInvalid(reason="question", step=number, value=f"{len(texts)}")
    return Question(text[:400], texts)
