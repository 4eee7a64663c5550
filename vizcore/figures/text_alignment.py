"""Two texts under each other, what differs in colour; resting on a piece marks its partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.metrics.text.alignment import Step
from vizcore.metrics.text.error_rates import Aligned

MOST_LINES = 120
MOST_DIFFERENCES = 300
SIGNS = str.maketrans({"\n": "⏎", " ": "␣", "\u00a0": "⍽", "\u202f": "⌴", "\t": "⇥"})
SHADES = {"substitute": TOO_MUCH, "delete": MISSED, "insert": IN_BOTH}


@dataclass(frozen=True)
class Difference:
    """Neighbouring edits together. reference, reading: what stands there and what was read; start, end: places of the
    reading's pieces (equal for a pure deletion).
    """

    reference: str
    reading: str
    start: int
    end: int


@dataclass
class _Line:
    reference: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    differs: bool = False


def with_signs(text: str) -> str:
    """White space as signs that can be seen."""
    return text.translate(SIGNS)


def differences(page: Aligned) -> list[Difference]:
    """Every run of edits, in order."""
    found: list[Difference] = []
    for run, start in _runs(page.steps):
        wanted = "".join(page.reference[step.reference] for step in run if step.reference >= 0)
        got = [step.reading for step in run if step.reading >= 0]
        found.append(Difference(wanted, "".join(page.reading[place] for place in got), start, start + len(got)))
    return found


def _runs(steps: Sequence[Step]) -> list[tuple[list[Step], int]]:
    """Runs of neighbouring edits, each with the place in the reading where it begins."""
    runs: list[tuple[list[Step], int]] = []
    at, open_run = 0, False
    for step in steps:
        if step.kind == "equal":
            open_run = False
        elif open_run:
            runs[-1][0].append(step)
        else:
            runs.append(([step], at))
            open_run = True
        at += step.reading >= 0
    return runs


def alignment_html(page: Aligned, names: tuple[str, str], gap: str = " ") -> str:
    """The pair of texts as HTML, line by line of the reference. names: of the two rows. gap: between pieces ("" for
    characters, a space for words). Every text is escaped; a row turns itself where its script runs from the right.
    """
    lines = _lines(page, gap)
    shown = [line for line in lines if line.differs or len(lines) <= MOST_LINES][:MOST_LINES]
    rows = "".join(
        f'<div class="pair{" differs" if line.differs else ""}">'
        f'<div dir="auto"><span class="who">{escape(names[0])}</span>{"".join(line.reference)}</div>'
        f'<div dir="auto"><span class="who">{escape(names[1])}</span>{"".join(line.reading)}</div></div>'
        for line in shown
    )
    label = escape(f"{names[0]} / {names[1]}", quote=True)
    opening = f'<div class="alignment" tabindex="0" role="group" aria-label="{label}">'  # it scrolls, also by keyboard
    return f"{opening}{rows}</div>{_style(min(MOST_DIFFERENCES, len(_runs(page.steps))))}"


def _lines(page: Aligned, gap: str) -> list[_Line]:
    lines = [_Line()]
    pairs = {id(step): run for run, (steps, _at) in enumerate(_runs(page.steps)) for step in steps}
    texts = differences(page)
    for step in page.steps:
        wanted = page.reference[step.reference] if step.reference >= 0 else ""
        got = page.reading[step.reading] if step.reading >= 0 else ""
        if step.kind == "equal":
            if wanted == "\n":
                lines.append(_Line())
                continue
            lines[-1].reference.append(escape(wanted) + gap)
            lines[-1].reading.append(escape(got) + gap)
            continue
        number, line = pairs[id(step)], lines[-1]
        line.differs = True
        tip = escape(f"{texts[number].reference or '∅'} → {texts[number].reading or '∅'}", quote=True)
        if step.reference >= 0:
            line.reference.append(_marked(wanted, step.kind, number, tip) + gap)
        if step.reading >= 0:
            line.reading.append(_marked(got, step.kind, number, tip) + gap)
        if wanted == "\n":
            lines.append(_Line())
    return lines


def _marked(text: str, kind: str, number: int, tip: str) -> str:
    tag = {"substitute": "mark", "delete": "del", "insert": "ins"}[kind]
    shown = escape(with_signs(text))
    return f'<{tag} class="k{number}" title="{tip}">{shown}</{tag}>'


def _style(count: int) -> str:
    pairs = "".join(
        f".alignment:has(.k{k}:hover) .k{k}{{outline:2px solid currentColor;outline-offset:1px}}" for k in range(count)
    )
    return (
        "<style>.alignment{font-family:monospace;font-size:.95rem;line-height:1.55;overflow-x:auto;white-space:pre}"
        ".alignment .pair{padding:.15rem 0 .15rem .5rem;border-left:3px solid transparent}"
        f".alignment .pair.differs{{border-color:{MISSED}}}"
        ".alignment .who{opacity:.72;user-select:none;display:inline-block;min-width:7.5em}"
        ".alignment mark,.alignment del,.alignment ins{color:inherit;border-radius:3px;padding:0 1px}"
        f".alignment mark{{background:{SHADES['substitute']}66}}"
        f".alignment del{{background:{SHADES['delete']}66;text-decoration:line-through}}"
        f".alignment ins{{background:{SHADES['insert']}66;text-decoration:underline}}"
        f"{pairs}</style>"
    )
