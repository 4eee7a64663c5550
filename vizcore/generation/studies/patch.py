"""Can a sticker that anyone can print make a network see one class wherever it lies?

Brown et al. 2017, "Adversarial patch": the expectation over places, sizes, turns and light (Athalye et al. 2018) of the
target's log-probability is climbed by Adam, on several photos at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from vizcore.errors import InvalidOutput, PhotosMissing, UnknownClass
from vizcore.generation.attacks.rounding import RgbArray, as_rgb
from vizcore.generation.attacks.settings import check_limits
from vizcore.generation.gradients import answers, recording
from vizcore.generation.pace import Pace
from vizcore.generation.picture_results import PictureResult
from vizcore.generation.studies.placement import PlacementRange, disc, laid_on, random_places
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel

LIMITS = MappingProxyType({"steps": (1, 5000), "batch": (1, 64), "learning_rate": (1e-4, 1), "draws": (1, 64)})
RESULT_S = 2.0


@dataclass(frozen=True)
class PatchSettings:
    """target: class index. batch: placements in each step. draws: fresh placements for each photo at the end."""

    target: int
    steps: int = 150
    batch: int = 4
    learning_rate: float = 0.05
    places: PlacementRange = field(default_factory=PlacementRange)
    draws: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        check_limits(self, LIMITS)
        check_limits(self.places, {"side_share": (0.05, 1), "degrees": (0, 180), "light": (0, 1)})


@dataclass(frozen=True, eq=False)
class PatchResult(PictureResult):
    """patch: (P, P, 3), white outside its disc. side_share: of the picture's side, before random scaling.

    success_rate (n,), confidence (n,): for each photo, over fresh placements. confidence_without (n,): bare.
    already (n,): photos in which the model sees the target without the patch; they say nothing about it.
    examples: each photo as the model sees it, with the patch at one of those places.
    """

    target: int
    label: str
    patch: Photo
    side_share: float
    success_rate: FloatArray
    confidence: FloatArray
    confidence_without: FloatArray
    already: NDArray[np.bool_]
    examples: tuple[Photo, ...]
    steps: int

    def validate(self) -> None:
        for name in ("success_rate", "confidence", "confidence_without", "already"):
            expect_shape(name, getattr(self, name), (len(self.examples),))

    @property
    def judged_rates(self) -> list[float]:
        """Success on the photos in which the target was not seen before."""
        rates: list[float] = self.success_rate[~self.already].tolist()
        return rates


def printed_patch(model: FeatureModel, photo: Photo | Sequence[Photo], settings: PatchSettings) -> Iterator[Snapshot]:
    """Learns a patch on these photos. values: loss, target (mean confidence over the step's placements).

    Errors: UnknownClass, PhotosMissing, InvalidOutput.
    """
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    clean = _clean(model, photos, settings.target)
    mask = disc(max(round(clean.shape[-1] * settings.places.side_share), 8)).to(clean)
    generator = torch.Generator().manual_seed(settings.seed)
    free = (0.1 * torch.randn((3, *mask.shape), generator=generator)).to(clean)
    optimiser = torch.optim.Adam([free], lr=settings.learning_rate)
    preview, answer = Pace(0.25), Pace(RESULT_S)
    already = answers(model, clean).argmax(1).cpu().numpy() == settings.target
    for step in range(1, settings.steps + 1):
        which = torch.randint(len(clean), (settings.batch,), generator=generator)
        shown = _shown_row(already[which.numpy()], everywhere=bool(already.all()))
        batch = clean[which.to(clean.device)]
        loss, confidence, placed, free.grad = _step(
            model, batch, free, mask, settings.target, (settings.places, generator)
        )
        optimiser.step()
        picture = result = None
        if shown is not None and preview.due():
            with preview.spending():
                picture = as_rgb(placed[shown])
        if answer.due() and step < settings.steps:
            with answer.spending():
                result = _judged(model, photos, clean, _file(free, mask), settings, step)
        yield Snapshot(step, settings.steps, {"loss": loss, "target": confidence}, picture, result)
    final = _judged(model, photos, clean, _file(free, mask), settings, settings.steps)
    last = final.examples[_shown_row(final.already, everywhere=bool(already.all())) or 0]
    yield Snapshot(settings.steps, settings.steps, preview=last.rgb, result=final)


def _shown_row(already: NDArray[np.bool_], *, everywhere: bool) -> int | None:
    """The first placement on a photo that is not the target anyhow; None where this batch has none but others may."""
    rows = np.flatnonzero(~already)
    return int(rows[0]) if len(rows) else 0 if everywhere else None


def try_patch(model: FeatureModel, photo: Sequence[Photo], settings: PatchSettings) -> PatchResult:
    """A finished patch (the first picture) on other photos or for another model (all further pictures).

    Errors: UnknownClass, PhotosMissing, InvalidOutput.
    """
    patch, *others = photo
    clean = _clean(model, tuple(others), settings.target)
    return _judged(model, tuple(others), clean, patch.rgb, settings, 0)


def _clean(model: FeatureModel, photos: tuple[Photo, ...], target: int) -> torch.Tensor:
    if not 0 <= target < len(model.labels):
        raise UnknownClass(wanted=target, model=model.card.key)
    if not photos:
        raise PhotosMissing(needed=1, given=0)
    return model.pixels([model.prepare(each) for each in photos])


def _step(
    model: FeatureModel,
    clean: torch.Tensor,
    free: torch.Tensor,
    mask: torch.Tensor,
    wanted: int,
    drawn_from: tuple[PlacementRange, torch.Generator],
) -> tuple[float, float, torch.Tensor, torch.Tensor]:
    """clean (b, 3, S, S) -> loss, mean confidence, the placed pictures (b, 3, S, S), gradient of the free values."""
    places = random_places(len(clean), *drawn_from)
    target = torch.full((len(clean),), wanted, device=clean.device)
    with recording():
        leaf = free.detach().clone().requires_grad_(True)
        placed = laid_on(clean, leaf.sigmoid(), mask, places)
        logits = model.logits(placed)
        loss = cross_entropy(logits, target)
        (gradient,) = torch.autograd.grad(loss, leaf)
    if not (torch.isfinite(loss) and torch.isfinite(gradient).all()):
        raise InvalidOutput(model=model.card.key)
    confidence = float(logits.detach().softmax(1)[:, wanted].mean())
    return float(loss.detach()), confidence, placed.detach(), gradient


def _file(free: torch.Tensor, mask: torch.Tensor) -> RgbArray:
    """The 8-bit patch, white outside its disc."""
    return as_rgb(free.sigmoid() * mask + (1 - mask))


def _judged(
    model: FeatureModel,
    photos: tuple[Photo, ...],
    clean: torch.Tensor,
    patch: RgbArray,
    chosen: PatchSettings,
    step: int,
) -> PatchResult:
    """The 8-bit patch at fresh places (a seed of their own) on each photo, each picture rounded to 8 bits too."""
    generator = torch.Generator().manual_seed(chosen.seed + 1_000_003)
    values = torch.from_numpy(patch.copy()).to(clean).permute(2, 0, 1) / 255
    mask = disc(values.shape[-1]).to(clean)
    bare = answers(model, clean)
    rates, shares, examples = [], [], []
    for photo, pixels in zip(photos, clean, strict=True):
        places = random_places(chosen.draws, chosen.places, generator)
        placed = (laid_on(pixels.expand(chosen.draws, -1, -1, -1), values, mask, places) * 255).round() / 255
        logits = answers(model, placed)
        rates.append(float((logits.argmax(1) == chosen.target).float().mean()))
        shares.append(_confidence(logits, chosen.target).mean())
        examples.append(Photo(as_rgb(placed[0]), photo.name))
    return PatchResult(
        provenance_of("printed_patch", model, photos, chosen),
        target=chosen.target,
        label=model.labels[chosen.target],
        patch=Photo(patch, model.labels[chosen.target]),
        side_share=chosen.places.side_share,
        success_rate=np.array(rates),
        confidence=np.array(shares),
        confidence_without=_confidence(bare, chosen.target),
        already=bare.argmax(1).cpu().numpy() == chosen.target,
        examples=tuple(examples),
        steps=step,
    )


def _confidence(logits: torch.Tensor, target: int) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = logits.double().softmax(1)[:, target].cpu().numpy()
    return shares
