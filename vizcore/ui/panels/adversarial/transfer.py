"""Is a ViT fooled by a picture that was made to fool a CNN, and the other way round?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.errors import UnknownClass
from vizcore.figures.share_table import share_table
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.photo import Photo
from vizcore.ui import downloads, pickers
from vizcore.ui.charts import show_chart
from vizcore.ui.class_labels import class_labels
from vizcore.ui.counted_shares import interval_of, say_few, share_of
from vizcore.ui.engine_call import answer
from vizcore.ui.job_series import result_of, show_series
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.adversarial.attack_choice import attack_title, budget_words
from vizcore.ui.panels.adversarial.studied_photos import choose_photos
from vizcore.ui.panels.adversarial.study import Study
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.attacks.results import AttackSet
    from vizcore.generation.attacks.settings import AttackSettings
    from vizcore.generation.studies.transfer import Judgement, TransferMatrix


def show(study: Study) -> None:
    """Attacks on each chosen model, then every model's opinion of all pictures."""
    cards = pickers.choose_models(
        "adversarial.transfer", "classify", least=2, most=4, default=["efficientnet-lite0", "cnn-mini", "vit-mini"]
    )
    photos = choose_photos("adversarial")
    if len(cards) < 2:
        return
    attack = study.single()
    st.markdown(
        _("{attack} {budget} on {photos}; the target is looked up by name in each model.").format(
            attack=attack_title(attack.attack), budget=budget_words(attack), photos=counted("photo", len(photos))
        )
    )
    attacks = _attacks(cards, attack, study.wanted.label)
    jobs = show_series(
        "adversarial.transfer.jobs",
        [card.key for card in cards],
        _starter(photos, attacks, study.wanted.label),
        preview=_("The attacked picture so far"),
        titles=[card.title for card in cards],
    )
    judged = _judge_all(jobs)
    if judged:
        same = (key in attacks and asked_as_now(job, key, photos, attacks[key]) for key, job in jobs.items())
        say_last_start(unless=all(same))
        _show_matrix(judged)


def _attacks(cards: list[ModelCard], attack: AttackSettings, label: str) -> dict[str, AttackSettings]:
    """The attack on each model, its target looked up among that model's own classes; None where there is none."""
    from vizcore.generation.class_names import same_class

    return {
        card.key: replace(attack, target=same_class(class_labels(card), label) if label else None) for card in cards
    }


def _starter(
    photos: tuple[Photo, ...], attacks: Mapping[str, AttackSettings], label: str
) -> Callable[[str], JobHandle]:
    """Starts the attack on one model; UnknownClass for one that lacks the target."""
    from vizcore.generation.attacks.run import attack as run_attack

    def start(key: str) -> JobHandle:
        if label and attacks[key].target is None:
            raise UnknownClass(wanted=label, model=key)
        return engine().start(run_attack, key, photos, attacks[key], session=session_id())

    return start


def _judge_all(jobs: dict[str, JobHandle]) -> dict[tuple[str, str], Judgement]:
    """{(made on, judged by): judgement} of all models whose attack is over; nothing while one still runs."""
    from vizcore.generation.attacks.results import AttackSet
    from vizcore.generation.studies.transfer import JudgeSettings, judge, pairs_of

    if not all(job.done() for job in jobs.values()):
        return {}
    found = {key: made for key, job in jobs.items() if isinstance(made := result_of(job), AttackSet) and made.results}
    judged = {}
    for maker, made in found.items():
        for key in found:
            opinion = answer(judge, card_of(key), pairs_of(made), JudgeSettings(_target_label(made)))
            if opinion:
                judged[maker, key] = opinion
    return judged


def _target_label(made: AttackSet) -> str:
    first = made.results[0]
    return first.labels[first.target] if first.target is not None else ""


def _show_matrix(judged: dict[tuple[str, str], Judgement]) -> None:
    from vizcore.generation.studies.transfer import transfer_matrix

    matrix = transfer_matrix(judged)
    titles = {key: card_of(key).title for key in (*matrix.made_on, *matrix.judged_by)}
    rows, columns = ([titles[key] for key in keys] for keys in (matrix.made_on, matrix.judged_by))
    st.markdown(summary(matrix, titles))
    say_few(int(matrix.counted.max()))
    wrong = (
        _("Confidence in the target")
        if any(each.target for each in judged.values())
        else _("Confidence in the strongest other class")
    )
    tables = ((_("Success rate"), matrix.success_rate), (wrong, matrix.confidence))
    for column, (title, shares) in zip(st.columns(2), tables, strict=True):
        with column:
            st.markdown(f"**{title}**")
            show_chart(
                share_table(shares, rows, columns, row_title=_("made on"), column_title=_("shown to"), row_height=70),
                key=f"adversarial.matrix.{'rate' if shares is matrix.success_rate else 'confidence'}",
                alt=_("{title}: models that pictures were made on, by models that they were shown to").format(
                    title=title
                ),
            )
    st.caption(
        _(
            "The diagonal is the attack itself. Each model is measured against its own answer to the clean picture; "
            "photos in which it already sees the target do not count. Untargeted attacks, MI-FGSM and larger budgets "
            "travel further than a targeted one."
        )
    )
    downloads.show_exports("adversarial.transfer", list(judged.values()), table=_rows(matrix))


def summary(matrix: TransferMatrix, titles: dict[str, str]) -> str:
    """One sentence for each pair of models: how many of the photos fooled the other one; Markdown."""
    sentences = []
    for i, maker in enumerate(matrix.made_on):
        for j, judge_key in enumerate(matrix.judged_by):
            rate, n = float(matrix.success_rate[i, j]), int(matrix.counted[i, j])
            if maker != judge_key and not np.isnan(rate):
                sentences.append(
                    _(
                        "Made on {maker}, shown to {judge}: **{rate}** of the photos fool it "
                        "(95 % interval: {interval})."
                    ).format(
                        maker=escaped(titles[maker]),
                        judge=escaped(titles[judge_key]),
                        rate=share_of(round(rate * n), n),
                        interval=interval_of(round(rate * n), n),
                    )
                )
    return "  \n".join(sentences)


def _rows(matrix: TransferMatrix) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "made_on": maker,
            "judged_by": judge_key,
            "success_rate": float(matrix.success_rate[i, j]),
            "confidence": float(matrix.confidence[i, j]),
            "counted": int(matrix.counted[i, j]),
        }
        for i, maker in enumerate(matrix.made_on)
        for j, judge_key in enumerate(matrix.judged_by)
    ]
