"""What one batch teaches: thumbnails their label, natural photos what people and EfficientNet-Lite2 said of them."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from training.batches import Batch, jitter_colours, normalise, paste_smaller
from training.packs import CAT, DOG, ClassTable, NaturalPhotos, SoftAnswers, Thumbnails
from vizcore.zoo.bundled.mini_classifiers import CLASS_COUNT

TEACHER_OUTPUTS = 1000


def known_sets(photos: NaturalPhotos, classes: ClassTable) -> torch.Tensor:
    """(n, 104) bool: the classes that a person's label leaves possible; a row without True says nothing."""
    allowed = torch.zeros(len(photos.label), CLASS_COUNT, dtype=torch.bool)
    allowed[torch.from_numpy(photos.species == CAT)] = _member_row(classes.cats)
    allowed[torch.from_numpy(photos.species == DOG)] = _member_row(classes.dogs)
    labelled = torch.from_numpy(photos.label >= 0)
    allowed[labelled] = F.one_hot(torch.from_numpy(photos.label)[labelled], CLASS_COUNT).bool()
    return allowed


def _member_row(members: list[int]) -> torch.Tensor:
    row = torch.zeros(CLASS_COUNT, dtype=torch.bool)
    row[members] = True
    return row


def partial_label_loss(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """-log of the probability that falls on the allowed set; rows that allow nothing count as 0."""
    known = allowed.any(1)
    inside = torch.logsumexp(logits.masked_fill(~allowed, -1e9), 1) - torch.logsumexp(logits, 1)
    return -(inside * known).sum() / len(logits)


def species_loss(logits: torch.Tensor, allowed: torch.Tensor, cats: list[int], dogs: list[int]) -> torch.Tensor:
    """-log of the right species' share of what falls on cats and dogs; rows of no species count as 0."""
    both = torch.stack([torch.logsumexp(logits[:, members], 1) for members in (cats, dogs)], 1)
    rest = allowed.clone()
    rest[:, [*cats, *dogs]] = False
    cat, dog = allowed[:, cats].any(1), allowed[:, dogs].any(1)
    known = (cat ^ dog) & ~rest.any(1)
    said = F.cross_entropy(both, dog.long(), reduction="none")
    return (said * known).sum() / len(logits)


class ClassificationCriterion:
    """What one batch teaches: the sum of the losses described in the module's docstring.

    `species_weight`: what telling cats from dogs counts for beside the rest of a natural photo's loss.
    """

    def __init__(
        self,
        thumbs: Thumbnails,
        photos: NaturalPhotos,
        classes: ClassTable,
        answers: SoftAnswers,
        generator: torch.Generator,
        species_weight: float = 0.0,
    ) -> None:
        self._labels = torch.from_numpy(thumbs.label)
        self._allowed = known_sets(photos, classes)
        self._teacher_ids = torch.from_numpy(answers.ids)
        self._teacher_shares = torch.from_numpy(answers.logits).float().softmax(1)
        self._ids_of_ours = torch.from_numpy(classes.imagenet).long()
        self._generator = generator
        self._members, self._species_weight = (classes.cats, classes.dogs), species_weight

    def pixels_and_targets(self, batch: Batch, *, mix: bool) -> tuple[torch.Tensor, torch.Tensor]:
        pixels = jitter_colours(normalise(batch.rgb), self._generator)
        targets = F.one_hot(self._labels[batch.thumbnail_rows], CLASS_COUNT).float()
        if mix:
            n = batch.thumbnails
            pixels = pixels.clone(memory_format=torch.channels_last)
            pixels[:n], targets = paste_smaller(pixels[:n], targets, self._generator)
        return pixels, targets

    def loss(self, outputs: tuple[torch.Tensor, torch.Tensor], batch: Batch, targets: torch.Tensor) -> torch.Tensor:
        thumbs, photos = self.parts(outputs, batch, targets)
        return thumbs + photos

    def parts(
        self, outputs: tuple[torch.Tensor, torch.Tensor], batch: Batch, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What thumbnails and what natural photos add to the mean over the batch."""
        logits, extra = outputs
        n = batch.thumbnails
        thumbs = F.cross_entropy(logits[:n], targets, label_smoothing=0.1)
        allowed = self._allowed[batch.photo_rows]
        photos = partial_label_loss(logits[n:], allowed)
        if self._species_weight:
            photos = photos + self._species_weight * species_loss(logits[n:], allowed, *self._members)
        shares = torch.zeros(len(logits) - n, TEACHER_OUTPUTS)
        shares.scatter_(1, self._teacher_ids[batch.photo_rows], self._teacher_shares[batch.photo_rows])
        ours = shares[:, self._ids_of_ours]
        folded = -(ours * logits[n:].log_softmax(1)).sum() / (len(logits) - n)
        teacher = F.cross_entropy(extra[n:], shares)
        share = n / len(logits)
        return share * thumbs, (1 - share) * (photos + folded + 0.5 * teacher)
