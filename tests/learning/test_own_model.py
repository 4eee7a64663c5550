"""Is a network that somebody brings the one that they have, and is anything else refused by name?"""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from typing import Any

import pytest
import timm
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import save
from timm.data.transforms_factory import create_transform
from torch import nn
from torchvision.models.vision_transformer import VisionTransformer
from torchvision.transforms._presets import ImageClassification
from transformers.models.convnext.image_processing_pil_convnext import ConvNextImageProcessorPil
from transformers.utils.constants import IMAGENET_DEFAULT_MEAN, IMAGENET_DEFAULT_STD

from tests.tiny_models import noise_photo
from vizcore.errors import OwnLabelsDiffer, OwnModelRefused, VizError, WeightsMismatch
from vizcore.features import class_map, classify
from vizcore.i18n.sentences import sentence_for
from vizcore.learning import own_model as own_model_module
from vizcore.learning import own_transformers
from vizcore.learning.own_layers import layer_facts
from vizcore.learning.own_model import own_model
from vizcore.photo import Photo
from vizcore.zoo import session_cards
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.load import load_model
from vizcore.zoo.session_models import TransformersNetwork

NAME, CLASSES = "shufflenet_v2_x0_5", 3
LABELS = ("mug", "stapler", "pen")
CONFIGS: dict[str, dict[str, Any]] = {
    "ResNetForImageClassification": {
        "embedding_size": 8,
        "hidden_sizes": [8, 16],
        "depths": [1, 1],
        "layer_type": "basic",
    },
    "ConvNextForImageClassification": {"hidden_sizes": [8, 12, 16, 24], "depths": [1, 1, 1, 1]},
    "RegNetForImageClassification": {
        "embedding_size": 8,
        "hidden_sizes": [8, 12, 16, 24],
        "depths": [1, 1, 1, 1],
        "groups_width": 4,
    },
    "ViTForImageClassification": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "patch_size": 32,
    },
}
TORCHVISION = (NAME, "regnet_y_400mf", "vit_b_16")
TIMM = ("test_resnet", "test_convnext", "test_efficientnet")
MAPS = dict.fromkeys(CONFIGS, 2) | {"vit_b_16": 2}  # stages, where there are fewer than three
ROW_OF_ANOTHER = dict(pairwise([*CONFIGS, *TORCHVISION, *TIMM, next(iter(CONFIGS))]))


