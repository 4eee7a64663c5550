"""Which settings of a loader may a card state, and of which types? One table for each task, checked by mypy.

A card names what its loader and its operations ask for and nothing else, so every key may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from vizcore.preprocessing.recipes import Recipe


class OriginFacts(TypedDict, total=False):
    """Where the network comes from, and what it learnt from how much.

    builder: a function of torchvision, timm, segment_anything or of our own mini models. weights_enum, labels_enum:
    torchvision's enumeration that knows the labels. package, program: the Python package or the program of this machine
    that brings the weights. repo, revision: on Hugging Face. folder: of the card whose file this one shares. base: the
    card whose backbone a visitor's model has. classes: their number where no list of labels says it. pretraining,
    backbone: how the weights were learnt, and which networks are of one size.
    """

    builder: str
    weights_enum: str
    labels_enum: str
    package: str
    program: str
    repo: str
    revision: str
    folder: str
    base: str
    classes: int
    learnt_from: str
    pretraining: Literal["supervised", "self-supervised", "text-image"]
    backbone: str


# "class" is a word of Python's own, so this table is written as a call. class: of transformers. config: its arguments;
# renames: (pattern, replacement) of the names of published weights; unused: patterns of weights that are left out;
# tokenizer: the file with the tokens of a model that reads.
TransformersFacts = TypedDict(
    "TransformersFacts",
    {
        "class": str,
        "config": Mapping[str, Any],
        "backbone_config": Mapping[str, Any],
        "attention": str | None,
        "renames": tuple[tuple[str, str], ...],
        "unused": tuple[str, ...],
        "tokenizer": str,
    },
    total=False,
)


class FeatureFacts(TypedDict, total=False):
    """Classifiers and embedders: what is read inside.

    stages: name -> path of a module, shallow to deep (detectors too). cam_stage: where class maps look. head: the layer
    that gives the logits. layout: of a stage's output. prefix_tokens: before the patches, [CLS] and registers. patch:
    its side in pixels. dimension: of the vector before the head. scores_only: nothing inside can be read, no
    gradient had. given_recipe: where whoever brought the model said how it wants its pictures.
    """

    stages: Mapping[str, str]
    cam_stage: str
    head: str
    layout: Literal["nchw", "nhwc", "tokens"]
    prefix_tokens: int
    patch: int
    dimension: int
    scores_only: bool
    given_recipe: Recipe


class DetectorFacts(TypedDict, total=False):
    """Detectors. numbering: how classes are counted (`detection_labels`). head (YOLO): "one-to-many" or "one-to-one".
    scores (DETR): of one class against the others or each by itself. score: the least at which boxes are shown. trunk:
    prefix of its names in the model. architecture: Ultralytics' description.
    """

    numbering: str
    needs_nms: bool
    one_class: bool
    scores: Literal["softmax", "sigmoid"]
    score: float
    trunk: str
    architecture: str


class SegmenterFacts(TypedDict, total=False):
    """Segmenters, promptable or not, and readers. stretched: the picture is resized without keeping its shape. side,
    rounds: of GrabCut. trunk: prefix of its names in the model. page_segmentation: Tesseract's mode."""

    kind: Literal["semantic", "instance", "panoptic"]
    trunk: str
    stretched: bool
    side: int
    rounds: int
    page_segmentation: int


class Facts(OriginFacts, TransformersFacts, FeatureFacts, DetectorFacts, SegmenterFacts, total=False):
    """All that a card may state."""
