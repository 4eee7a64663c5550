"""Is a lecture read as it is written, and is every broken one refused with the step to blame?"""

from __future__ import annotations

import pytest

from vizcore.errors import PlanInvalid
from vizcore.presenting.plan import MOST_BYTES, Plan, Question, Step, parse_plan

PAGES = {"features", "home"}
HEAD = "---\ntitle: T\nlanguage: en\n---\nOpening.\n"


def parsed(text: str) -> Plan:
    return parse_plan(text, "mine", pages=PAGES, languages={"en", "fr"})


def step(head: str, body: str = "Words.") -> str:
    return f"{HEAD}\n=== step\n{head}\n===\n{body}\n"


def test_everything_a_step_can_say() -> None:
    text = step(
        'page: features\nsettings: "features.section=maps&features.photos=cat&features.photos=bus"\n'
        "sample: cat\nseed: 7\n"
        'question: "Where?"\nanswers: [Left, Right]',
        "Words.\n\n??? notes\nFor me.",
    )
    plan = parsed(text)
    assert (plan.title, plan.language, plan.opening) == ("T", "en", "Opening.")
    (only,) = plan.steps
    assert only == Step(
        "features",
        (
            ("features.section", "maps"),
            ("features.photos", "cat"),
            ("features.photos", "bus"),
            ("sample", "cat"),
            ("seed", "7"),
        ),
        "Words.",
        "For me.",
        Question("Where?", ("Left", "Right")),
    )
    assert only.query()["features.photos"] == ["cat", "bus"]


def test_a_step_is_a_link() -> None:
    plan = parsed(step('page: features\nsettings: "features.section=maps"'))
    assert plan.link(1) == "/features?features.section=maps&lang=en&lecture=mine&step=1"


def test_every_value_is_the_text_that_was_written() -> None:
    said = "seed: 010\nsample: on\nsettings: features.x=1e3\nquestion: 2026-01-01\nanswers: [Yes, No, ~, 1_0]"
    plan = parsed(step(f"page: features\n{said}").replace("title: T", "title: No"))
    (only,) = plan.steps
    assert plan.title == "No"
    assert only.settings == (("features.x", "1e3"), ("sample", "on"), ("seed", "010"))
    assert only.question == Question("2026-01-01", ("Yes", "No", "~", "1_0"))


def test_what_is_left_empty_is_not_said() -> None:
    assert parsed(step("page: home\nsettings:\nsample:\nseed:\nquestion:\nanswers:")).steps == (
        Step("home", (), "Words."),
    )


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    text = "\ufeff" + step("page: home").replace("\n", "\r\n")
    assert parsed(text).steps == (Step("home", (), "Words."),)


@pytest.mark.parametrize("seed", ["0x" + "f" * 4000, "9" * 5000, "1_000", "12:30:00"])
def test_a_number_of_any_kind_is_text(seed: str) -> None:
    assert parsed(step(f"page: home\nseed: {seed}")).steps[0].settings == (("seed", seed),)


@pytest.mark.parametrize(
    ("text", "reason", "number"),
    [
        ("", "no_title", 0),
        ("---\ntitle: T\nlanguage: de\n---\n", "language", 0),
        (HEAD, "steps", 0),
        (HEAD + "\n=== step\npage: home\n===\n" * 61, "steps", 0),
        (step("page: nowhere"), "page", 1),
        (step("page: home") + "\n=== step\npage: admin\n===\n", "page", 2),
        (step("page: home\ncolour: red"), "unknown", 1),
        (step("- a\n- b"), "head", 1),
        (step("page: [home"), "head", 1),
        (step("page: &a home\nsample: *a"), "head", 1),
        (step("page: !!python/object:os.system home"), "head", 1),
        (HEAD + "\n=== step\npage: home\nno end", "head", 1),
        (step("page: home\nsettings: nonsense"), "settings", 1),
        (step('page: home\nsettings: "features.section=maps"'), "settings", 1),
        (step('page: home\nsettings: "lecture=other"'), "settings", 1),
        (step("page: home\nsettings: " + "&".join(f"home.a{n}=1" for n in range(61))), "settings", 1),
        (step('page: home\nsettings: "home.a=\\ud800"'), "head", 1),
        (step("page: home\nsettings: {home.a: 1}"), "head", 1),
        (step("page: home\nseed: [1]"), "head", 1),
        (step('page: home\nquestion: Why?\nanswers: [a, "\\udfff"]'), "head", 1),
        (step("page: home\n? [a]\n: b"), "head", 1),
        (step("page: home", "\ud800"), "head", 0),
        (step("page: home").replace("title: T", 'title: "\\ud800"'), "head", 0),
        (step("page: home").replace("title: T", "title: [T]"), "head", 0),
        (step("page: home\nquestion: Why?\nanswers: [a, b: c]"), "question", 1),
        (step("page: home\nquestion: Why?"), "question", 1),
        (step("page: home\nquestion: Why?\nanswers: [one]"), "question", 1),
        (step("page: home\nquestion: Why?\nanswers: [a, b, c, d, e]"), "question", 1),
        (step("page: home\nquestion: Why?\nanswers: [a, a]"), "question", 1),
        (step("page: home\nanswers: [a, b]"), "question", 1),
        (step("page: home", "x" * MOST_BYTES), "too_large", 0),
    ],
)
def test_what_is_refused(text: str, reason: str, number: int) -> None:
    with pytest.raises(PlanInvalid) as refused:
        parsed(text)
    assert (refused.value.values["reason"], refused.value.values["step"]) == (reason, number)
