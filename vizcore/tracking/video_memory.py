"""Which pixels are the object in every other frame, if a video model with a memory is asked (SAM 2)?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from vizcore.errors import InvalidOutput
from vizcore.photo import Photo
from vizcore.segmentation.prompts import as_batch, checked
from vizcore.segmentation.upsampling import masks_of
from vizcore.snapshots import Snapshot
from vizcore.tracking.carried import PropagateSettings, Seen, nearest_anchor, propagated
from vizcore.tracking.mask_motion import alike, colours, overlap, shift_between, shifted
from vizcore.zoo.prompting import EncodedPhoto, PromptBatch
from vizcore.zoo.protocols import VideoSegmenter


def propagate_by_memory(
    model: VideoSegmenter, frames: Photo | Sequence[Photo], settings: PropagateSettings
) -> Iterator[Snapshot]:
    """A snapshot for each frame that is done; the last one has the `PropagatedMasks`.

    All shown frames are in the memory before the first other one is looked at, so a correction reaches both ways.
    Errors: PromptInvalid, InvalidOutput. Source: Ravi et al. 2024, section 4.
    """
    photos = (frames,) if isinstance(frames, Photo) else tuple(frames)
    placement = model.placement(photos[0])
    shown: dict[int, PromptBatch] = {}
    for anchor in settings.in_order(len(photos)):
        prompts, _notes = checked(anchor.prompts, (photos[0].width, photos[0].height))
        shown[anchor.frame - 1] = as_batch(prompts, placement, None, several=False)
    found: dict[int, Seen] = {}
    for carried in model.carry(photos, shown):
        if not torch.isfinite(carried.logits).all():
            raise InvalidOutput(model=model.card.key)
        canvas = EncodedPhoto((), placement, placement.model_hw)
        mask = masks_of(carried.logits[None], canvas)[0]
        found[carried.place + 1] = Seen(mask, carried.predicted_iou)
        yield Snapshot(len(found), len(photos) + 1)
    sha256 = [each.sha256 for each in photos]
    result = propagated("tracking.propagate_by_memory", model, sha256, settings, _with_agreement(found, photos, shown))
    yield Snapshot(len(photos) + 1, len(photos) + 1, result=result)


def _with_agreement(found: dict[int, Seen], photos: Sequence[Photo], shown: dict[int, PromptBatch]) -> dict[int, Seen]:
    """The same signals of drift as for our own propagation: the neighbour's mask moved on, and the anchor's colours."""
    anchors = [place + 1 for place in shown]
    looks = {anchor: colours(photos[anchor - 1], found[anchor].mask) for anchor in anchors}
    known = {}
    for frame, seen in found.items():
        known[frame] = seen
        if frame in looks:
            continue
        anchor = nearest_anchor(frame, anchors)
        before = frame - 1 if frame > anchor else frame + 1
        last, now, then = found[before].mask, photos[frame - 1], photos[before - 1]
        guess = shifted(last, shift_between(then, now, last) or (0.0, 0.0))
        likeness = alike(colours(now, seen.mask), looks[anchor])
        known[frame] = replace(seen, agreement=overlap(seen.mask, guess), likeness=likeness)
    return known
