"""Pictures and sentences in one space (CLIP): a feature model whose vectors can be compared with those of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from vizcore.errors import LabelsInvalid, WeightsDamaged
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TransformersModel


class Tokenizer(Protocol):
    """What is asked of a tokenizer of the package `tokenizers`."""

    def encode(self, sequence: str, *, add_special_tokens: bool) -> Any:
        """An object with `ids`."""
        ...


class TextImageModel(TransformersModel):
    """A CLIPModel of transformers. `embed` gives the projected vector (B, D), not normalised."""

    def __init__(
        self, card: ModelCard, module: nn.Module, tokenizer: Tokenizer, weights_sha256: str, device: str
    ) -> None:
        self._tokenizer = tokenizer
        super().__init__(card, module, (), weights_sha256, device)

    @property
    def logit_scale(self) -> float:
        """What cosines are multiplied by before the softmax: exp of the learnt number, about 100 after training."""
        scale: Any = self.module.logit_scale
        return float(scale.exp())

    def tokens(self, sentences: Sequence[str]) -> torch.Tensor:
        """(n, T) int64: begin, the sentence, end, filled up with the end. LabelsInvalid for a sentence too long."""
        config: Any = self.module.config
        begin, end = config.text_config.bos_token_id, config.text_config.eos_token_id
        most = config.text_config.max_position_embeddings - 2
        found = [list(self._tokenizer.encode(each, add_special_tokens=False).ids) for each in sentences]
        for sentence, ids in zip(sentences, found, strict=True):
            if len(ids) > most:
                raise LabelsInvalid(reason="long", label=sentence[:40] + "…", limit=most, given=len(ids))
        longest = max(map(len, found))
        rows = [[begin, *ids, *[end] * (1 + longest - len(ids))] for ids in found]
        return torch.tensor(rows, device=self.device)

    def embed_texts(self, sentences: Sequence[str]) -> torch.Tensor:
        """Sentences -> (n, D), not normalised. The text is read up to its first end token; the filling is not."""
        module: Any = self.module
        with self._precision():
            read = module.text_model(input_ids=self.tokens(sentences))
            projected: torch.Tensor = module.text_projection(read.pooler_output)
        return projected.float()

    def _output(self, normalised: torch.Tensor) -> torch.Tensor:
        module: Any = self.module
        projected: torch.Tensor = module.visual_projection(module.vision_model(pixel_values=normalised).pooler_output)
        return projected

    def _attentions(self, normalised: torch.Tensor) -> list[torch.Tensor]:
        module: Any = self.module
        return list(module.vision_model(pixel_values=normalised, output_attentions=True).attentions)


def load_text_image(card: ModelCard, folder: Path, device: str) -> TextImageModel:
    """Facts: `class`, `config`, `unused`, `tokenizer`. Both files have matched their published hashes by now."""
    import transformers

    from vizcore.zoo.weights import load_into, load_state

    kind: Any = getattr(transformers, card.facts["class"])
    config = kind.config_class(**{name: _own(value) for name, value in card.facts["config"].items()})
    module = kind._from_config(config, attn_implementation="eager")
    unused = card.facts.get("unused", ())
    state = load_state(folder / card.files[0].name)
    load_into(module, {name: each for name, each in state.items() if not _any(unused, name)}, card)
    tokenizer = _read_tokenizer(folder / card.facts["tokenizer"], card.key)
    return TextImageModel(card, module, tokenizer, card.files[0].sha256 or "", device)


def _own(value: Any) -> Any:
    """A copy that a configuration may write into."""
    return dict(value) if isinstance(value, dict) else value


def _any(patterns: Sequence[str], name: str) -> bool:
    return any(re.match(pattern, name) for pattern in patterns)


def _read_tokenizer(path: Path, model: str) -> Tokenizer:
    from tokenizers import Tokenizer as Reader

    try:
        return Reader.from_file(str(path))
    except Exception as problem:  # a border: the package raises plain Exception for a bad file
        raise WeightsDamaged(model=model, file=str(path)) from problem
