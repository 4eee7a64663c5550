"""A CLIP with random weights and eight words, written as the files that a card promises."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from vizcore.zoo.cards import ModelCard, WeightFile
from vizcore.zoo.catalogue import CARDS

KEY = "clip-vit-base-patch32"
WORDS = ("a", "photo", "of", "cat", "dog", "red", "bus", "unknown")
BEGIN, END = 10, 11
SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
TEXT = SMALL | {"vocab_size": 12, "max_position_embeddings": 12, "bos_token_id": BEGIN, "eos_token_id": END}
CONFIG = {"text_config": TEXT, "vision_config": SMALL | {"patch_size": 32}, "projection_dim": 8}
STAGES = {"block1": "vision_model.encoder.layers.0", "block2": "vision_model.encoder.layers.1"}


def theirs(seed: int = 0) -> Any:
    """transformers' own model, by its own attention."""
    torch.manual_seed(seed)
    parts = {name: dict(value) if isinstance(value, dict) else value for name, value in CONFIG.items()}
    return transformers.CLIPModel(transformers.CLIPConfig(**parts)).eval()


def written(folder: Path, module: Any) -> ModelCard:
    """Both files in the model's folder, positions beside the weights as published, and the card with their hashes."""
    place = folder / KEY
    place.mkdir(parents=True)
    positions = {"text_model.embeddings.position_ids": 12, "vision_model.embeddings.position_ids": 50}
    extra = {name: torch.arange(count)[None] for name, count in positions.items()}
    save_file(dict(module.state_dict()) | extra, place / "model.safetensors")
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="unknown"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(place / "tokenizer.json"))
    files = tuple(promised(place / name) for name in ("model.safetensors", "tokenizer.json"))
    small: Any = {"config": CONFIG, "stages": STAGES, "cam_stage": "block1", "dimension": 8}
    return replace(CARDS[KEY], files=files, facts=CARDS[KEY].facts | small)


def promised(path: Path) -> WeightFile:
    content = path.read_bytes()
    return WeightFile(path.name, "", hashlib.sha256(content).hexdigest(), len(content))
