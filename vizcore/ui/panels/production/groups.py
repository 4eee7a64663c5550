"""Groups: is the result the same for every group of photos that somebody labelled?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from vizcore.figures.rates import rate_bars
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.monitoring.groups import LEAST_GAP, GroupRate, by_group
from vizcore.monitoring.thinning import spread_over_groups
from vizcore.monitoring.two_samples import FEWEST
from vizcore.photo import Photo
from vizcore.samples import SAMPLES
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.headings import coloured_title
from vizcore.ui.kept_table import edited_rows
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.product.picture_sets import choose_labelled, used_of
from vizcore.ui.photo_names import photo_name
from vizcore.ui.session import visit
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

MOST = 120
SURE = 0.5
OUTCOMES = {"sure": N_("The model is sure"), "right": N_("I marked it as right")}


def show(card: ModelCard, bar: Toolbar) -> None:
    """Rates with intervals, the table of labels to edit, gaps with their tests, and what they do not say."""
    with bar.settings(_("Photos and outcome"), name="groups"):
        texts = {name: _(title) for name, title in OUTCOMES.items()}
        outcome = choices.choose_one(_("What counts as a hit"), texts, key="production.outcome", default="sure")
    place = st.container()
    photos, groups = _labelled()
    sure = _sure(card, photos) if photos else None
    if sure is None:
        return
    labels, right = _edit(photos, groups, sure, key=table_key(card, photos))
    hits = right if outcome == "right" else sure
    with place, errors_shown(where="groups"):
        rows = by_group(labels, hits)
        _show_rows(rows, card, texts[outcome])


def table_key(card: ModelCard, photos: Sequence[Photo]) -> str:
    """The table's, of its own for each model and set of photos: names and marks belong to the rows they were given."""
    digest = hashlib.sha256("".join(photo.sha256 for photo in photos).encode()).hexdigest()[:12]
    return f"production.groups.table.{card.key}.{digest}"


def _labelled() -> tuple[list[Photo], list[str]]:
    """The photos, and the group of each as far as their folders say it; of too many as many of each group."""
    with st.expander(_("Photos and their groups"), icon=":material/groups:"):
        photos, folders = choose_labelled(_("Photos"), key="production.groups.set")
    groups = [group_of(photo, folder) for photo, folder in zip(photos, folders, strict=True)]
    places = spread_over_groups(groups, MOST)
    if len(places) < len(photos):
        st.caption(used_of(len(places), len(photos)))
    return [photos[place] for place in places], [groups[place] for place in places]


def group_of(photo: Photo, folder: str) -> str:
    """The folder of a visitor's photo; of a built-in one, whether it is a drawing, a closer view or a whole photo."""
    if photo.sha256 in visit().own_photos:
        return folder
    if photo.name.startswith("drawn-"):
        return _("drawing")
    if photo.name.endswith(("-closer", "-mirrored")):
        return _("closer view")
    return _("whole photo") if photo.name in SAMPLES else folder


def _sure(card: ModelCard, photos: Sequence[Photo]) -> list[bool] | None:
    """Whether the first answer is sure: a class of 50 % or more, a box over the detector's own score."""
    if card.task == "detect":
        from vizcore.detection.candidates import ProposeSettings, propose_each

        least = float(str(card.facts.get("score", SURE)))
        found: Any = answer(propose_each, card, tuple(photos), ProposeSettings())
        return None if found is None else [bool((each.scores >= least).any()) for each in found.each]
    from vizcore.monitoring.sureness import top_scores

    sure: Any = answer(cast(Any, top_scores), card, tuple(photos))
    return None if sure is None else [bool(score >= SURE) for score in sure.scores]


def _edit(
    photos: Sequence[Photo], groups: Sequence[str], sure: Sequence[bool], *, key: str
) -> tuple[list[str], list[bool]]:
    """The table in which groups are renamed and right answers marked."""
    st.markdown(_("**Label the groups yourself**: name them in the table, and mark the answers that were right."))
    table = edited_rows(
        [
            {"photo": visible(photo_name(photo)), "group": group, "sure": is_sure, "right": False}
            for photo, group, is_sure in zip(photos, groups, sure, strict=True)
        ],
        key=key,
        columns={
            "photo": _("Photo"),
            "group": st.column_config.TextColumn(_("Group"), max_chars=60),
            "sure": _("Sure"),
            "right": _("Right"),
        },
        height=240,
        disabled=["photo", "sure"],
    )
    return [str(row["group"] or "").strip() for row in table], [bool(row["right"]) for row in table]


def _show_rows(rows: Sequence[GroupRate], card: ModelCard, outcome: str) -> None:
    lowest, highest = rows[0], rows[-1]
    differing = [row for row in rows if row.differs]
    count = len(differing)
    verdict = ngettext("**{n} group differs** from the others.", "**{n} groups differ** from the others.", count)
    st.markdown(
        _("{model}, “{outcome}”: from {low} ({lowest}) to {high} ({highest}). {verdict}").format(
            model=coloured_title(card),
            outcome=outcome,
            low=percent(lowest.rate, 0),
            lowest=escaped(lowest.name),
            high=percent(highest.rate, 0),
            highest=escaped(highest.name),
            verdict=verdict.format(n=count),
        )
    )
    show_chart(
        rate_bars(
            [(f"{row.name} (n = {row.n})", row.rate, row.low, row.high) for row in rows],
            axis=_("Share of hits, with its 95 % interval"),
            dark=dark_now(),
        ),
        key="production.groups",
        alt=_("Share of hits in each group with its interval"),
    )
    show_table([_row(row) for row in rows])
    st.caption(
        _(
            "A group differs when its gap to all others is at least {gap} and Fisher's exact test finds p under 0.05 "
            "after Holm's correction; with fewer than {n} photos nothing is claimed. A gap says that something "
            "differs, not why: light, distance and camera differ between groups too."
        ).format(gap=percent(LEAST_GAP, 0), n=FEWEST)
    )
    table: list[dict[str, downloads.Cell]] = [
        {"group": row.name, "hits": row.hits, "n": row.n, "low": row.low, "high": row.high, "gap": row.gap,
         "corrected": row.corrected, "differs": int(row.differs)}
        for row in rows
    ]  # fmt: skip
    downloads.download_csv(table, name="groups", key="production.groups.csv", label=_("Groups (CSV)"))


def _row(row: GroupRate) -> dict[str, str]:
    if not row.enough:
        verdict = _("too few")
    else:
        verdict = _("differs") if row.differs else _("as the others")
    return {
        _("Group"): row.name,
        _("Hits"): f"{row.hits} / {row.n}",
        _("95 % interval"): f"{percent(row.low, 0)} – {percent(row.high, 0)}",
        _("Gap to the others"): number(100 * row.gap, 0),
        _("p, corrected"): number(row.corrected, 3) if row.enough else "–",
        _("Verdict"): verdict,
    }
