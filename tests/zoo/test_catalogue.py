"""Do the cards tell the truth about files, networks and licences? Checked against the installed libraries."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tests.patience import PATIENCE_S
from tests.zoo.weight_files import card_for
from vizcore.errors import UnknownModel
from vizcore.preprocessing.recipes import RECIPES
from vizcore.settings import Settings
from vizcore.zoo.bundled import mini_classifiers
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import CARDS, TABLES, card, cards_for, visible_cards
from vizcore.zoo.catalogue.bundled_cards import read_bundled_cards
from vizcore.zoo.catalogue.huggingface_cards import HUGGINGFACE_CARDS
from vizcore.zoo.catalogue.torchvision_cards import TORCHVISION_CARDS
from vizcore.zoo.weights import is_pinned, load_into
from vizcore.zoo.weights.folders import candidate_folders, inside
from vizcore.zoo.weights.state import renamed

REPORT: dict[str, Any] = {
    "sha256": "0" * 64,
    "size_bytes": 5_600_000,
    "parameters_m": 2.8,
    "labels": ["cat", "dog"],
    "measured": [{"name": "top-1", "value": 57.5, "unit": "%", "source": "training/log.jsonl"}],
    "training_data": "thumbnails: research use",
    "limits": "small",
}


def bundled(tmp_path: Path) -> tuple[ModelCard, ...]:
    for key in ("cnn-mini", "vit-mini"):
        (tmp_path / f"{key}.json").write_text(json.dumps(REPORT))
    return read_bundled_cards(tmp_path)


def named(each: ModelCard) -> str:
    return each.key


OFFICIAL = [*TORCHVISION_CARDS, *HUGGINGFACE_CARDS]


def test_the_models_we_promise_are_there() -> None:
    expected = ["resnet18", "resnet50", "vgg16", "alexnet", "mobilenet-v3-large", "convnext-tiny", "swin-t", "vit-b-16"]
    expected += ["hf-vit-base-patch16-224", "hf-vit-base-in21k", "dinov2-small", "dinov2-base"]
    expected += ["dinov2-small-registers"]
    assert [each.key for each in OFFICIAL] == expected
    assert len(CARDS) == sum(len(table) for table in TABLES), "two cards share a key"


@pytest.mark.parametrize("each", OFFICIAL, ids=named)
def test_card_is_complete(each: ModelCard) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", each.key)
    assert inside(Path("x"), each.key)
    assert each.recipe in RECIPES
    assert re.search(r"\(\D+ (19|20)\d\d\)$", each.paper)
    assert "" not in {each.licences.code, each.licences.weights, each.licences.training_data}
    for file in each.files:
        assert file.url.startswith("https://")
        assert file.url.endswith(f"/{file.name}")
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.sha256 or file.name.endswith(".safetensors"), "without a hash only what cannot carry code"


def test_only_what_has_no_published_hash_is_not_pinned() -> None:
    assert [each.key for each in OFFICIAL if not is_pinned(each)] == ["dinov2-small-registers"]


@pytest.mark.parametrize("each", TORCHVISION_CARDS, ids=named)
def test_torchvision_says_the_same(each: ModelCard) -> None:
    import torchvision

    weights = torchvision.models.get_weight(str(each.facts["weights_enum"]))
    file, measured = each.files[0], {quality.name: quality.value for quality in each.measured}
    assert weights.url == file.url
    assert str(file.sha256).startswith(file.name.rpartition("-")[2].removesuffix(".pth"))
    assert round((file.size_bytes or 0) / 2**20, 3) == weights.meta["_file_size"]
    assert weights.meta["num_params"] == round(each.parameters_m * 1e6)
    accuracies = weights.meta["_metrics"]["ImageNet-1K"]
    assert measured == {"top-1, ImageNet-1K": accuracies["acc@1"], "top-5, ImageNet-1K": accuracies["acc@5"]}


@pytest.mark.parametrize("each", TORCHVISION_CARDS, ids=named)
def test_torchvision_prepares_pictures_as_the_recipe_does(each: ModelCard) -> None:
    import torchvision

    preset = torchvision.models.get_weight(str(each.facts["weights_enum"])).transforms()
    recipe = RECIPES[each.recipe]
    assert (preset.resize_size, preset.crop_size) == ([recipe.shorter_side], [recipe.size])
    assert preset.interpolation.value == recipe.kind
    assert (tuple(preset.mean), tuple(preset.std)) == (recipe.mean, recipe.deviation)


def built(each: ModelCard) -> nn.Module:
    """The network of a card without memory for its weights."""
    import torchvision
    import transformers

    with torch.device("meta"):
        if each.source == "torchvision":
            return torchvision.models.get_model(str(each.facts["builder"]), weights=None)
        if each.source == "bundled":
            return getattr(mini_classifiers, str(each.facts["builder"]))()
        kind = getattr(transformers, str(each.facts["class"]))
        config: Any = each.facts["config"]
        return kind(kind.config_class(**config))


def check_network(each: ModelCard) -> None:
    module = built(each).eval()
    assert sum(p.numel() for p in module.parameters()) == round(each.parameters_m * 1e6)
    stages: Any = each.facts["stages"]
    for path in stages.values():
        module.get_submodule(str(path))
    assert each.facts["cam_stage"] in stages
    if head := str(each.facts.get("head", "")):
        assert module.get_submodule(head).in_features == each.facts["dimension"]
    order = [name for name, _ in module.named_modules()]
    places = [order.index(str(path)) for path in stages.values()]
    assert places == sorted(places), "stages run from shallow to deep"
    assert shapes_fit(each, module)


def shapes_fit(each: ModelCard, module: nn.Module) -> bool:
    """Whether the activation at `cam_stage` has the layout that the facts state."""
    recipe = RECIPES[each.recipe]
    seen: list[torch.Size] = []
    stages: Any = each.facts["stages"]
    handle = module.get_submodule(str(stages[each.facts["cam_stage"]])).register_forward_hook(
        lambda _module, _inputs, output: seen.append((output if torch.is_tensor(output) else output[0]).shape)
    )
    module(torch.zeros(1, 3, recipe.size, recipe.size, device="meta"))
    handle.remove()
    if each.facts["layout"] == "tokens":
        patch, prefix = int(str(each.facts["patch"])), int(str(each.facts["prefix_tokens"]))
        return seen[0] == (1, prefix + (recipe.size // patch) ** 2, each.facts["dimension"])
    height, width = seen[0][1:3] if each.facts["layout"] == "nhwc" else seen[0][2:]
    return len(seen[0]) == 4 and height == width >= 7


@pytest.mark.parametrize("each", OFFICIAL, ids=named)
def test_facts_fit_the_network(each: ModelCard) -> None:
    check_network(each)


def test_facts_fit_the_bundled_networks(tmp_path: Path) -> None:
    from dataclasses import replace

    for each in bundled(tmp_path):
        count = sum(p.numel() for p in built(each).parameters())
        check_network(replace(each, parameters_m=count / 1e6))


# The names in published files, produced by transformers itself: it saves under them and renames on loading.


def tiny(each: ModelCard) -> nn.Module:
    import transformers

    kind = getattr(transformers, str(each.facts["class"]))
    small = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
    if "intermediate_size" in dict(each.facts["config"]):  # type: ignore[call-overload]
        small["intermediate_size"] = 48
    return kind(kind.config_class(**(dict(each.facts["config"]) | small)))  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("each", HUGGINGFACE_CARDS, ids=named)
def test_renames_are_those_of_transformers(each: ModelCard, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    theirs: Any = tiny(each)
    theirs.save_pretrained(tmp_path)
    published = load_file(tmp_path / "model.safetensors")
    assert any("encoder.layer.0.attention.attention.query" in name for name in published)
    ours = tiny(each)
    load_into(ours, published, each)
    for name, tensor in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], tensor)
    assert renamed(theirs.state_dict(), each).keys() == theirs.state_dict().keys(), "new names stay as they are"


def published_names(each: ModelCard, module: nn.Module) -> dict[str, torch.Tensor]:
    back = [("attention.q_proj", "attention.attention.query"), ("attention.k_proj", "attention.attention.key")]
    back += [("attention.v_proj", "attention.attention.value"), ("attention.o_proj", "attention.output.dense")]
    if "ViT" in str(each.facts["class"]):
        back += [("mlp.fc1", "intermediate.dense"), ("mlp.fc2", "output.dense")]
    found = {}
    for name, tensor in module.state_dict().items():
        old = re.sub(r"(^|vit\.)layers\.", r"\1encoder.layer.", name)
        for new, published in back:
            old = old.replace(new, published)
        found[old] = tensor
    return found


def safetensors_size(tensors: dict[str, torch.Tensor]) -> int:
    """How long a file with these float32 tensors is: 8 bytes, the header padded to 8, the data."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in sorted(tensors):
        begin, end = end, end + 4 * tensors[name].numel()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [begin, end]}
    return 8 + -(-len(json.dumps(header, separators=(",", ":"))) // 8) * 8 + end


@pytest.mark.parametrize(("key", "slack"), [("dinov2-small", 0), ("dinov2-base", 0), ("hf-vit-base-patch16-224", 8)])
def test_published_size_is_that_of_the_network_we_build(key: str, slack: int) -> None:
    """Names, shapes and number of tensors together give the length of the file to the byte (padding apart)."""
    each = CARDS[key]
    assert abs(safetensors_size(published_names(each, built(each))) - (each.files[0].size_bytes or 0)) <= slack


# What is listed


def test_bundled_cards_need_their_report(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read_bundled_cards(tmp_path) == ()
    both = bundled(tmp_path)
    assert [each.key for each in both] == ["cnn-mini", "vit-mini"]
    assert both[0].measured[0].value == 57.5
    assert both[0].files[0].size_bytes == 5_600_000
    (tmp_path / "cnn-mini.json").write_text("{}")
    assert [each.key for each in read_bundled_cards(tmp_path)] == ["vit-mini"]
    (tmp_path / "vit-mini.json").write_text("not json")
    assert read_bundled_cards(tmp_path) == ()
    assert "cnn-mini" in caplog.text


def test_bundled_cards_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cards = [*bundled(tmp_path), *OFFICIAL]
    monkeypatch.setattr("vizcore.zoo.catalogue.CARDS", {each.key: each for each in cards})
    assert [each.key for each in cards_for("classify")][:3] == ["cnn-mini", "vit-mini", "resnet18"]


def test_tasks() -> None:
    dino = {"dinov2-small", "dinov2-base", "dinov2-small-registers"}
    assert {each.key for each in cards_for("embed")} == dino | {"hf-vit-base-in21k", "clip-vit-base-patch32"}
    assert {each.family for each in cards_for("segment")} == {"deeplab", "mask-rcnn", "detr"}
    assert all(each.task == "classify" for each in cards_for("classify"))


def test_permissive_only_hides_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copyleft = bundled(tmp_path)[0]
    assert not copyleft.licences.permissive
    monkeypatch.setattr("vizcore.zoo.catalogue.CARDS", {"cnn-mini": copyleft, "toy": card_for(b"")})
    strict = Settings(permissive_only=True)
    assert [each.key for each in visible_cards(strict)] == ["toy"]
    assert [each.key for each in cards_for("classify", strict)] == ["toy"]
    assert card("cnn-mini", Settings()) is copyleft
    with pytest.raises(UnknownModel) as caught:
        card("cnn-mini", strict)
    assert caught.value.values == {"key": "cnn-mini", "known": ["toy"]}


def test_the_catalogue_loads_nothing_heavy() -> None:
    code = """
import sys
import vizcore.zoo.catalogue, vizcore.zoo.guards, vizcore.zoo.load, vizcore.zoo.weights
print(sorted({"torch", "torchvision", "transformers", "ultralytics", "numpy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.strip() == "[]"


def test_every_file_has_a_place_of_its_own(tmp_path: Path) -> None:
    """Two cards never look for different contents under the same path, except where the hash decides."""
    settings = Settings(weights=str(tmp_path / "admin"), cache_dir=str(tmp_path / "cache"))
    seen: dict[Path, str | None] = {}
    for each in CARDS.values():
        for folder in candidate_folders(each, settings):
            for file in each.files:
                path = folder / file.name
                assert seen.setdefault(path, file.sha256) == file.sha256, path
