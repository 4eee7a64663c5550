"""How are objects, prompts and their problems named on this page?"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from vizcore.figures.masks import object_colour
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.class_names import names_of_classes
from vizcore.i18n.numbers import number
from vizcore.prompting.objects import Problem, PromptedObject
from vizcore.ui.markdown_escape import escaped, visible

KINDS = {"foreground": N_("foreground"), "background": N_("background"), "box": N_("box")}
PROBLEMS = {
    "points": N_("An object takes {limit} points at most; the first ones are kept."),
    "objects": N_("There is room for {limit} objects; please remove one before adding another."),
    "box": N_("This box has no area; please give it two corners that differ in x and in y."),
    "number": N_("This prompt lacks a number; please fill in x and y, and for a box x2 and y2."),
    "moved": N_("This prompt lay outside the photo and was moved to its edge, {x}, {y}."),
}


def plain_name(asked: PromptedObject) -> str:
    """Its name, or "Object 3": for files, which keep a detector's label."""
    return visible(asked.name) or _("Object {n}").format(n=number(asked.number, 0))


def shown_name(asked: PromptedObject) -> str:
    """The same for the page: a class in the visitor's language."""
    return names_of_classes([plain_name(asked)])[0]


def coloured_name(asked: PromptedObject) -> str:
    """Its name after a disc in its colour, as Markdown."""
    return f':color[⬤]{{foreground="{object_colour(asked.number)}"}} {escaped(shown_name(asked))}'


def show_problems(problems: Iterable[Problem]) -> None:
    """One sentence for each thing that was not taken as it was given; of many, the first five."""
    said = list(problems)
    for each in said[:5]:
        words = _(PROBLEMS[each.fault]).format(**{name: number(value) for name, value in each.values.items()})
        whole = _("Row {n}: {words}").format(n=each.row, words=words) if each.row else words
        st.warning(whole, icon=":material/info:")
    if more := len(said[5:]):
        words = ngettext("{n} more row has a problem like these.", "{n} more rows have problems like these.", more)
        st.caption(words.format(n=number(more)))


def legend(*parts: tuple[str, str]) -> str:
    """Small squares in their colours, each before its words, as Markdown; parts: (colour, words)."""
    return ":small[" + " · ".join(f':color[■]{{foreground="{colour}"}} {words}' for colour, words in parts) + "]"
