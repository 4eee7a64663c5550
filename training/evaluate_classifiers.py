"""What is every accuracy on a bundled classifier's card made of? Only the packs' validation splits count."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from training.batches import normalise
from training.packs import CAT, DOG, ClassTable, NaturalPhotos, Thumbnails
from training.precision import half_precision
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES, Recipe
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE


def as_seen(rgb: np.ndarray, size: int) -> np.ndarray:
    """The picture after the recipe that the app uses (`mini-160`), or after the same one at another size."""
    recipe = RECIPES["mini-160"] if size == INPUT_SIZE else Recipe("while training", size, size, "bilinear")
    return recipe.prepare(Photo(rgb, "", sha256="not needed")).rgb


@torch.inference_mode()
def answers(model: nn.Module, pictures: list[np.ndarray], size: int, batch: int = 256) -> torch.Tensor:
    """Softmax (n, 104) of every picture (H, W, 3)."""
    model.eval()
    parts = []
    for i in range(0, len(pictures), batch):
        rgb = torch.from_numpy(np.stack([as_seen(p, size) for p in pictures[i : i + batch]])).permute(0, 3, 1, 2)
        with half_precision():
            logits = model(normalise(rgb))
        parts.append(logits.float().softmax(1))
    return torch.cat(parts)


def evaluate(
    model: nn.Module, thumbs: Thumbnails, photos: NaturalPhotos, classes: ClassTable, *, size: int, every: int = 1
) -> dict[str, float]:
    """Percentages: top-1/5 on thumbnails and on natural photos of our classes, cat against dog on natural photos."""
    found = answers(model, list(thumbs.rgb[::every]), size)
    truth = torch.from_numpy(thumbs.label[::every])
    result = {"thumbs_top1": _top(found, truth, 1), "thumbs_top5": _top(found, truth, 5)}
    ours = np.flatnonzero(photos.label >= 0)
    found = answers(model, [photos.rgb[i] for i in ours], size)
    truth = torch.from_numpy(photos.label[ours])
    result |= {
        "natural_top1": _top(found, truth, 1),
        "natural_top5": _top(found, truth, 5),
        "natural_photos": len(ours),
    }
    pets = np.flatnonzero(photos.species <= DOG)[::every]
    found = answers(model, [photos.rgb[i] for i in pets], size)
    says_dog = found[:, classes.dogs].sum(1) > found[:, classes.cats].sum(1)
    is_dog = torch.from_numpy(photos.species[pets] != CAT)
    return result | {"cat_dog": 100 * float((says_dog == is_dog).float().mean()), "cat_dog_photos": len(pets)}


def _top(found: torch.Tensor, truth: torch.Tensor, k: int) -> float:
    return 100 * float((found.topk(k).indices == truth[:, None]).any(1).float().mean())
