"""What did the training by hand come to: the test's answer, three checks that everything is in order, its files."""

from __future__ import annotations

import streamlit as st

from vizcore.by_hand.digits import TEST, VALIDATION
from vizcore.by_hand.learner import GUESSING_LOSS, TrainingSettings, overfit_losses, settings_of
from vizcore.by_hand.results import TrainedDigits
from vizcore.errors import TrainingDiverged
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent, power
from vizcore.ui import downloads
from vizcore.ui.error_panel import show_error
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.by_hand.url_values import hidden


def show(found: TrainedDigits) -> None:
    """The test's answer with its interval, and three checks that everything is in order."""
    if found.diverged_at is not None:
        loss, rate = f"{found.batch_losses[-1]:.3g}", settings_of(found).learning_rate
        show_error(TrainingDiverged(step=found.diverged_at, learning_rate=rate, loss=loss))
    _show_checks(found)
    low, high = found.interval
    st.caption(
        _(
            "{right} of {n} digits that were kept back are right (95 % interval {low} to {high}), asked once, with the"
            " weights of epoch {epoch}: the lowest loss on {v} validation digits. The same 13 writers are in all parts,"
            " since the data does not say who wrote what."
        ).format(
            right=found.right,
            n=TEST,
            low=percent(low, 1),
            high=percent(high, 1),
            epoch=found.best_epoch,
            v=VALIDATION,
        )
    )


def _show_checks(found: TrainedDigits) -> None:
    overfit, ratios = _overfit(found), found.curves.get("update_ratio", ())
    cells = {
        _("Test accuracy"): (percent(found.test_accuracy, 1), ""),
        _("First loss"): (
            number(found.first_loss, 3),
            _("Untrained, the network guesses among ten classes: the loss should be near ln 10 = {value}.").format(
                value=number(GUESSING_LOSS, 3)
            ),
        ),
        _("20 by heart"): (
            number(overfit[-1], 4),
            _("The loss after learning only 20 pictures over and over: near zero, or something is broken."),
        ),
        _("Update / weight"): (
            power(ratios[0]) if ratios else "–",
            _(
                "The size of a step beside the size of the weights, at the end of the first epoch; 10⁻³ to 10⁻² is"
                " healthy. It falls with the learning rate."
            ),
        ),
    }
    show_metrics([Cell(name, value, explain or None) for name, (value, explain) in cells.items()], width=150)


def _overfit(found: TrainedDigits) -> list[float]:
    given = settings_of(found)
    settings = TrainingSettings(seed=given.seed, learning_rate=given.learning_rate, momentum=given.momentum)
    kept: dict[TrainingSettings, list[float]] = st.session_state.setdefault("by_hand.overfit", {})
    if settings not in kept:
        kept.clear()
        kept[settings] = overfit_losses(settings)
    return kept[settings]


def show_exports(found: TrainedDigits) -> None:
    """Record, weights and a script that repeats it."""
    if "export" in hidden():
        return
    from vizcore.by_hand.script import training_script
    from vizcore.by_hand.weights_file import npz_bytes

    with downloads.export():
        downloads.download_json(found, key="by_hand.train.json")
        downloads.download_made(
            lambda: npz_bytes(found.parameters), name="digits-weights.npz", mime="application/zip", key="by_hand.npz",
            label=_("Weights (npz)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: training_script(settings_of(found)).encode(), name="train_digits.py", mime="text/x-python",
            key="by_hand.train.script", label=_("Script (NumPy)"),
        )  # fmt: skip
