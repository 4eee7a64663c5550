"""The one script behind every accuracy on a bundled classifier's card, on the packs' validation splits only.

python -m training.evaluate_classifiers --packs DIR [--model cnn-mini]
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import nn

from training.batches import normalise
from training.packs import CAT, DOG, ClassTable, NaturalPhotos, Thumbnails


def centre(rgb: np.ndarray, size: int) -> np.ndarray:
    """The recipe of the bundled classifiers: shorter side to `size` (Pillow bilinear), centre crop `size`."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(Image.fromarray(rgb).resize((size, size), Image.Resampling.BILINEAR, box=box))


@torch.inference_mode()
def answers(model: nn.Module, pictures: list[np.ndarray], size: int, batch: int = 256) -> torch.Tensor:
    """Softmax (n, 104) of every picture (H, W, 3)."""
    model.eval()
    parts = []
    for i in range(0, len(pictures), batch):
        rgb = torch.from_numpy(np.stack([centre(p, size) for p in pictures[i : i + batch]])).permute(0, 3, 1, 2)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(normalise(rgb))
        parts.append(logits.float().softmax(1))
    return torch.cat(parts)


def evaluate(model: nn.Module, thumbs: Thumbnails, photos: NaturalPhotos, classes: ClassTable, *, size: int, every: int = 1) -> dict[str, float]:
    """Percentages: top-1/5 on thumbnails, top-1/5 on natural photos of our classes, cat against dog on natural photos."""
    found = answers(model, list(thumbs.rgb[::every]), size)
    truth = torch.from_numpy(thumbs.label[::every])
    result = {"thumbs_top1": _top(found, truth, 1), "thumbs_top5": _top(found, truth, 5)}
    ours = np.flatnonzero(photos.label >= 0)
    found = answers(model, [photos.rgb[i] for i in ours], size)
    truth = torch.from_numpy(photos.label[ours])
    result |= {"natural_top1": _top(found, truth, 1), "natural_top5": _top(found, truth, 5), "natural_photos": len(ours)}
    pets = np.flatnonzero(photos.species <= DOG)[::every]
    found = answers(model, [photos.rgb[i] for i in pets], size)
    says_dog = found[:, classes.dogs].sum(1) > found[:, classes.cats].sum(1)
    is_dog = torch.from_numpy(photos.species[pets] != CAT)
    return result | {"cat_dog": 100 * float((says_dog == is_dog).float().mean()), "cat_dog_photos": len(pets)}


def _top(found: torch.Tensor, truth: torch.Tensor, k: int) -> float:
    return 100 * float((found.topk(k).indices == truth[:, None]).any(1).float().mean())
