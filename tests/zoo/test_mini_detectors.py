"""Are the two bundled detectors what their docstrings say: shapes, state dicts, the trunk of cnn-mini, no network?"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from vizcore.zoo.bundled.mini_classifiers import cnn_mini
from vizcore.zoo.bundled.mini_detectors import LABELS, QUERIES, MiniTrunk, detr_mini, yolo_mini

BUILDERS = {"yolo-mini": yolo_mini, "detr-mini": detr_mini}


@pytest.fixture(params=list(BUILDERS))
def built(request: pytest.FixtureRequest) -> tuple[str, Any]:
    torch.manual_seed(0)
    return request.param, BUILDERS[request.param]().eval()


def answers(model: Any, size: int) -> list[torch.Tensor]:
    pixels = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        given = model(pixels)
    return [given[0]] if isinstance(given, tuple) else [given.logits, given.pred_boxes]


@pytest.mark.parametrize("size", [128, 256])
def test_shapes_of_the_answers(built: tuple[str, Any], size: int) -> None:
    name, model = built
    given = answers(model, size)
    if name == "yolo-mini":
        places = sum((size // stride) ** 2 for stride in (8, 16, 32))
        assert given[0].shape == (2, 4 + len(LABELS), places)
    else:
        assert [tuple(each.shape) for each in given] == [(2, QUERIES, len(LABELS)), (2, QUERIES, 4)]
        assert given[1].min() >= 0
        assert given[1].max() <= 1


def test_half_precision_file_comes_back_strictly(built: tuple[str, Any], tmp_path: Path) -> None:
    name, model = built
    state = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in model.state_dict().items()}
    save_file(state, tmp_path / "half.safetensors")
    torch.manual_seed(7)
    again = BUILDERS[name]().eval()
    before = again.state_dict()
    assert any(not torch.equal(before[k], v) for k, v in model.state_dict().items())  # another start
    again.load_state_dict(
        {k: v.float() if v.is_floating_point() else v for k, v in load_file(tmp_path / "half.safetensors").items()}
    )
    for key, value in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[key].float(), value.float(), rtol=2e-3, atol=1e-6)


def test_heads_of_detr_are_one_under_two_names() -> None:
    model = detr_mini()
    names: dict[int, list[str]] = {}
    for name, tensor in model.state_dict().items():
        names.setdefault(tensor.data_ptr(), []).append(name)
    doubles = [group for group in names.values() if len(group) > 1 and "embed" in group[0]]
    assert doubles
    assert all(len(group) == 2 and any("model.decoder." in n for n in group) for group in doubles)


def test_class_count_is_free() -> None:
    given = answers(yolo_mini(5).eval(), 64)
    assert given[0].shape[1] == 9
    assert answers(detr_mini(5).eval(), 64)[0].shape[-1] == 5


def test_trunk_gives_cnn_minis_own_maps() -> None:
    torch.manual_seed(0)
    whole, trunk = cnn_mini().eval(), MiniTrunk().eval()
    seen: dict[str, torch.Tensor] = {}
    for stage in ("layer2", "layer4"):
        getattr(whole, stage).register_forward_hook(lambda _, __, out, at=stage: seen.__setitem__(at, out))
    trunk.load_classifier(whole.state_dict())
    pixels = torch.rand(1, 3, 128, 128)
    with torch.inference_mode():
        whole(pixels)
        maps = trunk(pixels).feature_maps
    torch.testing.assert_close(maps[0], seen["layer2"])
    torch.testing.assert_close(maps[1], seen["layer4"])
    assert [tuple(m.shape[1:]) for m in maps] == [(64, 16, 16), (256, 8, 8), (256, 4, 4)]


def test_trunk_refuses_another_models_weights() -> None:
    state = cnn_mini().state_dict()
    with pytest.raises(ValueError, match="expected the weights of a cnn-mini"):
        MiniTrunk().load_classifier(state | {"surprise": torch.zeros(1)})
    del state["layer3.0.conv1.weight"]
    with pytest.raises(ValueError, match="missing"):
        MiniTrunk().load_classifier(state)


def test_training_keeps_the_trunks_statistics() -> None:
    trunk = MiniTrunk().train()
    before = trunk.layer2[0].bn1.running_mean.clone()
    trunk(torch.rand(2, 3, 64, 64) + 3)
    assert torch.equal(trunk.layer2[0].bn1.running_mean, before)
    assert trunk.coarser[1].training


def test_building_asks_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("expected no look-up of a name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yolo_mini()
    detr_mini()
