"""A trained model as a card among the others, for the length of the visit."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from vizcore.errors import BackboneDiffers, ModelCannot, TaughtFileInvalid
from vizcore.i18n import N_
from vizcore.learning.taught import TaughtModel
from vizcore.zoo.cards import Measured, ModelCard
from vizcore.zoo.catalogue import card as find_card
from vizcore.zoo.facts import Facts
from vizcore.zoo.session_cards import SessionModel

LEARNT_FROM = N_("taught in this visit")
LIMITS = N_(
    "Knows only the classes it was taught in this visit, and answers one of them for anything else too. Its accuracy is"
    " that on the photos that were kept back."
)
LEFT_OUT = ("package", "weights_enum", "labels_enum", "builder", "program")


def session_model(model: TaughtModel) -> SessionModel:
    """The trained model as the zoo keeps it. Errors: ModelCannot for "knn", which has no layer that a gradient could
    pass; UnknownModel without its backbone; TaughtFileInvalid where that is no classifier; BackboneDiffers where it has
    other weights."""
    if model.method == "knn":
        raise ModelCannot(model=model.backbone, ability="gradient")
    base = find_card(model.backbone)
    if base.task != "classify":
        raise TaughtFileInvalid(reason="record", detail="backbone")
    known = base.files[0].sha256 if base.files else None
    if known and known != model.record["backbone_sha256"]:
        raise BackboneDiffers(model=base.title)
    return SessionModel(
        taught_card(model, base), model.labels, f"taught-{model.sha256}", model.method, dict(model.tensors)
    )


def taught_card(model: TaughtModel, base: ModelCard) -> ModelCard:
    """The base's card with other labels, another origin, and the measured quality on the test photos."""
    report = model.record["report"]
    facts = cast(Facts, {name: value for name, value in base.facts.items() if name not in LEFT_OUT})
    shown = ", ".join(model.labels[:2]) + (", …" if len(model.labels) > 2 else "")
    return replace(
        base,
        key=f"taught-{model.sha256[:12]}",
        title=f"{shown} ({base.title})",
        source="session",
        loader="vizcore.zoo.session_models:load_classifier",
        files=(),
        labels="taught",
        measured=(
            Measured(
                N_("accuracy on the photos kept back"),
                100 * float(report["accuracy"]),
                "%",
                f"{model.method}, n = {report.get('tested', 0)}",
            ),
        ),
        facts={**facts, "base": base.key, "classes": len(model.labels), "learnt_from": LEARNT_FROM},
        limits=LIMITS,
    )
