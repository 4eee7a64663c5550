"""A report as one HTML file: pictures inside, no script, no outside request, made to be printed."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from itertools import zip_longest
from pathlib import Path

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import percent
from vizcore.i18n.pieces import named
from vizcore.presenting.report import Report, Section
from vizcore.presenting.shown import Block, Formula, Picture, Table, Words
from vizcore.results import Provenance, to_plain
from vizcore.ui.brand import NAME

STYLE = (Path(__file__).parent / "browser" / "report.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
LONGEST_SETTING = 200


def report_html(report: Report) -> bytes:
    """The whole file as UTF-8; everything that was shown stands in it as text or as a re-encoded picture."""
    several = len(report.sections) > 1
    body = [_head(report), *(_contents(report) if several else ())]
    for place, section in enumerate(report.sections, start=1):
        body += _section(section, place, several=several)
    body += _foot(report)
    return (
        f'<!doctype html><html lang="{escape(report.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    ).encode()


def _head(report: Report) -> str:
    from babel.dates import format_datetime

    when = format_datetime(datetime.fromisoformat(report.made_at), "long", locale=report.language)
    pages = ngettext("{n} page", "{n} pages", len(report.sections)).format(n=len(report.sections))
    facts = f"{NAME} · {escape(when)} · {escape(pages)}"
    return f'<header><h1>{escape(report.title)}</h1><p class="small">{facts}</p></header>'


def _contents(report: Report) -> Iterator[str]:
    yield "<nav><ol>"
    for place, section in enumerate(report.sections, start=1):
        yield f'<li><a href="#s{place}">{escape(section.title.partition(". ")[2] or section.title)}</a></li>'
    yield "</ol></nav>"


def _section(section: Section, place: int, *, several: bool) -> Iterator[str]:
    yield f'<section id="s{place}">' + (f"<h2>{escape(section.title)}</h2>" if several else "")
    yield from _question(section)
    yield from _blocks(section.shown.blocks)
    if left := section.shown.pictures_left_out:
        said = ngettext(
            "{n} more picture is not in this report, which holds the first ones only.",
            "{n} more pictures are not in this report, which holds the first ones only.",
            left,
        )
        yield f'<p class="note">{escape(said.format(n=left))}</p>'
    yield from _computed_by(section)
    yield "</section>"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block, following in zip_longest(blocks, blocks[1:]):
        if _is_empty_heading(block, following):
            continue
        if isinstance(block, Picture):
            data = base64.b64encode(block.jpeg).decode("ascii")
            alt = escape(block.alt)
            yield f'<figure><img src="data:image/jpeg;base64,{data}" width="{block.width}" alt="{alt}">'
            yield (f"<figcaption>{alt}</figcaption>" if alt else "") + "</figure>"
        elif isinstance(block, Table):
            yield from _table(block)
        else:
            yield _words(block)


def _is_empty_heading(block: Block, following: Block | None) -> bool:
    """A heading whose part holds controls alone, which are left out."""
    if not isinstance(block, Words) or block.kind != "heading":
        return False
    return following is None or (
        isinstance(following, Words) and following.kind == "heading" and following.level <= block.level
    )


def _words(words: Words) -> str:
    inside = "".join(each.mathml if isinstance(each, Formula) else escape(each) for each in words.pieces)
    if words.kind == "heading":
        level = min(6, words.level + 2)
        return f"<h{level}>{inside}</h{level}>"
    mark = "• " if words.kind == "item" else ""
    return f'<p class="{words.kind}">{mark}{inside}</p>'


def _table(table: Table) -> Iterator[str]:
    yield "<table>"
    if table.head:
        yield "<thead><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in table.head) + "</tr></thead>"
    yield from ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    yield "</table>"
    if n := table.rows_left_out:
        said = ngettext("{n} more row stands on the page.", "{n} more rows stand on the page.", n).format(n=n)
        yield f'<p class="note">{escape(said)}</p>'


def _question(section: Section) -> Iterator[str]:
    """What the class was asked, and how it answered."""
    question, tally = section.question, section.tally
    if question is None:
        return
    counts = tally.total if tally else (0,) * len(question.answers)
    all_votes = sum(counts)
    yield f'<div class="question"><p><b>{escape(question.text)}</b></p><table>'
    for place, (answer, count) in enumerate(zip(question.answers, counts, strict=True)):
        share = count / all_votes if all_votes else 0.0
        bar = f'<span class="bar" style="width:{share * 12:.2f}rem"></span>'
        said = f"{count} ({percent(share, 0)})" if all_votes else ""
        letter = chr(65 + place)
        yield f"<tr><th>{letter}</th><td>{escape(answer)}</td><td>{bar if count else ''} {escape(said)}</td></tr>"
    votes = ngettext("{n} vote", "{n} votes", all_votes).format(n=all_votes)
    yield f'</table><p class="small">{escape(votes)}</p></div>'


def _computed_by(section: Section) -> Iterator[str]:
    """Settings of the page, and each computation with model, weights, settings and seed."""
    title, labels, none = _("How this was computed"), _("Settings of the page"), _("No model was asked on this page.")
    yield f'<h4 class="record">{escape(title)}</h4>'
    if section.values:
        values = section.values.items()
        pairs = " · ".join(f"{escape(name)} = {escape(value[:LONGEST_SETTING])}" for name, value in values)
        yield f'<p class="small">{named(escape(labels), pairs)}</p>'
    if section.own_photos:
        yield f'<p class="small">{escape(_own_photos(section.own_photos))}</p>'
    if not section.runs:
        yield f'<p class="small">{escape(none)}</p>'
        return
    titles = (_("Operation"), _("Model"), _("Weights (SHA-256)"), _("Settings"), _("Seed"), _("Photos (SHA-256)"))
    yield '<table class="record"><thead><tr>' + "".join(f"<th>{escape(each)}</th>" for each in titles) + "</tr></thead>"
    yield from (_run(each) for each in section.runs)
    yield "</table>"


def _run(run: Provenance) -> str:
    photos = ", ".join(each[:12] for each in run.photos_sha256[:4]) + (" …" if len(run.photos_sha256) > 4 else "")
    where = " · ".join(each for each in (run.recipe, run.device, run.dtype) if each)
    seed = "" if run.seed is None else str(run.seed)
    model = escape(run.model) + (f"<br>{escape(where)}" if where else "")
    cells = (escape(run.operation), model, escape(run.weights_sha256), escape(_values(run.settings)), seed, photos)
    return "<tr>" + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"


def _values(settings: Mapping[str, object]) -> str:
    pairs = [f"{name}={to_plain(value)}" for name, value in settings.items() if value not in (None, "", (), {})]
    text = ", ".join(pairs)
    return text if len(text) <= LONGEST_SETTING else text[: LONGEST_SETTING - 1] + "…"


def _own_photos(n: int) -> str:
    return ngettext(
        "{n} picture of your own was used; it is not in the JSON file.",
        "{n} pictures of your own were used; they are not in the JSON file.",
        n,
    ).format(n=n)


def _foot(report: Report) -> Iterator[str]:
    title = _("Versions")
    versions = " · ".join(f"{name} {version}" for name, version in report.versions.items())
    yield f'<footer><p class="small">{escape(named(title, versions))}</p></footer>'
