"""Is a network that somebody brings the one that they have, and is anything else refused by name?"""

from __future__ import annotations

import json

import pytest
import torch
import torchvision
import transformers
from safetensors.torch import save

from tests.tiny_models import noise_photo
from vizcore.errors import OwnModelRefused, VizError, WeightsMismatch
from vizcore.features import class_map, classify
from vizcore.learning import own_transformers
from vizcore.learning.own_model import own_model
from vizcore.zoo import session_cards
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import FeatureModel

NAME, CLASSES = "shufflenet_v2_x0_5", 3


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    torch.manual_seed(0)
    made: torch.nn.Module = torchvision.models.get_model(NAME, weights=None, num_classes=CLASSES).eval()
    return made


def test_it_answers_as_it_did_where_it_came_from(network: torch.nn.Module) -> None:
    made = own_model(NAME, save(network.state_dict()), ["mug", "stapler", "pen"])
    session_cards.keep(made)
    loaded = load_model(made.card, "cpu")
    session_cards.forget(made.card.key)
    assert isinstance(loaded, FeatureModel)
    found = classify(loaded, photo := noise_photo(240, 240))
    assert found.labels == ("mug", "stapler", "pen")
    pixels = loaded.pixels([loaded.prepare(photo)])
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    with torch.inference_mode():
        expected = network((pixels - mean) / deviation)[0].softmax(0)
    assert found.probabilities == pytest.approx(expected.numpy(), abs=1e-5)
    assert loaded.embed(pixels).shape[0] == 1
    assert made.card.facts["cam_stage"] in loaded.stages


CONFIGS = {
    "ResNetForImageClassification": {
        "embedding_size": 8,
        "hidden_sizes": [8, 16],
        "depths": [1, 1],
        "layer_type": "basic",
    },
    "ViTForImageClassification": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "patch_size": 32,
    },
}


@pytest.mark.parametrize("name", list(CONFIGS))
def test_a_class_of_transformers_with_its_config(name: str) -> None:
    kind = getattr(transformers, own_transformers.CLASSES[name])
    torch.manual_seed(0)
    network = getattr(transformers, name)(kind(**CONFIGS[name], num_labels=CLASSES)).eval()
    given = json.dumps(CONFIGS[name] | {"architectures": [name], "hidden_act": "relu" if "Res" in name else "gelu"})
    made = own_model(name, save(network.state_dict()), ["mug", "stapler", "pen"], given.encode())
    session_cards.keep(made)
    loaded = load_model(made.card, "cpu")
    session_cards.forget(made.card.key)
    assert isinstance(loaded, TorchFeatureModel)
    pixels = loaded.pixels([loaded.prepare(noise_photo(240, 240))])
    with torch.inference_mode():
        expected = network(pixel_values=loaded._normalised(pixels)).logits
        torch.testing.assert_close(loaded.logits(pixels), expected, atol=1e-5, rtol=1e-4)
    assert class_map(loaded, noise_photo(240, 240)).grid.ndim == 2
    if name == own_transformers.VIT:
        assert [each.shape for each in loaded.attentions(pixels)] == [(1, 2, 50, 50)] * 2
    else:
        with pytest.raises(WeightsMismatch):
            own_model(name, save(network.state_dict()))  # the library's own sizes are others


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
    ("name", "error", "reason"),
    [
        ("hf-hub:somebody/model", OwnModelRefused, "architecture"),
        ("no_such_net", OwnModelRefused, "architecture"),
        ("fasterrcnn_resnet50_fpn", OwnModelRefused, "architecture"),
        ("squeezenet1_1", OwnModelRefused, "output"),  # its classes come from a convolution
        ("mobilenet_v3_small", OwnModelRefused, "weights"),  # the head is called otherwise
        ("shufflenet_v2_x1_0", WeightsMismatch, None),
    ],
)
def test_what_does_not_fit_is_refused(
    network: torch.nn.Module, name: str, error: type[VizError], reason: str | None
) -> None:
    with pytest.raises(error) as caught:
        own_model(name, save(network.state_dict()))
    assert caught.value.values.get("reason") == reason


@pytest.mark.parametrize("data", [b"", b"\x80\x04K\x01.", b"\x10" * 100])
def test_a_pickle_or_a_broken_file_is_never_opened(data: bytes) -> None:
    with pytest.raises(OwnModelRefused) as caught:
        own_model(NAME, data)
    assert caught.value.values["reason"] == "weights"


def test_a_missing_layer_is_counted(network: torch.nn.Module) -> None:
    state = dict(network.state_dict())
    state.pop("conv5.0.weight")
    with pytest.raises(WeightsMismatch) as caught:
        own_model(NAME, save(state))
    assert caught.value.values["missing"] == 1
