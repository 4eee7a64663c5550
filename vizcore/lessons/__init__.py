"""What does each page explain? One Markdown file per page and language, `en/home.md` beside `fr/home.md`.

The text before the first "## " heading is always shown; each section under such a heading folds away. A heading may
end with the sections of its page that it belongs to: "## Grad-CAM {evidence}" or "## Attention {attention maps}".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
HEADING = "## "
TAGGED = re.compile(r"(?P<title>.*?)\s*\{(?P<tags>[a-z0-9_ ]+)\}\s*")


@dataclass(frozen=True)
class Lesson:
    """opening: Markdown. sections: (title, Markdown) pairs. tags: for each section, the page's sections it explains."""

    opening: str
    sections: tuple[tuple[str, str], ...]
    tags: tuple[frozenset[str], ...] = ()

    def about(self, section: str) -> list[int]:
        """Places of the sections that explain this section of the page."""
        return [place for place, tags in enumerate(self.tags) if section in tags]

    def section(self, number: int) -> str:
        """The text of the section at this place, counted from 0."""
        return self.sections[number][1]


@lru_cache(maxsize=64)
def lesson(page: str, language: str) -> Lesson:
    """The page's lesson in a language; ValueError for a page that has none."""
    file = FOLDER / language / f"{page}.md"
    if not file.is_file():
        raise ValueError(f"expected a lesson for one of {lesson_names(language)}, got {page!r}")
    return parse(file.read_text(encoding="utf-8"))


def parse(text: str) -> Lesson:
    """Splits Markdown at its second-level headings."""
    opening, *sections = ("\n" + text).split("\n" + HEADING)
    pairs = [section.partition("\n") for section in sections]
    titles = [TAGGED.fullmatch(title) for title, _, _body in pairs]
    return Lesson(
        opening.strip(),
        tuple(
            ((tagged["title"] if tagged else title).strip(), body.strip())
            for tagged, (title, _, body) in zip(titles, pairs, strict=True)
        ),
        tuple(frozenset(tagged["tags"].split() if tagged else ()) for tagged in titles),
    )


def lesson_names(language: str) -> list[str]:
    """The pages that have a lesson in a language."""
    return sorted(file.stem for file in (FOLDER / language).glob("*.md"))
