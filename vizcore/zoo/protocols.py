"""What a loaded model can be asked, whichever library it came from. Adapters return objects that satisfy these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import torch
    from torch import nn

    from vizcore.photo import Photo
    from vizcore.preprocessing.geometry import Placement
    from vizcore.preprocessing.recipes import Prepared
    from vizcore.zoo.cards import ModelCard
    from vizcore.zoo.prompting import CarriedMask, Decoded, EncodedPhoto, EncodingStep, PromptBatch


@runtime_checkable
class LoadedModel(Protocol):
    """A model in memory, in eval mode, its parameters frozen."""

    card: ModelCard
    weights_sha256: str

    def memory_bytes(self) -> int:
        """Bytes of its parameters and buffers."""
        ...

    def to_device(self, device: str) -> None:
        """Moves it; used by the pool only."""
        ...


@runtime_checkable
class FeatureModel(LoadedModel, Protocol):
    """A CNN or ViT that turns a picture into features and, where it has a head, class scores."""

    module: nn.Module
    device: str
    labels: Sequence[str]
    stages: Mapping[str, nn.Module]

    def prepare(self, photo: Photo) -> Prepared:
        """The photo as the model sees it, before normalisation, with the way back to photo pixels."""
        ...

    def pixels(self, prepared: Sequence[Prepared]) -> torch.Tensor:
        """Prepared photos as one batch (B, 3, S, S) in [0, 1] on the model's device."""
        ...

    @property
    def prefix_tokens(self) -> int:
        """Tokens before the first patch: [CLS] and registers; 0 for a CNN."""
        ...

    @property
    def has_attention(self) -> bool:
        """Whether `attentions` answers."""
        ...

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S) in [0, 1] -> (B, classes), differentiable; normalisation happens inside."""
        ...

    def embed(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S) in [0, 1] -> (B, D), the vector before the head (global pool or [CLS])."""
        ...

    def both(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Embedding and logits of one forward pass; only for a model with a head."""
        ...

    def as_maps(self, activation: torch.Tensor) -> torch.Tensor:
        """An activation of any of `stages` -> (B, C, h, w): tokens reshaped, prefix tokens dropped, channels first."""
        ...

    def attentions(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """Attention of every layer, (B, heads, N, N); ModelCannot for a model without global attention."""
        ...


@runtime_checkable
class ReadsText(Protocol):
    """A feature model that knows sentences too: vectors of both can be compared."""

    @property
    def logit_scale(self) -> float:
        """What cosines are multiplied by before the softmax."""
        ...

    def embed_texts(self, sentences: Sequence[str]) -> torch.Tensor:
        """Sentences -> (n, D), as long as `embed`'s, not normalised; LabelsInvalid for a sentence too long."""
        ...


@runtime_checkable
class Detector(LoadedModel, Protocol):
    """A model that proposes boxes."""

    module: nn.Module
    device: str
    labels: Sequence[str]

    @property
    def needs_nms(self) -> bool:
        """Whether its candidates overlap on one object until NMS has chosen."""
        ...

    @property
    def one_class(self) -> bool:
        """Whether a box stands for its best class only, not for every class that scores."""
        ...

    def prepare(self, photo: Photo) -> Prepared:
        """The photo as the model sees it (letterboxed or stretched), with the way back to photo pixels."""
        ...

    def pixels(self, prepared: Sequence[Prepared]) -> torch.Tensor:
        """Prepared photos of one size as one batch (B, 3, H, W) in [0, 1] on the model's device."""
        ...

    def scored_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """pixels -> boxes (B, N, 4) xyxy in the model's own pixels and class scores (B, N, C) in [0, 1].

        Where each class has a box of its own (Faster R-CNN) the boxes are (B, N, C, 4).
        """
        ...

    @property
    def stages(self) -> Mapping[str, nn.Module]:
        """Layers with maps (B, C, h, w) that every answer depends on, the one for class maps first."""
        ...

    def class_logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels -> (B, N, C), what softmax or sigmoid makes the scores of; differentiable."""
        ...


@runtime_checkable
class PromptableSegmenter(LoadedModel, Protocol):
    """A model that cuts out what a person points at: an expensive look at the photo, then cheap answers."""

    device: str

    @property
    def several(self) -> bool:
        """Whether it offers three candidates for one click."""
        ...

    def encode(self, photo: Photo) -> Iterator[EncodingStep]:
        """The photo through the encoder, part by part; the last step has the result."""
        ...

    def decode(self, encoded: EncodedPhoto, prompts: PromptBatch) -> Decoded:
        """Masks for prompts in model pixels. Cheap, and never runs the encoder."""
        ...


@runtime_checkable
class VideoSegmenter(LoadedModel, Protocol):
    """A model that carries one object's mask through a clip."""

    device: str

    def placement(self, photo: Photo) -> Placement:
        """Where the pixels of a frame lie in the model's picture."""
        ...

    def carry(self, photos: Sequence[Photo], shown: Mapping[int, PromptBatch]) -> Iterator[CarriedMask]:
        """Each frame once, in any order. shown: by place from 0, one set of prompts each, in model pixels."""
        ...
