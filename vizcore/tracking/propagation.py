"""Which pixels are the object in every other frame, if a person shows it in one? Without a video model.

In each frame the segmenter is prompted by the last mask, moved on as its pixels moved: by its box, and by its box with
points deep inside it. Of the answers the one is taken that agrees best with the moved mask and with the colours of the
object where a person showed it. Each such frame is an anchor; a frame between two is carried from the nearer one, so a
correction goes both ways. Mistakes feed themselves, which `drift_alarms` watches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.segmentation.embed import embed
from vizcore.segmentation.prompts import Box, Prompts
from vizcore.segmentation.results import ImageEmbedding
from vizcore.segmentation.segment import SegmentSettings, segment, tight_box
from vizcore.snapshots import Snapshot
from vizcore.tracking.carried import Anchor, PropagateSettings, Seen, nearest_anchor, propagated
from vizcore.tracking.mask_motion import (
    MaskArray,
    alike,
    colours,
    inner_points,
    overlap,
    shift_between,
    shifted,
)
from vizcore.zoo.protocols import PromptableSegmenter

MARGIN = 0.03  # of the box, added on each side before it is a prompt: objects grow and turn
POINTS = (0, 1, 2)  # how many points go with the box, one answer each


@dataclass(frozen=True, eq=False)
class EncodedFrame:
    """A frame and what the segmenter keeps of it, so that a correction costs the decoder alone."""

    photo: Photo
    embedding: ImageEmbedding

    @property
    def sha256(self) -> str:
        return self.photo.sha256


Frame = Photo | EncodedFrame


def propagate(
    model: PromptableSegmenter, frames: Frame | Sequence[Frame], settings: PropagateSettings
) -> Iterator[Snapshot]:
    """A snapshot for each frame that is done; the last one has the `PropagatedMasks`. Errors: those of `segment`."""
    given = (frames,) if isinstance(frames, Photo | EncodedFrame) else tuple(frames)
    found: dict[int, Seen] = {}
    for anchor, way in _ways(settings.in_order(len(given)), len(given)):
        if anchor.frame not in found:
            found[anchor.frame] = _answers(model, given[anchor.frame - 1], [anchor.prompts])[0]
            yield Snapshot(len(found), len(given) + 1)
        last, shift = found[anchor.frame].mask, (0.0, 0.0)
        looks = colours(_photo(given[anchor.frame - 1]), last)
        for before, frame in pairwise(way):
            shift = shift_between(_photo(given[before - 1]), _photo(given[frame - 1]), last) or shift
            guess = shifted(last, shift)
            found[frame] = _carried(model, given[frame - 1], guess, looks)
            last = found[frame].mask if found[frame].mask.any() else guess  # hidden: it is looked for where it would be
            yield Snapshot(len(found), len(given) + 1)
    sha256 = [each.sha256 for each in given]
    result = propagated("tracking.propagate", model, sha256, settings, found)
    yield Snapshot(len(given) + 1, len(given) + 1, result=result)


def _ways(anchors: Sequence[Anchor], count: int) -> Iterator[tuple[Anchor, list[int]]]:
    """For each anchor its frames forwards and backwards, itself first, as far as it is the nearest one."""
    places = [anchor.frame for anchor in anchors]
    for anchor in anchors:
        mine = [frame for frame in range(1, count + 1) if nearest_anchor(frame, places) == anchor.frame]
        yield anchor, [frame for frame in mine if frame >= anchor.frame]
        yield anchor, [anchor.frame, *(frame for frame in reversed(mine) if frame < anchor.frame)]


def _carried(model: PromptableSegmenter, frame: Frame, guess: MaskArray, looks: FloatArray) -> Seen:
    """The object where the last mask moved to. What has left the picture stays away: nothing points at it."""
    if not guess.any():
        return Seen(guess, 0.0, 0.0, 0.0)
    box = _with_margin(tight_box(guess), (guess.shape[1], guess.shape[0]))
    points = inner_points(guess, max(POINTS))
    ways = [Prompts(points[:count], (1,) * len(points[:count]), box) for count in POINTS]
    judged = [
        replace(
            each, agreement=overlap(each.mask, guess), likeness=alike(colours(_photo(frame), each.mask), looks)
        )
        for each in _answers(model, frame, ways)
    ]  # fmt: skip
    return max(judged, key=lambda each: each.agreement * each.likeness)


def _with_margin(box: tuple[int, int, int, int], size_wh: tuple[int, int]) -> Box:
    x0, y0, x1, y1 = box
    wide, high = MARGIN * (x1 - x0), MARGIN * (y1 - y0)
    return max(0.0, x0 - wide), max(0.0, y0 - high), min(size_wh[0], x1 + wide), min(size_wh[1], y1 + high)


def _answers(model: PromptableSegmenter, frame: Frame, ways: Sequence[Prompts]) -> list[Seen]:
    embedding = frame.embedding if isinstance(frame, EncodedFrame) else _embedded(model, frame)
    found = [segment(model, embedding, SegmentSettings(prompts, keep="best")) for prompts in ways]
    return [Seen(masks.mask(0), float(masks.predicted_iou[0])) for masks in found]


def _embedded(model: PromptableSegmenter, photo: Photo) -> ImageEmbedding:
    for snapshot in embed(model, photo):
        if isinstance(snapshot.result, ImageEmbedding):
            return snapshot.result
    raise ValueError("expected an embedding after the encoder's last part")


def _photo(frame: Frame) -> Photo:
    return frame.photo if isinstance(frame, EncodedFrame) else frame