@pytest.fixture(autouse=True)
def small_vit(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision's smallest ViT has 86 million parameters; here the same class has two narrow blocks."""

    def made(name: str, weights: None, num_classes: int) -> nn.Module:
        if name != "vit_b_16":
            return real(name, weights=weights, num_classes=num_classes)
        return VisionTransformer(224, 56, 2, 2, 16, 32, num_classes=num_classes)

    real: Any = torchvision.models.get_model
    monkeypatch.setattr(torchvision.models, "get_model", made)


def library_network(name: str) -> nn.Module:
    """Of its library, with random numbers."""
    torch.manual_seed(0)
    if name in CONFIGS:
        kind = getattr(transformers, own_transformers.CLASSES[name])
        made: nn.Module = getattr(transformers, name)(kind(**CONFIGS[name], num_labels=CLASSES))
    elif name in TIMM:
        made = timm.create_model(name, num_classes=CLASSES)
    else:
        made = torchvision.models.get_model(name, weights=None, num_classes=CLASSES)
    return made.eval()


def config_of(name: str) -> bytes:
    """As a repository has it beside the state dict."""
    return json.dumps(CONFIGS[name] | {"architectures": [name]}).encode() if name in CONFIGS else b""


def library_answer(name: str, network: nn.Module, photo: Photo) -> torch.Tensor:
    """What its library's own preprocessing and forward pass say to the photo: (1, classes)."""
    picture = Image.fromarray(photo.rgb)
    with torch.inference_mode():
        if name in CONFIGS:
            processor = ConvNextImageProcessorPil(
                size={"shortest_edge": 224},
                resample=Image.Resampling.BILINEAR,
                image_mean=IMAGENET_DEFAULT_MEAN,
                image_std=IMAGENET_DEFAULT_STD,
            )
            return network(**processor(picture, return_tensors="pt")).logits  # type: ignore[no-any-return]
        if name in TIMM:
            transform: Any = create_transform(224, interpolation="bilinear", crop_pct=224 / 256)
        else:
            transform = ImageClassification(crop_size=224)
        return network(transform(picture)[None])  # type: ignore[no-any-return]


def taken(name: str, network: nn.Module) -> TorchFeatureModel:
    made = own_model(name, save(network.state_dict()), LABELS, config_of(name))
    session_cards.keep(made)
    loaded = load_model(made.card, "cpu")
    session_cards.forget(made.card.key)
    assert isinstance(loaded, TorchFeatureModel)
    return loaded


@pytest.mark.parametrize("name", [*TORCHVISION, *TIMM, *CONFIGS])
def test_it_answers_as_its_library_does(name: str) -> None:
    network, photo = library_network(name), noise_photo(300, 240)
    loaded = taken(name, network)
    found = classify(loaded, photo)
    expected = library_answer(name, network, photo)
    pixels = loaded.pixels([loaded.prepare(photo)])
    torch.testing.assert_close(loaded.logits(pixels), expected, atol=1e-5, rtol=1e-4)
    assert found.labels == LABELS
    assert found.probabilities == pytest.approx(expected[0].softmax(0).numpy(), abs=1e-5)
    assert loaded.embed(pixels).ndim == 2
    assert len(loaded.stages) >= MAPS.get(name, 3)
    assert class_map(loaded, photo).grid.ndim == 2
    assert loaded.has_attention == ("vit" in name.lower())
    if loaded.has_attention:
        side = 224 // (56 if name == "vit_b_16" else 32)
        assert [each.shape for each in loaded.attentions(pixels)] == [(1, 2, side**2 + 1, side**2 + 1)] * 2


@pytest.mark.parametrize(("name", "other"), ROW_OF_ANOTHER.items())
def test_the_numbers_of_another_architecture_are_refused(name: str, other: str) -> None:
    with pytest.raises((OwnModelRefused, WeightsMismatch)) as caught:
        own_model(name, save(library_network(other).state_dict()), LABELS, config_of(name))
    sentence = sentence_for(caught.value)
    assert name in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_a_config_of_other_sizes_is_another_network() -> None:
    state = save(library_network("ConvNextForImageClassification").state_dict())
    with pytest.raises(WeightsMismatch):
        own_model("ConvNextForImageClassification", state)  # the library's own sizes are others


class Attending(nn.Module):
    """Maps of 8 x 8 and 4 x 4, attention among the sixteen places, and a block that computes channels last."""

    def __init__(self) -> None:
        super().__init__()
        self.wide, self.deep = nn.Conv2d(3, 6, 28, 28), nn.Conv2d(6, 5, 2, 2)
        self.attention, self.block, self.scores = nn.Softmax(-1), nn.Identity(), nn.Linear(5, 3)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        maps = self.deep(self.wide(pixels))
        rows = self.attention(torch.zeros(1, 1, 16, 16))
        self.block(maps.permute(0, 2, 3, 1))
        return self.scores((maps.flatten(2) @ rows[0, 0]).mean(2))  # type: ignore[no-any-return]


def test_only_maps_are_stages() -> None:
    facts = layer_facts(Attending().eval(), "attending", vit=False)
    assert facts["stages"] == {"8 × 8": "wide", "4 × 4": "deep"}
    assert (facts["cam_stage"], facts["head"], facts["classes"]) == ("4 × 4", "scores", 3)


class TwoHeads(Attending):
    """Its scores are the mean of two layers, so that none of them is the head."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return super().forward(pixels) / 2


@pytest.mark.parametrize(("network", "reason"), [(TwoHeads(), "output"), (nn.Linear(224, 3), "output")])
def test_a_network_whose_head_gives_no_scores_is_refused(network: nn.Module, reason: str) -> None:
    with pytest.raises(OwnModelRefused) as caught:
        layer_facts(network.eval(), "two", vit=False)
    assert caught.value.reason == reason


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return library_network(NAME)


@pytest.mark.parametrize(
    "config",
    [b"{", b"[]", b'{"auto_map": {"AutoModel": "x--y.Z"}}', b'{"layer_type": "odd"}', b" " * 200_000],
)
def test_a_config_that_says_something_else_is_refused(config: bytes) -> None:
    state = save({"classifier.1.weight": torch.zeros(3, 8)})
    with pytest.raises(OwnModelRefused) as caught:
        own_model("ResNetForImageClassification", state, config=config)
    assert caught.value.reason == "config"


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("ViTForImageClassification", {"num_hidden_layers": 1_000_000}),
        ("ViTForImageClassification", {"num_hidden_layers": 201}),
        ("ViTForImageClassification", {"num_hidden_layers": -(10**4000)}),
        ("ViTForImageClassification", {"hidden_size": 10**9}),
        ("ViTForImageClassification", {"intermediate_size": 10**9}),
        ("ViTForImageClassification", {"image_size": [10**9, 10**9]}),
        ("ViTForImageClassification", {"patch_size": 1, "hidden_size": 8, "num_attention_heads": 8}),
        ("ViTForImageClassification", {"patch_size": [1, 2], "num_hidden_layers": 1}),
        ("ResNetForImageClassification", {"depths": [1_000_000, 1]}),
        ("ResNetForImageClassification", {"depths": [51, 50, 50, 50]}),
        ("ResNetForImageClassification", {"hidden_sizes": [64, 10**9]}),
        ("RegNetForImageClassification", {"depths": [1, 1, 1, 10**6]}),
        ("RegNetForImageClassification", {"embedding_size": 10**9}),
        ("ConvNextForImageClassification", {"depths": [10**6] * 4}),
        ("ConvNextForImageClassification", {"num_stages": 10**6}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_config_of_very_many_layers_is_refused_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch, name: str, config: dict[str, Any]
) -> None:
    built: list[Any] = []
    monkeypatch.setattr(transformers, name, built.append)
    with pytest.raises(OwnModelRefused) as caught:
        own_transformers.maker(name, json.dumps(config).encode())(CLASSES)
    assert (caught.value.reason, built) == ("config", [])


@pytest.mark.parametrize(("patch", "refused"), [(4, False), (1, True)])
def test_few_parameters_at_very_many_places_are_too_much_work(patch: int, refused: bool) -> None:
    """A ConvNeXt-XL as published does 122 billion operations for a picture; with patches of one pixel, 1,948."""
    config = transformers.ConvNextConfig(hidden_sizes=[256, 512, 1024, 2048], depths=[3, 3, 27, 3], patch_size=patch)
    with torch.device("meta"):
        plan = TransformersNetwork(transformers.ConvNextForImageClassification(config))
    with pytest.raises(OwnModelRefused) if refused else contextlib.nullcontext():
        own_transformers.check_work(plan, "ConvNextForImageClassification")


def test_a_config_as_large_as_published_ones_is_read() -> None:
    deepest = {"depths": [3, 8, 36, 3], "hidden_sizes": [2020, 4040, 11110, 28280], "out_indices": [-1]}
    assert own_transformers._values("ResNetForImageClassification", json.dumps(deepest).encode()) == deepest


@pytest.mark.parametrize("classes", [10**6, 10**8])
def test_more_classes_than_the_file_has_numbers_for_are_not_built(
    monkeypatch: pytest.MonkeyPatch, classes: int
) -> None:
    made: list[int] = []
    real = own_model_module._maker(NAME)

    def noted(count: int) -> Any:
        made.append(count)
        return real(count) if count == 1000 else nn.Identity()

    monkeypatch.setattr(own_model_module, "_maker", lambda _name: noted)
    with pytest.raises(OwnModelRefused) as caught:
        own_model(NAME, save({"fc.weight": torch.zeros(classes, 0)}))
    assert (caught.value.reason, made) == ("weights", [1000])


@pytest.mark.parametrize(
    ("name", "error", "reason"),
    [
        ("hf-hub:somebody/model", OwnModelRefused, "architecture"),
        ("no_such_net", OwnModelRefused, "architecture"),
        ("fasterrcnn_resnet50_fpn", OwnModelRefused, "architecture"),
        ("squeezenet1_1", OwnModelRefused, "output"),  # its classes come from a convolution
        ("test_vit", OwnModelRefused, "weights"),
        ("mobilenet_v3_small", OwnModelRefused, "weights"),  # the head is called otherwise
        ("shufflenet_v2_x1_0", WeightsMismatch, None),
    ],
)
def test_what_does_not_fit_is_refused(network: nn.Module, name: str, error: type[VizError], reason: str | None) -> None:
    with pytest.raises(error) as caught:
        own_model(name, save(network.state_dict()))
    assert caught.value.values.get("reason") == reason


@pytest.mark.parametrize("data", [b"", b"\x80\x04K\x01.", b"\x10" * 100])
def test_a_pickle_or_a_broken_file_is_never_opened(data: bytes) -> None:
    with pytest.raises(OwnModelRefused) as caught:
        own_model(NAME, data)
    assert caught.value.values["reason"] == "weights"


def test_a_missing_layer_is_counted(network: nn.Module) -> None:
    state = dict(network.state_dict())
    state.pop("conv5.0.weight")
    with pytest.raises(WeightsMismatch) as caught:
        own_model(NAME, save(state))
    assert caught.value.values["missing"] == 1


def test_the_names_of_the_classes_are_part_of_who_it_is(network: nn.Module) -> None:
    """Two visitors bring the same numbers under names of their own."""
    data = save(network.state_dict())
    first, second = (own_model(NAME, data, labels) for labels in (LABELS, LABELS[::-1]))
    assert first.card.key != second.card.key
    assert first.weights_sha256 != second.weights_sha256


@pytest.mark.parametrize("labels", [LABELS[:2], (*LABELS, "cup")])
def test_a_list_of_another_length_is_refused(network: nn.Module, labels: tuple[str, ...]) -> None:
    with pytest.raises(OwnLabelsDiffer) as caught:
        own_model(NAME, save(network.state_dict()), labels)
    assert (caught.value.found, caught.value.limit) == (len(labels), CLASSES)
