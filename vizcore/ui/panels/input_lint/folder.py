"""Over many photos: how often does each fault change the decision?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.rates import rate_bars
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import percent
from vizcore.preprocessing.variants.table import applicable, recipe_named
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.counted_shares import from_to, say_few, share_of
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.job_panel import show_job
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.panels.input_lint.words import variant_title
from vizcore.ui.panels.product.picture_sets import choose_set, counted
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.robustness.input_lint import LintSummary


def show(card: ModelCard) -> None:
    """The photos, Start, and the share of changed decisions with its interval."""
    photos = choose_set(_("Photos"), key="input_lint.set")
    if not photos:
        return
    from vizcore.robustness.input_lint import LintSettings, lint_folder

    count = len(applicable(recipe_named(card.recipe)))
    st.markdown(
        _("{photos} × {faults}: {passes} pictures for {model}.").format(
            photos=counted(len(photos)),
            faults=ngettext("{n} fault", "{n} faults", count).format(n=count),
            passes=len(photos) * (count + 3),
            model=coloured_title(card),
        )
    )
    settings = LintSettings()

    def start() -> JobHandle:
        return engine().start(lint_folder, card.key, photos, settings, session=session_id())

    job = show_job("input_lint.folder", start)
    snapshot = job.snapshot() if job else None
    if job and snapshot and snapshot.result:
        say_last_start(unless=asked_as_now(job, card.key, photos, settings))
        model_heading(card_of(job.request.model_key))
        _show_summary(snapshot.result)  # type: ignore[arg-type]


def _show_summary(found: LintSummary) -> None:
    rows = [(variant_title(each.name), each.rate, each.low, each.high) for each in found.rates]
    show_chart(
        rate_bars(rows, axis=_("Share of changed decisions, with its 95 % interval"), dark=dark_now()),
        key="input_lint.rates",
        alt=_("Share of changed decisions under each fault"),
    )
    say_few(found.photos)
    show_table(
        [
            {
                _("Fault"): variant_title(each.name),
                _("Changed decisions"): share_of(each.changed, each.n),
                _("95 % interval"): from_to(each.low, each.high),
                _("Mean damage"): percent(each.damage, 0),
            }
            for each in found.rates
        ]
    )
    table: list[dict[str, downloads.Cell]] = [
        {"variant": each.name, "changed": each.changed, "n": each.n, "low": each.low, "high": each.high,
         "damage": each.damage}
        for each in found.rates
    ]  # fmt: skip
    downloads.show_exports("input_lint.folder", [found], table=table)
