"""Do our attacks give the pictures that torchattacks, foolbox and ART give from the same start?"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.generation.attacks.case import case_of
from vizcore.generation.attacks.gradient_steps import Walk, walk
from vizcore.generation.attacks.problem import Attempt, Problem
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS
from vizcore.zoo.feature_models import TorchFeatureModel

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import foolbox
    import torchattacks

EPSILON = 8 / 255
MODELS = [pytest.param(tiny_cnn(), id="cnn"), pytest.param(tiny_vit(), id="vit")]
SAME = {"abs": 2e-4}


class Classifier(torch.nn.Module):
    """Our model as the peers want it: pixels in [0, 1] in, logits out."""

    def __init__(self, model: TorchFeatureModel) -> None:
        super().__init__()
        self.inner, self.ask = model.module, model.logits

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        pixels = pixels.clone()
        if pixels.requires_grad:  # torchattacks views gradients as if they always lay channels first
            pixels.register_hook(lambda gradient: gradient.contiguous())
        return self.ask(pixels)


def problem_of(model: TorchFeatureModel, settings: AttackSettings) -> Problem:
    """Channels first in memory, so that equal seeds give the peers equal random starts."""
    problem = case_of(model, (noise_photo(),), settings).problem
    return replace(problem, clean=problem.clean.contiguous())


def last(attempts: Iterator[Attempt]) -> torch.Tensor:
    *_, end = attempts
    return end.pixels


def theirs(peer: Callable[[Any], Any], problem: Problem, *, target: int | None = None) -> torch.Tensor:
    attack = peer(Classifier(problem.model).eval())  # type: ignore[arg-type]
    if target is None:
        return attack(problem.clean, problem.goal.source)  # type: ignore[no-any-return]
    attack.set_mode_targeted_by_label(quiet=True)
    return attack(problem.clean, torch.tensor([target]))  # type: ignore[no-any-return]


def share_equal(ours: torch.Tensor, peer: torch.Tensor) -> float:
    """Share of values that agree; the sign of a gradient that is 0 up to rounding may differ."""
    return float(((ours - peer).abs() < SAME["abs"]).float().mean())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("target", [None, 5])
@pytest.mark.parametrize(
    ("key", "peer"),
    [
        ("fgsm", lambda m: torchattacks.FGSM(m, eps=EPSILON)),
        ("bim", lambda m: torchattacks.BIM(m, eps=EPSILON, alpha=2 / 255, steps=4)),
        ("bim", lambda m: torchattacks.PGD(m, eps=EPSILON, alpha=2 / 255, steps=4, random_start=False)),
        ("mi-fgsm", lambda m: torchattacks.MIFGSM(m, eps=EPSILON, alpha=2 / 255, steps=4, decay=1.0)),
    ],
)
def test_linf_attacks_equal_torchattacks(
    model: TorchFeatureModel, target: int | None, key: str, peer: Callable[[Any], Any]
) -> None:
    problem = problem_of(model, AttackSettings(key, target, steps=4, step_255=2))
    ours = last(ATTACKS[key].method(problem))
    assert share_equal(ours, theirs(peer, problem, target=target)) > 0.999


@pytest.mark.parametrize("model", MODELS)
def test_pgd_from_the_same_random_start_equals_torchattacks(model: TorchFeatureModel) -> None:
    problem = problem_of(model, AttackSettings("pgd", steps=4, step_255=2))
    torch.manual_seed(3)
    peer = theirs(lambda m: torchattacks.PGD(m, eps=EPSILON, alpha=2 / 255, steps=4), problem)
    torch.manual_seed(3)
    start = (problem.clean + torch.empty_like(problem.clean).uniform_(-EPSILON, EPSILON)).clamp(0, 1)
    ours = last(walk(problem, start, Walk("linf", EPSILON, 2 / 255, 4)))
    assert share_equal(ours, peer) > 0.999


@pytest.mark.parametrize("model", MODELS)
def test_pgd_l2_equals_torchattacks(model: TorchFeatureModel) -> None:
    problem = problem_of(model, AttackSettings("pgd-l2", steps=4))
    peer = theirs(lambda m: torchattacks.PGDL2(m, eps=2.0, alpha=0.4, steps=4, random_start=False), problem)
    ours = last(walk(problem, problem.clean, Walk("l2", 2.0, 0.4, 4)))
    # A ReLU that rounding flips at one step moves the next ones a little.
    assert float((ours - peer).norm()) < 0.01 * float((peer - problem.clean).norm())


def test_pgd_equals_foolbox() -> None:
    model = tiny_cnn()
    problem = problem_of(model, AttackSettings("bim", steps=4, step_255=2))
    wrapped = foolbox.PyTorchModel(Classifier(model).eval(), bounds=(0, 1), device="cpu")
    peer = foolbox.attacks.LinfPGD(abs_stepsize=2 / 255, steps=4, random_start=False)
    _, (moved,), _ = peer(wrapped, problem.clean, problem.goal.source, epsilons=[EPSILON])
    assert share_equal(last(ATTACKS["bim"].method(problem)), moved) > 0.999


@pytest.mark.parametrize("model", MODELS)
def test_carlini_wagner_finds_a_change_as_small_as_torchattacks(model: TorchFeatureModel) -> None:
    settings = AttackSettings("carlini-wagner", steps=40, constant=10.0, learning_rate=0.01)
    problem = problem_of(model, settings)
    *_, best = (each for each in ATTACKS["carlini-wagner"].method(problem) if each.candidate)
    inside = problem.clean * 0.999 + 0.0005  # its arctanh is infinite at 0 and 1
    peer = torchattacks.CW(Classifier(model).eval(), c=10.0, kappa=0, steps=40, lr=0.01)(inside, problem.goal.source)
    ours_l2, peer_l2 = float((best.pixels - problem.clean).norm()), float((peer - inside).norm())
    assert ours_l2 <= 1.02 * peer_l2  # the peer gives up as soon as its cost rises, which it does on the CNN
    if model.card.family == "vit":
        assert ours_l2 == pytest.approx(peer_l2, rel=0.02)


@pytest.mark.parametrize("model", MODELS)
def test_deepfool_finds_what_foolbox_finds(model: TorchFeatureModel) -> None:
    problem = problem_of(model, AttackSettings("deepfool", steps=50, candidates=9))
    wrapped = foolbox.PyTorchModel(Classifier(model).eval(), bounds=(0, 1), device="cpu")
    peer = foolbox.attacks.L2DeepFoolAttack(steps=50, candidates=10, overshoot=0.02, loss="logits")
    _, moved, _ = peer(wrapped, problem.clean, problem.goal.source, epsilons=None)
    ours = last(ATTACKS["deepfool"].method(problem))
    assert float((ours - problem.clean).norm()) == pytest.approx(float((moved - problem.clean).norm()), rel=0.02)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("key", "steps"), [("fgsm", 1), ("bim", 4)])
def test_linf_attacks_equal_those_of_art(model: TorchFeatureModel, key: str, steps: int) -> None:
    """ART's PGD without a random start is our BIM; from a random start both draw from generators of their own."""
    from art.attacks.evasion import FastGradientMethod, ProjectedGradientDescent
    from art.estimators.classification import PyTorchClassifier

    problem = problem_of(model, AttackSettings(key, steps=steps, step_255=2))
    peer = PyTorchClassifier(
        Classifier(model).eval(),
        loss=torch.nn.CrossEntropyLoss(),
        input_shape=tuple(problem.clean.shape[1:]),
        nb_classes=len(model.labels),
        clip_values=(0.0, 1.0),
        device_type="cpu",
    )
    attack: Any = (
        FastGradientMethod(peer, eps=EPSILON)
        if key == "fgsm"
        else ProjectedGradientDescent(peer, eps=EPSILON, eps_step=2 / 255, max_iter=steps, verbose=False)
    )
    found = attack.generate(problem.clean.numpy(), problem.goal.source.numpy())
    assert share_equal(last(ATTACKS[key].method(problem)), torch.from_numpy(found)) > 0.999
