"""Can every colour be read where it is used, and does each model family have one?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from vizcore.figures import theme
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.runtimes.int8 import WEIGHTS, method_for
from vizcore.ui.headings import coloured_title
from vizcore.ui.pickers import facts, option_text
from vizcore.zoo.cards import Family
from vizcore.zoo.catalogue import CARDS


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [value / 255 for value in theme.red_green_blue(colour)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("family", theme.FAMILIES)
def test_family_has_readable_accents(family: Family) -> None:
    for dark in (False, True):
        for page in (theme.PAPER, theme.PANEL):
            assert contrast(theme.family_accent(family, dark=dark), page.on(dark=dark)) >= 4.5
            assert contrast(theme.FAMILY_COLOURS[family], page.on(dark=dark)) >= 3


def test_every_model_has_a_family_with_a_name_and_colours_of_its_own() -> None:
    assert {card.family for card in CARDS.values()} | {
        row.family for row in CONTESTANTS.values()
    } <= theme.FAMILIES.keys()
    for part in ("name", "accent", "area"):
        assert len({getattr(look, part) for look in theme.FAMILIES.values()}) == len(theme.FAMILIES)


def test_a_row_is_enough_for_a_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector of a family that no code knows: its name, its colour, its INT8 method, and no queries."""
    look = theme.FamilyLook("CenterNet", theme.Accent(light="#123456", dark="#abcdef"), "#456789")
    monkeypatch.setitem(theme.FAMILIES, "centernet", look)
    card = replace(CARDS["yolo-mini"], family="centernet")
    assert "CenterNet" in option_text(card)
    assert "CenterNet" in facts(card)
    assert "#123456" in coloured_title(card)
    assert method_for(card.family) is WEIGHTS
    assert not card.has_queries
    assert CARDS["detr-mini"].has_queries


@pytest.mark.parametrize("words", [theme.INK, theme.MUTED_INK])
def test_words_are_readable(words: theme.Accent) -> None:
    for dark in (False, True):
        for page in (theme.PAPER, theme.PANEL):
            assert contrast(words.on(dark=dark), page.on(dark=dark)) >= 4.5


def test_heat_grows_in_lightness() -> None:
    steps = [luminance(stop) for stop in theme.HEAT_STOPS]
    assert steps == sorted(steps)
    assert steps[-1] - steps[0] > 0.8


def test_class_keeps_its_colour() -> None:
    assert theme.class_colour("tabby") == theme.class_colour("tabby")
    assert {theme.class_colour(str(number)) for number in range(300)} == set(theme.CLASS_COLOURS)
