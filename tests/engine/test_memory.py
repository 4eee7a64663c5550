"""When memory runs out: is room made, is it tried once more, and is a fall to the CPU told?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.engine.fakes import CountingLoader, FakeModel, Maker, answer, brightness, card, photo, value_of
from tests.patience import PATIENCE_S
from vizcore.engine.device import is_out_of_memory
from vizcore.errors import OutOfMemory
from vizcore.photo import Note, Photo
from vizcore.results import Embedding
from vizcore.snapshots import Snapshot


class OutOfMemoryError(RuntimeError):
    """Named like torch's own."""


ERRORS = [
    OutOfMemoryError("CUDA"),
    MemoryError(),
    RuntimeError("CUDA error: out of memory"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_signs_of_a_lack_of_memory(error: Exception) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize("error", [RuntimeError("shape mismatch"), ValueError("out of memory"), KeyError("x")], ids=str)
def test_other_errors_are_not(error: Exception) -> None:
    assert not is_out_of_memory(error)


@dataclass(frozen=True)
class Shortage:
    """devices: where the operation finds no memory, one entry for every time it does not."""

    devices: tuple[str, ...]


TRIED: list[str] = []


@pytest.fixture(autouse=True)
def _clean() -> None:
    TRIED.clear()


def check(device: str, shortage: Shortage) -> None:
    TRIED.append(device)
    if TRIED.count(device) <= shortage.devices.count(device):
        raise OutOfMemoryError


def hungry(model: FakeModel, picture: Photo, settings: Shortage) -> Embedding:
    check(model.device, settings)
    return answer(1.0)


def hungry_at_the_second_step(model: FakeModel, picture: Photo, settings: Shortage) -> Iterator[Snapshot]:
    for step in range(1, 4):
        if step == 2:
            check(model.device, settings)
        yield Snapshot(step, 3, {"loss": 1.0}, result=answer(step))


@pytest.fixture
def on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.device_models.resolve_device", lambda wanted: "cuda:0")


@pytest.mark.usefixtures("on_cuda")
@pytest.mark.parametrize(
    ("shortage", "tried", "device", "notes"),
    [
        (("cuda:0",), ["cuda:0"] * 2, "cuda:0", ()),
        (("cuda:0",) * 2, ["cuda:0", "cuda:0", "cpu"], "cpu", (Note("fell_to_cpu", {"from": "cuda:0"}),)),
    ],
    ids=["once", "twice"],
)
def test_retry_then_cpu(
    make_engine: Maker, shortage: tuple[str, ...], tried: list[str], device: str, notes: tuple[Note, ...]
) -> None:
    engine = make_engine(device="cuda")
    result = engine.run(hungry, "model", photo(), Shortage(shortage))
    assert tried == TRIED
    assert (result.provenance.device, result.provenance.notes) == (device, notes)
    assert engine.status().device == "cuda:0"
    assert all(model.in_use == 0 for model in engine.status().models)


@pytest.mark.usefixtures("on_cuda")
def test_idle_models_make_room(make_engine: Maker) -> None:
    engine = make_engine(device="cuda")
    engine.run(brightness, "idle", photo())
    engine.run(hungry, "model", photo(), Shortage(("cuda:0",)))
    assert [model.key for model in engine.status().models] == ["model"]


@pytest.mark.usefixtures("on_cuda")
def test_nowhere_enough(make_engine: Maker) -> None:
    engine = make_engine(device="cuda", memory_mb=50)
    with pytest.raises(OutOfMemory) as told:
        engine.run(hungry, "model", photo(), Shortage(("cuda:0", "cuda:0", "cpu")))
    assert told.value.values == {"model": "model", "needed_mb": 1.0, "budget_mb": 50}
    assert value_of(engine.run(brightness, "model", photo(5))) == 5, "the next run works"


def test_on_the_cpu_there_is_no_further_place(make_engine: Maker) -> None:
    with pytest.raises(OutOfMemory):
        make_engine().run(hungry, "model", photo(), Shortage(("cpu", "cpu")))
    assert TRIED == ["cpu", "cpu"]


@pytest.mark.usefixtures("on_cuda")
def test_a_job_begins_again(make_engine: Maker) -> None:
    job = make_engine(device="cuda").start(hungry_at_the_second_step, "model", photo(), Shortage(("cuda:0",) * 2))
    assert value_of(job.result(PATIENCE_S)) == 3
    assert [step for step, _ in job.history()] == [1, 2, 3]
    assert job.result().provenance.device == "cpu"


@pytest.mark.usefixtures("on_cuda")
def test_a_load_without_memory_falls_to_the_cpu(make_engine: Maker) -> None:
    loader = CountingLoader(errors=[OutOfMemoryError(), OutOfMemoryError()])
    result = make_engine(loader, device="cuda").run(brightness, "model", photo(5))
    assert loader.loads == [("model", "cuda:0"), ("model", "cuda:0"), ("model", "cpu")]
    assert result.provenance.device == "cpu"


def test_a_model_over_the_budget_is_refused(make_engine: Maker) -> None:
    engine = make_engine(find_card=lambda key: card(key, megabytes=3000.5))
    with pytest.raises(OutOfMemory):
        engine.run(brightness, "huge", photo())


def test_a_missing_device_is_told(make_engine: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.device_models.resolve_device", lambda wanted: "cpu")
    result = make_engine(device="cuda").run(brightness, "model", photo())
    assert result.provenance.device == "cpu"
    assert result.provenance.notes == (Note("device_absent", {"wanted": "cuda"}),)
