"""Are the answers of a model that reads those of transformers' own CLIP, from its own files?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_clip import BEGIN, END, KEY, promised, theirs, written
from tests.tiny_models import noise_photo, tiny_vit
from tests.zoo.weight_files import settings_for
from vizcore.engine.isolation import footprint
from vizcore.errors import LabelsInvalid, ModelCannot, WeightsDamaged
from vizcore.features.zero_shot import ZeroShotSettings, labels_of, zero_shot
from vizcore.preprocessing.recipes import RECIPES
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.feature_models import HuggingFaceFeatureModel
from vizcore.zoo.load import load_model
from vizcore.zoo.text_image_models import TextImageModel

LABELS = ("cat", "dog", "red bus")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, TextImageModel]:
    folder, oracle = tmp_path_factory.mktemp("weights"), theirs()
    model: Any = load_model(written(folder, oracle), "cpu", settings_for(folder, weights=str(folder), offline=True))
    return oracle, model


def normalised(model: TextImageModel, seed: int = 0) -> torch.Tensor:
    recipe = RECIPES["clip-224-bicubic"]
    pixels = model.pixels([model.prepare(noise_photo(seed=seed))])
    mean, deviation = (torch.tensor(each).view(1, 3, 1, 1) for each in (recipe.mean, recipe.deviation))
    return (pixels - mean) / deviation


def test_logits_per_image_are_those_of_transformers(pair: tuple[Any, TextImageModel]) -> None:
    oracle, model = pair
    found = zero_shot(model, noise_photo(), ZeroShotSettings(LABELS))
    ids = torch.tensor([[BEGIN, 0, 1, 2, 0, *row] for row in ([3, END, END], [4, END, END], [5, 6, END])])
    mask = torch.tensor([[1] * 5 + row for row in ([1, 1, 0], [1, 1, 0], [1, 1, 1])])
    with torch.inference_mode():
        answer = oracle(input_ids=ids, attention_mask=mask, pixel_values=normalised(model))
    logits = answer.logits_per_image[0].double()
    assert found.sentences == ("a photo of a cat", "a photo of a dog", "a photo of a red bus")
    np.testing.assert_allclose(found.scale * found.cosines, logits.numpy(), atol=1e-4)
    np.testing.assert_allclose(found.probabilities, logits.softmax(0).numpy(), atol=1e-5)
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.scale == pytest.approx(oracle.logit_scale.exp().item())


def test_vectors_and_attention_are_those_of_transformers(pair: tuple[Any, TextImageModel]) -> None:
    oracle, model = pair
    pixels = model.pixels([model.prepare(noise_photo())])
    with torch.inference_mode():
        seen = oracle.vision_model(pixel_values=normalised(model))
        expected = oracle.visual_projection(seen.pooler_output)
        assert torch.allclose(model.embed(pixels), expected, atol=1e-5)
        attention = model.attentions(pixels)
    assert [each.shape for each in attention] == [(1, 2, 50, 50)] * 2
    assert torch.allclose(attention[0].sum(-1), torch.ones(1, 2, 50), atol=1e-5)


def test_attention_leaves_a_fresh_network_as_it_was(tmp_path: Path) -> None:
    import transformers

    small: Any = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
    card, facts = CARDS["dinov2-small"], CARDS["dinov2-small"].facts
    config = transformers.Dinov2Config(**(dict(facts["config"]) | small))
    module = transformers.Dinov2Model._from_config(config, attn_implementation="eager")
    tiny = replace(card, facts=facts | {"stages": {"block1": "encoder.layer.0"}})
    settings = settings_for(tmp_path, weights=str(tmp_path), offline=True)
    models: list[Any] = [HuggingFaceFeatureModel(tiny, module, (), "seed", "cpu")]
    models.append(load_model(written(tmp_path, theirs()), "cpu", settings))
    for model in models:
        before = footprint(model)
        with torch.inference_mode():
            assert len(model.attentions(model.pixels([model.prepare(noise_photo())]))) == 2
        assert footprint(model) == before


def test_the_order_of_labels_changes_nothing_but_the_order(pair: tuple[Any, TextImageModel]) -> None:
    one = zero_shot(pair[1], noise_photo(), ZeroShotSettings(LABELS))
    other = zero_shot(pair[1], noise_photo(), ZeroShotSettings(LABELS[::-1]))
    np.testing.assert_allclose(one.probabilities, other.probabilities[::-1], atol=1e-6)
    assert one.labels[one.order()[0]] == other.labels[other.order()[0]]


class ByHand:
    """A picture (3, 4) and two sentences (1, 0) and (0, 2): the cosines are 3/5 and 4/5."""

    card, weights_sha256, device = CARDS[KEY], "", "cpu"
    logit_scale = 10.0

    def prepare(self, photo: object) -> object:
        return photo

    def pixels(self, prepared: object) -> torch.Tensor:
        return torch.zeros(1, 3, 1, 1)

    def embed(self, pixels: torch.Tensor) -> torch.Tensor:
        return torch.tensor([[3.0, 4.0]])

    def embed_texts(self, sentences: object) -> torch.Tensor:
        return torch.tensor([[1.0, 0.0], [0.0, 2.0]])


def test_by_hand() -> None:
    model: Any = ByHand()
    found = zero_shot(model, noise_photo(), ZeroShotSettings(("x", "y")))
    np.testing.assert_allclose(found.cosines, [0.6, 0.8], atol=1e-7)
    np.testing.assert_allclose(found.probabilities, [1 / (1 + np.e**2), 1 / (1 + np.e**-2)], atol=1e-6)
    assert found.order() == [1, 0]


def test_labels_as_typed() -> None:
    assert labels_of("cat, dog\n red   bus ;;\ncat") == ("cat", "dog", "red bus")
    for text, reason in (("", "few"), ("cat,cat", "few"), (",".join(map(str, range(51))), "many")):
        with pytest.raises(LabelsInvalid) as caught:
            labels_of(text)
        assert caught.value.values["reason"] == reason


def test_what_cannot_be_answered(pair: tuple[Any, TextImageModel]) -> None:
    with pytest.raises(LabelsInvalid) as caught:
        zero_shot(pair[1], noise_photo(), ZeroShotSettings(("cat", "dog " * 20)))
    assert {**caught.value.values, "label": ""} == {"reason": "long", "label": "", "limit": 10, "given": 24}
    with pytest.raises(LabelsInvalid):
        zero_shot(pair[1], noise_photo(), ZeroShotSettings(("cat",)))
    with pytest.raises(ModelCannot):
        zero_shot(tiny_vit(), noise_photo())


def test_a_tokenizer_that_is_none(tmp_path: Path) -> None:
    card = written(tmp_path, theirs())
    settings = settings_for(tmp_path, weights=str(tmp_path), offline=True)
    path = tmp_path / KEY / "tokenizer.json"
    path.write_text('{"no": "tokenizer"}')
    with pytest.raises(WeightsDamaged):  # it is not the promised file
        load_model(card, "cpu", settings)
    with pytest.raises(WeightsDamaged):  # it is, and cannot be read
        load_model(replace(card, files=(card.files[0], promised(path))), "cpu", settings)


def test_the_published_size_is_that_of_the_network_we_build() -> None:
    import transformers

    card = CARDS[KEY]
    config: Any = {name: dict(v) if isinstance(v, dict) else v for name, v in card.facts["config"].items()}
    with torch.device("meta"):
        module = transformers.CLIPModel(transformers.CLIPConfig(**config))
    assert sum(each.numel() for each in module.parameters()) == round(card.parameters_m * 1e6)
    for path in card.facts["stages"].values():
        module.get_submodule(path)
    tensors = {name: ("F32", list(each.shape), 4 * each.numel()) for name, each in module.state_dict().items()}
    for name, count in (("text", 77), ("vision", 50)):
        tensors[f"{name}_model.embeddings.position_ids"] = ("I64", [1, count], 8 * count)
    header, end = {"__metadata__": {"format": "pt"}} | {}, 0
    for name, (kind, shape, length) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + length]}  # type: ignore[dict-item]
        end += length
    size = 8 + -(-len(json.dumps(header, separators=(",", ":"))) // 8) * 8 + end
    assert abs(size - (card.files[0].size_bytes or 0)) <= 64  # the order of the tensors changes digits of the header
