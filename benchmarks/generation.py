"""What do attacks and ideal pictures cost beside torchattacks, foolbox, ART and lucent?

torchattacks and foolbox come with requirements-dev.txt. ART (adversarial-robustness-toolbox 1.20.1) and lucent
(torch-lucent 0.1.8 with kornia, ipython and decorator) are measured where they are installed: neither is needed by a
test, and lucent only runs on a shim for what newer versions of kornia call differently.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
import torchvision
from torch import nn

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.generation.attacks.goals import Goal
from vizcore.generation.attacks.gradient_steps import Walk, walk
from vizcore.generation.attacks.problem import Problem
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.ideal import run
from vizcore.generation.ideal.ascent import Ascent
from vizcore.generation.ideal.presets import suggested
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.zoo.catalogue import card
from vizcore.zoo.feature_models import TorchFeatureModel

SIDE, STEPS = 224, 10
EPSILON, STEP = 8 / 255, 2 / 255
VIS_STEPS = 8
PREVIEW_STEPS = 96
GPU_LIMIT_S = 8.0

Make = Callable[[nn.Module], Callable[[torch.Tensor, torch.Tensor], torch.Tensor]]


def main() -> list[Measurement]:
    """Prints one line for each target."""
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    measured = [each for batch in (1, 4) for each in attacks(batch)]
    return [*measured, *feature_visualisation(), previews(), *on_a_gpu()]


class AsTorchvisionGivesIt(nn.Module):
    """Normalisation and network in one, its parameters not frozen: what a user of the peers would hand them."""

    def __init__(self, model: TorchFeatureModel) -> None:
        super().__init__()
        self.network = copy.deepcopy(model.module).to(memory_format=torch.contiguous_format).requires_grad_(True)
        self.register_buffer("mean", model._mean)
        self.register_buffer("deviation", model._deviation)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.network((pixels - self.mean) / self.deviation)  # type: ignore[no-any-return]


class Ours(nn.Module):
    """Our own network for a peer: another layout in memory would round otherwise, and signs of gradients flip."""

    def __init__(self, model: TorchFeatureModel) -> None:
        super().__init__()
        self.network, self.ask = model.module, model.logits

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.ask(pixels)


def attacks(batch: int) -> Iterator[Measurement]:
    """PGD with 10 steps against each peer, from the photo itself, on a resnet18 with random weights."""
    model = random_model("resnet18")
    clean = torch.rand((batch, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        source = model.logits(clean).argmax(1)
    problem = Problem(model, clean, Goal(source), AttackSettings())

    def ours() -> torch.Tensor:
        *_, last = walk(problem, clean, Walk("linf", EPSILON, STEP, STEPS))
        return last.pixels

    for name, (make, target) in peers().items():
        theirs = partial(make(AsTorchvisionGivesIt(model).eval()), clean, source)
        same = None if name != "torchattacks" else partial(nearly_equal, make(Ours(model).eval())(clean, source))
        key = f"generation.pgd_{name}_b{batch}"
        yield compare(key, ours, theirs, target=target, peer_name=name, equal=same)


def nearly_equal(peer: torch.Tensor, ours: torch.Tensor, _timed: object) -> bool:
    """Equal but for the few values whose gradient is 0 up to rounding, where its sign is chance."""
    share = float(((ours - peer).abs() < 1e-5).float().mean())
    print(f"generation.pgd equal values: {share:.2%}")
    return share > 0.98


def peers() -> dict[str, tuple[Make, float]]:
    """Name -> (how to make its PGD, the target for ours / theirs)."""
    found: dict[str, tuple[Make, float]] = {"torchattacks": (_torchattacks, 1.0), "foolbox": (_foolbox, 0.7)}
    if find_spec("art"):
        found["art"] = (_art, 0.7)
    else:
        print("generation: ART is not installed and not measured")
    return found


def _torchattacks(network: nn.Module) -> Any:
    import torchattacks

    return torchattacks.PGD(network, eps=EPSILON, alpha=STEP, steps=STEPS, random_start=False)


def _foolbox(network: nn.Module) -> Any:
    import foolbox

    wrapped = foolbox.PyTorchModel(network, bounds=(0, 1), device="cpu")
    peer = foolbox.attacks.LinfPGD(abs_stepsize=STEP, steps=STEPS, random_start=False)
    return lambda clean, source: peer.run(wrapped, clean, source, epsilon=EPSILON)


def _art(network: nn.Module) -> Any:
    from art.attacks.evasion import ProjectedGradientDescentPyTorch
    from art.estimators.classification import PyTorchClassifier

    wrapped = PyTorchClassifier(
        network, nn.CrossEntropyLoss(), (3, SIDE, SIDE), 1000, clip_values=(0, 1), device_type="cpu"
    )
    peer = ProjectedGradientDescentPyTorch(wrapped, eps=EPSILON, eps_step=STEP, max_iter=STEPS, verbose=False)
    one_hot = np.eye(1000, dtype=np.float32)
    return lambda clean, source: peer.generate(clean.numpy(), one_hot[source.numpy()])


def feature_visualisation() -> Iterator[Measurement]:
    """Eight steps on a channel of layer3, Fourier parametrisation, random shifts, scales and turns."""
    if not (find_spec("lucent") and find_spec("kornia") and find_spec("IPython") and find_spec("decorator")):
        print("generation: lucent is not installed and not measured")
        return
    model = random_model("resnet18")
    theirs = _lucent(AsTorchvisionGivesIt(model).network.eval())
    target = Target("channel", 7, "layer3")
    settings = IdealSettings(target, steps=VIS_STEPS, jitter=1 / 16, scale=0.1, rotate=10.0)

    def ours() -> torch.Tensor:
        climb = Ascent(model, None, settings)
        for _ in range(VIS_STEPS):
            climb.step()
        return climb.pictures()

    yield compare("generation.feature_visualisation", ours, theirs, target=0.7, peer_name="lucent")


def _lucent(network: nn.Module) -> Callable[[], object]:
    import kornia
    from kornia.geometry import transform

    for name in ("get_rotation_matrix2d", "warp_affine"):  # lucent looks for them where older versions had them
        setattr(kornia, name, getattr(kornia, name, getattr(transform, name)))
    from lucent.optvis import objectives, param, render

    def theirs() -> object:
        goal = objectives.channel("layer3", 7)
        picture = lambda: param.image(SIDE)  # noqa: E731
        quiet = {"show_image": False, "progress": False, "verbose": False}
        return render.render_vis(network, goal, picture, thresholds=(VIS_STEPS,), **quiet)

    return theirs


def previews() -> Measurement:
    """The same climb with and without showing its pictures while it goes on."""
    model = bundled()
    settings = replace(suggested(model.card, Target("class", 20)), steps=PREVIEW_STEPS)

    def climbed(interval_s: float) -> int:
        usual, run.PREVIEW_S = run.PREVIEW_S, interval_s
        try:
            return sum(each.preview is not None for each in run.ideal(model, None, settings))
        finally:
            run.PREVIEW_S = usual

    return compare(
        "generation.previews",
        lambda: climbed(run.PREVIEW_S),
        lambda: climbed(1e9),
        rounds=5,
        target=1.05,
        peer_name="the same run without previews",
    )


def on_a_gpu() -> Iterator[Measurement]:
    """512 steps of a class at 224 px on resnet50, where there is a GPU."""
    if not torch.cuda.is_available():
        print("generation: no GPU, 512 steps on resnet50 not measured")
        return
    import time

    model = random_model("resnet50")
    model.to_device("cuda")
    settings = replace(suggested(model.card, Target("class", 20)), steps=512)
    for _ in run.ideal(model, None, replace(settings, steps=8)):
        pass
    began = time.perf_counter()
    for _ in run.ideal(model, None, settings):
        pass
    yield Measurement("generation.gpu_512_steps", time.perf_counter() - began, "s", GPU_LIMIT_S)


def random_model(key: str) -> TorchFeatureModel:
    """An official architecture with random weights: the cost does not depend on them."""
    torch.manual_seed(0)
    module: nn.Module = getattr(torchvision.models, key)(weights=None)
    return TorchFeatureModel(card(key), module, [str(i) for i in range(1000)], "random", "cpu")


def bundled() -> TorchFeatureModel:
    """cnn-mini as it ships."""
    from vizcore.zoo.load import load_model

    model: Any = load_model(card("cnn-mini"), "cpu")
    return model  # type: ignore[no-any-return]
