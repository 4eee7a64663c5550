"""Is an operation that leaves something behind found out, and the next visitor kept from meeting it?"""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from tests.engine.fakes import FakeModel, Maker, answer, brightness, card, photo, value_of
from tests.patience import wait_until
from vizcore.engine import device
from vizcore.engine.isolation import Footprint, footprint, weights_of
from vizcore.errors import InternalError
from vizcore.photo import Photo
from vizcore.results import Embedding
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard


class TorchModel(FakeModel):
    def __init__(self, its_card: ModelCard, device: str) -> None:
        super().__init__(its_card, device)
        self.module = nn.Sequential(nn.Linear(3, 3), nn.ReLU()).eval().requires_grad_(False)


def hook_left(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    model.module[0].register_forward_hook(lambda *_: None)
    return answer(1.0)


def training_left(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    model.module.train()
    return answer(1.0)


def differentiable_left(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    model.module.requires_grad_(True)
    return answer(1.0)


def no_gradients_left(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    torch.set_grad_enabled(False)
    return answer(1.0)


def inference_across_a_step(model: TorchModel, picture: Photo, settings: object) -> Iterator[Snapshot]:
    with torch.inference_mode():
        yield Snapshot(1, 1, result=answer(1.0))


def hook_left_by_an_error(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    model.module[0].register_forward_hook(lambda *_: None)
    raise KeyError


def no_gradients_across_a_step(model: TorchModel, picture: Photo, settings: object) -> Iterator[Snapshot]:
    with torch.no_grad():
        yield Snapshot(1, 2)
        yield Snapshot(2, 2, result=answer(1.0))


def hook_across_a_step(model: TorchModel, picture: Photo, settings: object) -> Iterator[Snapshot]:
    handle = model.module[0].register_forward_hook(lambda *_: None)
    try:
        yield Snapshot(1, 1, result=answer(1.0))
    finally:
        handle.remove()


def clean(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    """Notices every trace of the others: mode, hooks, flags."""
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert not model.module[0]._forward_hooks
    assert not model.module.training
    assert not any(weight.requires_grad for weight in model.module.parameters())
    pixels = torch.ones(3, requires_grad=True)
    model.module(pixels).sum().backward()
    assert pixels.grad is not None
    return answer(2.0)


LEAVERS = [
    hook_left,
    training_left,
    differentiable_left,
    no_gradients_left,
    inference_across_a_step,
    hook_left_by_an_error,
    no_gradients_across_a_step,
    hook_across_a_step,
]


@pytest.mark.parametrize("leaver", LEAVERS, ids=lambda leaver: leaver.__name__)
def test_what_is_left_behind_is_an_error_and_meets_nobody(make_engine: Maker, leaver: object) -> None:
    engine = make_engine(TorchModel)
    with pytest.raises(InternalError):
        engine.run(leaver, "model", photo())  # type: ignore[arg-type]
    assert value_of(engine.run(clean, "model", photo())) == 2


def test_what_was_left_behind_is_logged(make_engine: Maker, caplog: pytest.LogCaptureFixture) -> None:
    """An error is logged without its message, which may hold a visitor's data; what this one says never does."""
    with pytest.raises(InternalError):
        make_engine(TorchModel).run(differentiable_left, "model", photo())
    (said,) = [each.getMessage() for each in caplog.records if "left behind" in each.getMessage()]
    now, before = said.split(", before it ")
    assert "differentiable=2" in now
    assert "differentiable=0" in before


def test_clean_work_keeps_its_model(make_engine: Maker) -> None:
    made: list[TorchModel] = []

    def load(its_card: ModelCard, device: str) -> TorchModel:
        made.append(TorchModel(its_card, device))
        return made[-1]

    engine = make_engine(load)
    result = engine.run(clean, "model", photo())
    engine.run(brightness, "model", photo())
    assert len(made) == 1
    assert result.provenance.dtype == "float32"


def test_threads_are_set_on_the_worker(make_engine: Maker) -> None:
    before = torch.get_num_threads()
    try:
        engine = make_engine(TorchModel, threads=1)
        assert value_of(engine.run(thread_count, "model", photo())) == 1
    finally:
        torch.set_num_threads(before)


def thread_count(model: TorchModel, picture: Photo, settings: object) -> Embedding:
    return answer(float(np.float64(torch.get_num_threads())))


def test_watching_a_model_does_not_keep_it() -> None:
    model = TorchModel(card(), "cpu")
    assert footprint(model) == footprint(model)
    gone = weakref.ref(model.module)
    del model
    gc.collect()
    assert gone() is None


def test_the_last_request_is_let_go(make_engine: Maker) -> None:
    """An idle worker holds neither the picture nor the answer of its last visitor."""
    engine = make_engine(cache_mb=0)
    picture, held = photo(9), []

    class Witness:
        sha256 = picture.sha256

    witness = Witness()
    held.append(weakref.ref(witness))
    engine.run(sees_nothing, "model", witness)
    del witness
    wait_until(lambda: gc.collect() >= 0 and held[0]() is None)


def sees_nothing(model: FakeModel, picture: object, settings: object) -> Embedding:
    return answer(0.0)


def test_a_torch_that_another_thread_is_loading_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    loading = ModuleType("torch")  # in sys.modules from the beginning, with none of its names
    loading.__spec__ = SimpleNamespace(_initializing=True)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "torch", loading)
    assert footprint(object()) == Footprint()
    assert not weights_of(object())
    assert not device.limit_threads(1)
    device.release_memory("cuda:0")
