"""Are the two bundled detectors what their docstrings say: shapes, state dicts, the trunk, no network?"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from vizcore.zoo.bundled.lite_trunk import CHANNELS, GivenMaps, LiteTrunk, trunk_state
from vizcore.zoo.bundled.mini_detectors import LABELS, QUERIES, detr_mini, yolo_mini

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


@pytest.mark.parametrize("size", [160, 320])
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
    assert answers(detr_mini(5).eval(), 160)[0].shape[-1] == 5


def test_trunk_gives_timms_own_maps_of_the_packaged_weights() -> None:
    from vizcore.zoo.catalogue import CARDS
    from vizcore.zoo.load import load_model

    trunk = LiteTrunk((4, 8, 16, 32))
    trunk.load_state_dict(trunk_state())
    whole: Any = load_model(CARDS["efficientnet-lite0"], "cpu")
    seen: dict[str, torch.Tensor] = {}
    for stage in ("stage3", "stage5"):
        whole.stages[stage].register_forward_hook(lambda _, __, out, at=stage: seen.__setitem__(at, out))
    pixels = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        whole.logits(pixels)
        maps = trunk(pixels)
    assert [tuple(m.shape[1:]) for m in maps] == [(c, 224 // s, 224 // s) for s, c in CHANNELS.items()]
    torch.testing.assert_close(maps[1], seen["stage3"], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(maps[3], seen["stage5"], rtol=1e-3, atol=1e-3)


def test_folded_trunk_gives_the_same_maps_without_batch_norms() -> None:
    trunk = LiteTrunk((4, 8, 16, 32))
    trunk.load_state_dict(trunk_state())
    pixels = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        before = trunk(pixels)
        after = trunk.fold()(pixels)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in trunk.modules())
    for a, b in zip(before, after, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4 * float(a.abs().max()))


@pytest.mark.parametrize("key", [*BUILDERS, "sam-mini"])
def test_loaded_models_have_a_folded_trunk(key: str) -> None:
    from vizcore.zoo.catalogue import CARDS
    from vizcore.zoo.load import load_model

    loaded: Any = load_model(CARDS[key], "cpu")
    trunk = loaded.module.get_submodule(str(CARDS[key].facts["trunk"]).rstrip("."))
    assert isinstance(trunk, LiteTrunk)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in trunk.modules())


def test_training_keeps_the_trunk_as_it_is() -> None:
    model = yolo_mini().train()
    assert not any(module.training for module in model.model[0].modules())
    assert model.model[-1].training


@pytest.mark.parametrize("name", list(BUILDERS))
def test_given_maps_stand_in_for_the_trunk(name: str) -> None:
    """A head without a trunk, given the trunk's maps, answers as the whole model does."""
    torch.manual_seed(0)
    whole = BUILDERS[name]().eval()
    head = BUILDERS[name](trunk=GivenMaps()).eval()
    state = whole.state_dict()
    head.load_state_dict({key: state[key] for key in head.state_dict()})
    pixels = torch.rand(1, 3, 160, 160)
    yolo = name == "yolo-mini"
    place = [each.model[0] if yolo else each.model.backbone.model.trunk for each in (whole, head)]
    with torch.inference_mode():
        place[1].hold(place[0](pixels))
        ours, theirs = (each(pixels) for each in (head, whole))
    a, b = ((x[0] if isinstance(x, tuple) else x.pred_boxes) for x in (ours, theirs))
    torch.testing.assert_close(a, b)


def test_detr_takes_over_the_neck_of_yolo() -> None:
    torch.manual_seed(0)
    source, model = yolo_mini(trunk=GivenMaps()), detr_mini(trunk=GivenMaps())
    model.model.encoder.load_neck(source.state_dict())
    theirs, ours = source.model[4].state_dict(), model.model.encoder.layers[3].state_dict()
    assert ours.keys() == theirs.keys()
    for key, value in theirs.items():
        torch.testing.assert_close(ours[key], value)


def test_building_asks_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("expected no look-up of a name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yolo_mini()
    detr_mini()
