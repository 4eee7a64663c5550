"""Does the link check see what is wrong, and does the documentation say only what the code does?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from deploy.cpu_lock import split
from tools import docs_reference
from tools.docs_check import problems
from vizcore.cli.program import VERBS
from vizcore.presenting.plan import parse_plan
from vizcore.settings import Settings

ROOT = Path(__file__).parent.parent
SITE = ROOT / "docs" / "site"
BOTH = ("en", "fr")


def site(folder: Path, **pages: str) -> list[str]:
    (folder / "fr").mkdir()
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text)
        (folder / "fr" / f"{name}.html").write_text("<p id=x>")
    return list(problems(folder))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('<a href="b.html#there">ok</a> <a href="https://example.org/nowhere">not followed</a>', ""),
        ('<a href="c.html">', "links to c.html"),
        ('<a href="b.html#nowhere">', "links to b.html#nowhere"),
        ('<a href="#here">', "links to #here"),
        ('<script src="https://cdn.example.org/x.js">', "loads https://cdn.example.org/x.js"),
        ('<link rel="stylesheet" href="//fonts.example.org/x.css">', "loads //fonts.example.org/x.css"),
        ('<img src="gone.png">', "loads gone.png"),
    ],
)
def test_what_the_link_check_says(text: str, complaint: str, tmp_path: Path) -> None:
    found = site(tmp_path, a=text, b='<h2 id="there">')
    assert found == ([f"a.html: {complaint}"] if complaint else [])


def test_a_page_in_one_language_only(tmp_path: Path) -> None:
    site(tmp_path, a="")
    (tmp_path / "more.html").write_text("")
    assert list(problems(tmp_path)) == ["more.html: in one language only"]


def test_no_pages_is_a_problem(tmp_path: Path) -> None:
    assert list(problems(tmp_path))


@pytest.mark.parametrize("language", BOTH)
def test_every_verb_and_setting_is_in_the_reference(language: str) -> None:
    text = docs_reference.commands(language)
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == len(VERBS)
    assert "`--model`" in text
    settings = docs_reference.settings(language)
    assert all(f"`{each.name}`" in settings for each in fields(Settings))


@pytest.mark.parametrize("language", BOTH)
def test_the_lecture_of_the_documentation_can_be_read(language: str) -> None:
    (text,) = re.findall(r"```text\n(.*?)```", (SITE / language / "teach.md").read_text(encoding="utf-8"), re.DOTALL)
    plan = parse_plan(text, "own", pages={"features"}, languages=BOTH)
    assert plan.language == language
    assert plan.steps[0].question is not None
    assert plan.steps[0].notes


@pytest.mark.parametrize("language", BOTH)
def test_the_settings_of_the_documentation_exist(language: str) -> None:
    text = (SITE / language / "host.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```toml\n(hosted.*?)```", text, re.DOTALL)
    assert {line.split(" = ")[0] for line in table.split("\n") if line} <= {each.name for each in fields(Settings)}


def test_the_lock_without_cuda() -> None:
    lock = (
        "# head\nnumpy==2.0 \\\n    --hash=sha256:a\n"
        "nvidia-nccl==1 ; x \\\n    --hash=sha256:b\ntorch==2.1 \\\n    --hash=sha256:c\n"
    )
    rest, torch = split(lock)
    assert rest == "# head\nnumpy==2.0 \\\n    --hash=sha256:a\n"
    assert torch == "torch==2.1\n"
    assert "torchvision==" in split((ROOT / "requirements.lock").read_text(encoding="utf-8"))[1]
