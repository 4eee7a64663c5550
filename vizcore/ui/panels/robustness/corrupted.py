"""How does each model's answer suffer under 15 corruptions at 5 severities?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.share_table import share_table
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui import choices, downloads
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.counted_shares import mean_share
from vizcore.ui.headings import model_heading
from vizcore.ui.job_series import result_of, show_series
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.robustness import one_corruption
from vizcore.ui.panels.robustness.names import corruption_name
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.results import FloatArray
    from vizcore.robustness.evaluation import Robustness

FEWEST = 5  # photos from which an interval over them says more than their number
MEASURES = {"confidence": N_("Mean confidence"), "kept": N_("Share of answers kept")}


def show(photos: tuple[Photo, ...], cards: Sequence[ModelCard]) -> None:
    """One Start for all models; all that are done beside each other, each model by severity, and the worst case."""
    from vizcore.robustness.corruptions import CORRUPTIONS, SEVERITIES
    from vizcore.robustness.evaluation import RobustnessSettings, robustness

    settings = RobustnessSettings()

    def start(key: str) -> JobHandle:
        return engine().start(robustness, key, photos, settings, session=session_id())

    about = (*(photo.sha256 for photo in photos), *(card.key for card in cards))
    jobs = show_series(
        "robustness.jobs",
        [card.key for card in cards],
        start,
        preview=_("A photo under the corruption that is tried now"),
        titles=[card.title for card in cards],
        once_for=about if all(card.ships for card in cards) else None,
        as_each_ends=True,
    )
    found = _gathered(jobs)
    if found:
        keys = {card.key for card in cards}
        say_last_start(
            unless=all(key in keys and asked_as_now(job, key, photos, settings) for key, job in jobs.items())
        )
        _show_found(found, jobs)
    pictures = len(CORRUPTIONS) * len(SEVERITIES) * len(photos)
    st.caption(
        ngettext(
            "{kinds} corruptions × {severities} severities × {photos} photo: {pictures} pictures for each model.",
            "{kinds} corruptions × {severities} severities × {photos} photos: {pictures} pictures for each model.",
            len(photos),
        ).format(kinds=len(CORRUPTIONS), severities=len(SEVERITIES), photos=len(photos), pictures=number(pictures, 0))
    )


def _gathered(jobs: Mapping[str, JobHandle]) -> dict[str, Robustness]:
    from vizcore.robustness.evaluation import Robustness

    return {key: found for key, job in jobs.items() if isinstance(found := result_of(job), Robustness)}


def _show_found(found: dict[str, Robustness], jobs: Mapping[str, JobHandle]) -> None:
    texts = {key: _(title) for key, title in MEASURES.items()}
    words, metric = st.columns([3, 1])
    with words:
        st.markdown(summary(found))
        if any(len(each.clean_confidence) >= FEWEST for each in found.values()):
            st.caption(_("In brackets: the 95 % interval over the photos (Student's t)."))
    with metric:
        measure = choices.choose_from(_("Metric"), texts, key="robustness.measure", default="confidence")
    _show_overview(found, measure)
    _show_by_severity(found, measure)
    photos = next(iter(jobs.values())).request.photo
    one_corruption.show(found, photos)
    downloads.show_exports("robustness", list(found.values()), table=_rows(found))


def _shares(found: Robustness, measure: str) -> FloatArray:
    return found.mean_confidence if measure == "confidence" else found.kept_rate


def summary(found: Mapping[str, Robustness]) -> str:
    """One sentence for each model, over how many photos, and from FEWEST on with intervals; Markdown."""
    return "  \n".join(
        _(
            "{model}: {clean} confident on clean photos, {mean} on average over all corruptions; "
            "{kept} of answers kept."
        ).format(
            model=escaped(card_of(key).title),
            clean=_over_photos(each.clean_confidence),
            mean=_over_photos(each.confidence.mean(axis=(0, 1))),
            kept=_over_photos(each.kept.mean(axis=(0, 1))),
        )
        + f" (n = {len(each.clean_confidence)})"
        for key, each in found.items()
    )


def _over_photos(shares: FloatArray) -> str:
    """The mean of one share a photo (n,): the pictures of one photo are no independent sample, so photos count."""
    return mean_share(shares.tolist()) if len(shares) >= FEWEST else percent(float(shares.mean()), 0)


def _show_overview(found: Mapping[str, Robustness], measure: str) -> None:
    """Corruptions by models, mean over the severities."""
    first = next(iter(found.values()))
    shares = np.stack([_shares(each, measure).mean(axis=1) for each in found.values()], axis=1)  # (C, models)
    names = [corruption_name(key) for key in first.corruptions]
    titles = [card_of(key).title for key in found]
    alt = _("{measure} for each corruption and model, mean over the severities").format(measure=_(MEASURES[measure]))
    show_chart(share_table(shares, names, titles), key="robustness.overview", alt=alt)


def _show_by_severity(found: Mapping[str, Robustness], measure: str) -> None:
    st.subheader(_("By severity"), anchor=False)
    for column, (key, each) in zip(aligned_columns(len(found), "robustness.severity"), found.items(), strict=True):
        with column:
            model_heading(card_of(key))
            names = [corruption_name(name) for name in each.corruptions]
            columns = [str(severity) for severity in each.severities]
            figure = share_table(_shares(each, measure), names, columns, column_title=_("Severity"))
            alt = _("{measure} of {model} for each corruption and severity").format(
                measure=_(MEASURES[measure]), model=card_of(key).title
            )
            show_chart(figure, key=f"robustness.severity.{key}", alt=alt)
    st.caption(
        _(
            "Reference: each model's own answer to the clean photo, since nobody has said what is in your photos. "
            "A row that darkens to the right is a weakness; one that is dark at once was never sure."
        )
    )


def _rows(found: Mapping[str, Robustness]) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "model": key,
            "corruption": corruption,
            "severity": severity,
            "confidence": float(each.mean_confidence[c, s]),
            "kept": float(each.kept_rate[c, s]),
        }
        for key, each in found.items()
        for c, corruption in enumerate(each.corruptions)
        for s, severity in enumerate(each.severities)
    ]
