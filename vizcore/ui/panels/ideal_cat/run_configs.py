"""Which models does an experiment use, and which climbs does it make?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vizcore.generation.ideal.choices import Hyperparameters, TargetChoice, settings_for
from vizcore.i18n import N_, _
from vizcore.ui import pickers
from vizcore.ui.panels.ideal_cat.goal_form import Goal
from vizcore.ui.panels.ideal_cat.run_group import RunConfig
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import cards_for
from vizcore.zoo.weights import availability

RECIPES = {
    "pixels": N_("Plain pixels"),
    "variation": N_("+ variation loss"),
    "fourier": N_("+ waves and colours of photos"),
    "transforms": N_("+ jitter, scale, rotate"),
}
MOST_IN_GALLERY = 9


def choose_cards(experiment: str) -> list[ModelCard]:
    """The picker that fits the experiment: two models, one, or all that are on this machine."""
    if experiment == "gallery":
        here = [card.key for card in cards_for("classify") if availability(card) in ("bundled", "here")]
        return pickers.choose_models(
            "ideal_cat.gallery", "classify", most=MOST_IN_GALLERY, default=here[:MOST_IN_GALLERY]
        )
    if experiment == "pair":
        return pickers.choose_models("ideal_cat.models", "classify", most=2, default=["cnn-mini", "vit-mini"])
    return pickers.choose_models("ideal_cat.model", "classify", most=1, default=["cnn-mini"])


def configs_for(
    goal: Goal, cards: Sequence[ModelCard], target_choices: Mapping[str, TargetChoice], hyperparameters: Hyperparameters
) -> tuple[RunConfig, ...]:
    """What Start would begin: nothing for models without an aim, or without the photo that is needed."""
    if not goal.ready:
        return ()
    chosen = [
        (card, settings_for(card, target_choices[card.key], hyperparameters, effort=goal.effort, start=goal.start))
        for card in cards
        if card.key in target_choices
    ]
    if goal.experiment == "ablation":
        from vizcore.generation.ideal.presets import ablation

        return tuple(
            RunConfig(name, card, settings, goal.photo)
            for card, base in chosen
            for name, settings in ablation(base).items()
        )
    return tuple(RunConfig(card.key, card, settings, goal.photo) for card, settings in chosen)


def title_of(experiment: str, config: RunConfig) -> str:
    """What a climb is called: its recipe in an ablation, else its model."""
    return _(RECIPES[config.name]) if experiment == "ablation" else config.card.title
