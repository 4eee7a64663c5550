"""Are French lessons, lectures and pages of the site set as French is?"""

from __future__ import annotations

import pytest

from tools import prose


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Deux boîtes ; un rapport : 5 % ?", "Deux boîtes\u202f; un rapport\u00a0: 5\u202f%\u202f?"),
        ("l'image\u00a0; d'ici", "l’image\u202f; d’ici"),
        ("`pip : l'x ;` et ceci ;", "`pip : l'x ;` et ceci\u202f;"),
        ("$a : b ;$ puis $$x ;\ny$$ ;", "$a : b ;$ puis $$x ;\ny$$\u202f;"),
        ("```\nrm x ; l'y\n```\nfin ;", "```\nrm x ; l'y\n```\nfin\u202f;"),
        ("[ici](a'b.md#c'd) ;", "[ici](a'b.md#c'd)\u202f;"),
        ("", ""),
    ],
)
def test_prose_is_set_and_nothing_else(text: str, wanted: str) -> None:
    assert prose.set_text(text, "fr") == wanted
    assert prose.set_text(wanted, "fr") == wanted
    assert prose.set_text(text.replace("\u00a0", " "), "en") == text.replace("\u00a0", " ")


def test_lines_are_counted_from_one() -> None:
    assert prose.wrong_lines("bien\nmal ;\n\nmal ?", "fr") == [2, 4]


def test_every_page_is_set() -> None:
    found = {file.name: prose.wrong_lines(file.read_text(encoding="utf-8"), lang) for file, lang in prose.pages()}
    assert len(found) > 25, "lessons, lectures and the site"
    assert not {name: lines for name, lines in found.items() if lines}, "python -m tools.prose --fix"
