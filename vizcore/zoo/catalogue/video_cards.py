"""Segmenters that carry a mask through a clip: SAM 2.1's video model, in the very file of its picture model."""

from __future__ import annotations

from dataclasses import replace

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue.promptable_cards import OTHER_CARDS

_PICTURES = next(card for card in OTHER_CARDS if card.key == "sam2-hiera-tiny")

# Tensors of `Sam2VideoModel`'s default configuration: 38,963,010 numbers, the size of the file but for its header.
VIDEO_CARDS: tuple[ModelCard, ...] = (
    replace(
        _PICTURES,
        key="sam2-video-hiera-tiny",
        title="SAM 2.1 Hiera-Tiny (video)",
        task="video",
        loader="vizcore.zoo.huggingface_video:load_video",
        parameters_m=38.962498,
        facts={
            "repo": _PICTURES.facts["repo"],
            "revision": _PICTURES.facts["revision"],
            "folder": _PICTURES.key,
            "class": "Sam2VideoModel",
            "config": {},
        },
    ),
)
