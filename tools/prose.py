"""Are lessons, lectures and the pages of the site set as their language is? English needs nothing.

`python -m tools.prose` names the lines that are not, `--fix` sets them. Code, formulas, links and addresses stay as
they are. What the site's reference is generated from has its own rule (`tools.catalogues`).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.catalogues import LANGUAGES, ROOT, typeset

FOLDERS = ("vizcore/lessons/{}", "vizcore/lessons/lectures/{}", "docs/site/{}")
KEPT = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`|\]\([^)\n]*\)|<[^>\n]+>|https?://\S+", re.DOTALL)
WIDE = re.compile("\u00a0(?=[;?!%])")  # set by hand, where the language has a narrower one


def pages() -> Iterator[tuple[Path, str]]:
    """(file, language) of every page."""
    for language in LANGUAGES:
        for folder in FOLDERS:
            yield from ((file, language) for file in sorted((ROOT / folder.format(language)).glob("*.md")))


def set_text(text: str, language: str) -> str:
    """The page with its prose set; as many lines as before."""
    parts, end = [], 0
    for kept in KEPT.finditer(text):
        parts += [_prose(text[end : kept.start()], language), kept.group()]
        end = kept.end()
    return "".join([*parts, _prose(text[end:], language)])


def _prose(text: str, language: str) -> str:
    return str(typeset(WIDE.sub(" ", text), language))


def wrong_lines(text: str, language: str) -> list[int]:
    """Numbers of the lines that are set otherwise, the first one 1."""
    lines = zip(text.split("\n"), set_text(text, language).split("\n"), strict=True)
    return [number for number, (now, wanted) in enumerate(lines, 1) if now != wanted]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true", help="set the prose of every page")
    fix = parser.parse_args().fix
    found = 0
    for file, language in pages():
        text = file.read_text(encoding="utf-8")
        wrong = wrong_lines(text, language)
        if wrong and fix:
            file.write_text(set_text(text, language), encoding="utf-8")
        elif wrong:
            found += len(wrong)
            print(f"{file.relative_to(ROOT)}: {', '.join(map(str, wrong))}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
