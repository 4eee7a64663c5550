"""Does everything of ours travel, and is everything else refused unread, whichever way it comes?"""

from __future__ import annotations

import dataclasses
import importlib
import pickle
import re
import sys
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import numpy as np
import pytest

import vizcore
from tests.engine import fakes
from tests.engine.backends.conftest import Pair
from tests.engine.backends.double import new_replica
from vizcore.engine.backends import plain
from vizcore.engine.backends.arrivals import Arrivals, ArrivingPhoto
from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.backends.bundle import bundle, open_bundle
from vizcore.engine.backends.fitting import hints_of
from vizcore.engine.backends.ray_transport import Link
from vizcore.engine.backends.transport import ReplicaGone, StoreFull
from vizcore.engine.backends.wire import ByKey, Call, Update, pack, unpack
from vizcore.engine.pool import PooledModel
from vizcore.errors import ClusterMismatch, MessageRefused, VizError
from vizcore.photo import Photo
from vizcore.results import Embedding, Provenance, Result, ResultGroup

OnCluster = Callable[..., Pair]

# What travels


@pytest.mark.parametrize(
    "array",
    [np.arange(12.0).reshape(3, 4)[:, ::2], np.asfortranarray(np.ones((2, 3), ">i2")), np.array(3.5), np.zeros((0, 4)),
     np.array(["ab", "c"]), np.array([True, False]), np.array(["2026-11-29"], "M8[D]"), np.array([1 + 2j])],
)  # fmt: skip
def test_arrays(array: np.ndarray) -> None:
    back = plain.loads(plain.dumps(array))
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert np.array_equal(back, array)
    assert not back.flags.writeable


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        10**30,
        0.1,
        "é",
        b"\0",
        (1, [2, {"a": {3, 4}}]),
        frozenset({1}),
        1 + 2j,
        np.float32(0.1),
        np.bool_(1),
    ],
)
def test_plain_values(value: object) -> None:
    back = plain.loads(plain.dumps(value))
    assert (type(back), back) == (type(value), value)


def test_photos_and_errors() -> None:
    photo, way = fakes.photo(3), Arrivals()
    way.add({photo.sha256: photo})
    for each in (photo, ArrivingPhoto.on_its_way(photo.sha256, way)):
        back = plain.loads(plain.dumps(each))
        assert (type(back), back.sha256, back.name) == (Photo, photo.sha256, each.name)
        assert np.array_equal(back.rgb, photo.rgb)
    mismatch = plain.loads(plain.dumps(ClusterMismatch(part="ray", here="1", there="2")))
    assert (type(mismatch), mismatch.values) == (ClusterMismatch, {"part": "ray", "here": "1", "there": "2"})
    lost = [plain.loads(plain.dumps(each)) for each in (ReplicaGone("it died"), StoreFull())]
    assert [(type(each), str(each)) for each in lost] == [(ReplicaGone, "it died"), (StoreFull, "")]


@pytest.mark.parametrize(
    "value", [print, Path("x"), plain, Photo, object(), np.array([object()]), np.zeros(2, "i4,f8")]
)
def test_nothing_else_is_written(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        plain.dumps({"a": value})


SCANNED = {"features", "similarity", "detection", "segmentation", "metrics", "generation", "tracking"}
TRAVEL = {str, int, float, bool, bytes, tuple, list, dict, Mapping, Sequence, np.ndarray, NoneType, UnionType, VizError,
          typing.Union, typing.Literal, typing.Any, object, Callable}  # fmt: skip


DEFINES = re.compile(r"^class \w*(Settings\b|\w*\((Result|BoxSet)\))", re.MULTILINE)


def test_results_and_settings_are_of_types_that_travel() -> None:
    seen: set[object] = set()
    root = Path(vizcore.__file__).parent
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if inside.parts[0] in SCANNED and DEFINES.search(path.read_text(encoding="utf-8")):
            module = importlib.import_module(".".join(("vizcore", *inside.with_suffix("").parts)))
            for name, each in vars(module).items():
                if name.endswith("Settings") and isinstance(each, type):
                    _expect_to_travel(each, seen)
    for kind in _subclasses(Result):
        if kind.__module__.startswith("vizcore."):
            _expect_to_travel(kind, seen)
    assert len(seen) > 60


def _subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def _expect_to_travel(kind: object, seen: set[object]) -> None:
    if kind in seen or isinstance(kind, (typing.TypeVar, str)) or kind is Ellipsis:
        return
    seen.add(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        for each in typing.get_type_hints(kind).values():
            _expect_to_travel(each, seen)
        return
    origin = typing.get_origin(kind) or kind
    assert origin in TRAVEL, kind
    if origin not in {np.ndarray, typing.Literal, Callable}:
        for each in typing.get_args(kind):
            _expect_to_travel(each, seen)


# What does not


class Touch:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[object, ...]:
        return open, (self.path, "w")


def named(module: str, name: str, more: bytes = b"") -> bytes:
    """A pickle that asks for this name, and does `more` with what it gets."""
    return pickle.PROTO + b"\x05" + asked(module, name) + more + pickle.STOP


def asked(module: str, name: str) -> bytes:
    """As `dumps` asks for a name."""
    return b"".join(pickle.SHORT_BINUNICODE + bytes([len(each)]) + each.encode() for each in (module, name)) + b"\x93"


OWN = "vizcore.engine.backends.plain"
CALLED = b")R"  # with no arguments
CHANGED = b"(N}(X\x08\x00\x00\x00_allowedX\x03\x00\x00\x00os.uttb"  # state: (None, {"_allowed": "os."})


def built(address: str, *values: object) -> bytes:
    """What a frozen dataclass of this address and with these values would be."""
    body = pickle.dumps((address, values), protocol=4)[2:-1]
    return pickle.PROTO + b"\x04" + asked(OWN, "DATACLASS") + body + pickle.REDUCE + pickle.STOP


HOSTILE = {
    "a function of Python's": named("os", "getcwd", CALLED),
    "a builtin": named("builtins", "list", CALLED),
    "a class of ours": named("vizcore.photo", "Photo"),
    "a function of ours": named("vizcore.photo", "pixels_sha256"),
    "a module's own names": named(OWN, "importlib"),
    "a dotted name": named(OWN, "importlib.import_module"),
    "a change of a constructor": named(OWN, "DATACLASS", CHANGED),
    "a name in protocol 0's way": b"c" + f"{OWN}\nDATACLASS\n.".encode(),
    "no frozen dataclass": built("vizcore.engine.backends.node:Node", None, 1),
    "no class": built("vizcore.photo:pixels_sha256", 1),
    "another package": built("dataclasses:Field", 1),
    "what another package defines": built("vizcore.photo:NDArray", 1),
    "what only shows": built("vizcore.ui.session:Session"),
    "too few values": built("vizcore.photo:Note", "code"),
    "pixels that are none": built("vizcore.photo:Photo", 1, "", (), ""),
    "half of one": pickle.dumps(0)[:-2],
    "nothing": b"",
    "noise": bytes(range(256)),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_ours_is_refused(data: bytes) -> None:
    with pytest.raises(MessageRefused):
        plain.loads(data)
    with pytest.raises(MessageRefused):
        unpack(data, Update)


def test_arrays_are_what_their_bytes_can_be() -> None:
    good = {"dtype": "<f8", "shape": (2,), "content": bytes(16)}
    assert plain._array((), **good).tolist() == [0, 0]  # type: ignore[arg-type]
    for change in ({"dtype": "O"}, {"dtype": "i4,f8"}, {"dtype": np.dtype("f8")}, {"shape": (3,)}, {"shape": (-1,)},
                   {"shape": (2.0,)}, {"shape": [2]}, {"shape": (10**18, 10**18)}, {"shape": (1,) * 33},
                   {"shape": (0, 1 << 70)}, {"dtype": "<f8" + " " * 40}, {"content": b"1"}):  # fmt: skip
        with pytest.raises((ValueError, TypeError)):
            plain._array((), **{**good, **change})  # type: ignore[arg-type]


def test_what_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = plain.dumps(bytes(100))
    monkeypatch.setattr(plain, "MOST_BYTES", 99)
    with pytest.raises(MessageRefused):
        plain.loads(data)


def test_reports_and_calls_hold_what_their_reader_relies_on() -> None:
    names = [each.name for each in dataclasses.fields(Update)]
    for wrong in ({"best": "a text"}, {"error": "a text"}, {"latest": 1}, {"status": {}}):
        values = {**{name: getattr(Update(), name) for name in names}, **wrong}
        address = plain.address_of_kind(Update)
        with pytest.raises(MessageRefused):
            unpack(built(address, *values.values()), Update)
    assert unpack(built(address, *[getattr(Update(), name) for name in names]), Update).state == "waiting"
    with pytest.raises(MessageRefused):
        unpack(pack((1, 2)), Update)
    with pytest.raises(ValueError, match="expected"):
        Call(1, "", "", None, None, None, 0.0)  # type: ignore[arg-type]


# What everybody's pages read

MODEL = {"key": "m", "device": "cpu", "bytes": 10, "in_use": 0}
STATUS: dict[str, object] = {"devices": ("cpu",), "models": (PooledModel(**MODEL),), "budget_bytes": 1, "calls": 0,
                             "places": (), "absent": ()}  # fmt: skip
KNOWN = {each.name: getattr(Provenance(), each.name) for each in dataclasses.fields(Provenance)}
REPORT = {each.name: getattr(Update(), each.name) for each in dataclasses.fields(Update)}
WRONG: list[tuple[type, dict[str, Any], dict[str, object]]] = [
    *((PooledModel, MODEL, {name: None}) for name in MODEL),
    *((PooledModel, MODEL, {"bytes": each}) for each in (-1, 0.5, float("nan"), True, 10**400, 1 << 64)),
    (PooledModel, MODEL, {"key": 1}),
    *((BackendStatus, STATUS, {name: each}) for name in STATUS for each in (None, "x", (None,), -1, float("nan"))),
    *((BackendStatus, STATUS, {name: ()}) for name in ("budget_bytes", "calls")),
    (BackendStatus, STATUS, {"calls": 10**400}),
    *((Update, REPORT, {"weights_sha256": each}) for each in (None, [], 1)),
    *((Update, REPORT, {"missing": each}) for each in (None, (None,), "a", [])),
    *((Update, REPORT, {"history": each}) for each in (None, (1,), ((1, None),), (("a", {}),), ((1, {2: 0.5}),))),
    *((Update, REPORT, {"state": each}) for each in (None, "lost", [])),
    *((Update, REPORT, {name: "x"}) for name in ("known", "begun_again")),
    *((Provenance, KNOWN, {name: 1}) for name in KNOWN if name != "seed"),
    (Provenance, KNOWN, {"timing_ms": {"model": "x"}}),
    (Provenance, KNOWN, {"notes": (None,)}),
    (Provenance, KNOWN, {"photos_sha256": ([],)}),
    (Embedding, {"provenance": None, "vector": np.zeros(2), "layer": ""}, {}),
    (ResultGroup, {"provenance": Provenance(), "results": (None,)}, {}),
    (ResultGroup, {"provenance": Provenance(), "results": 1}, {}),
]


def as_read(kind: type, values: Mapping[str, object]) -> object:
    """As a replica would send it: made without its checks."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return plain.loads(plain.dumps(made))


@pytest.mark.parametrize(("kind", "values", "wrong"), WRONG)
def test_what_a_replica_says_of_itself_and_its_answers_is_of_the_types_stated(
    kind: type, values: dict[str, Any], wrong: dict[str, object]
) -> None:
    if wrong:
        assert isinstance(as_read(kind, values), kind)
    with pytest.raises(MessageRefused):
        as_read(kind, values | wrong)


def test_sums_of_what_replicas_say_are_still_a_status() -> None:
    most = (1 << 63) - 1
    BackendStatus((), (PooledModel("m", "vis-0 cpu", most, most),), 1000 * most, 1000 * most, ("vis-0",))
    with pytest.raises(ValueError, match="expected"):
        BackendStatus((), (None,), 1, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected"):
        PooledModel("m", "cpu", "x", 0)  # type: ignore[arg-type]


def _example(hint: Any) -> Any:
    """A value that fits."""
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    if typing.get_origin(hint) is UnionType:
        return _example(typing.get_args(hint)[0])
    return {str: "x", int: 1, float: 0.5, list[str]: ["x"]}[hint]


def _errors(kind: type[VizError] = VizError) -> Iterator[type[VizError]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("vizcore.errors"):
            yield each
            yield from _errors(each)


@pytest.mark.parametrize("kind", list(_errors()), ids=lambda kind: kind.__name__)
def test_errors_have_the_values_that_they_state(kind: type[VizError]) -> None:
    values = {name: _example(hint) for name, hint in hints_of(kind).items()}
    assert plain.loads(plain.dumps(kind(**values))).values == values
    for wrong in ({name: None} for name in [*values, "code", "args", "values"]):
        with pytest.raises(MessageRefused):
            plain.loads(plain.dumps(kind(**{**values, **wrong})))  # type: ignore[arg-type]
    if needed := [name for name in values if not hasattr(kind, name)]:
        with pytest.raises(MessageRefused):
            plain.loads(plain.dumps(kind(**{name: each for name, each in values.items() if name != needed[0]})))


# The three directions


def test_a_caller_who_means_harm(tmp_path: Path) -> None:
    replica, photo = new_replica(fakes.settings()), fakes.photo(1)
    harm = pickle.dumps(Touch(tmp_path / "run"))
    update = unpack(replica.begin(harm, b"", [], []), Update)
    assert (update.state, type(update.error)) == ("failed", MessageRefused)
    call = Call("job", "tests.engine.fakes:brightness", "", None, ByKey(photo.sha256), None, 0.0)
    evil = b"".join(bundle({photo.sha256: photo}))
    for given in (harm, evil[:40], evil[:16] + b"\xff" * 16):
        assert unpack(replica.begin(pack(call), given, [], []), Update).state == "failed"
    other = dataclasses.replace(call, job="other")
    replica.bring("other", [], [harm])
    assert not unpack(replica.begin(pack(other), b"", [], []), Update).known, "it was ended"
    with pytest.raises(MessageRefused):
        open_bundle(harm)
    assert not (tmp_path / "run").exists()
    replica.close()


def test_a_replica_that_means_harm(on_cluster: OnCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = on_cluster(1)
    harm = pickle.dumps(Touch(tmp_path / "run"))
    pair.engine.run(fakes.brightness, "model", fakes.photo(1))
    monkeypatch.setattr(pair.cluster.replicas["vis-0"], "begin", lambda *_: harm)
    with pytest.raises(MessageRefused):
        pair.engine.run(fakes.brightness, "model", fakes.photo(2))
    assert not (tmp_path / "run").exists()


HOSTILE_DRIVER = """
import sys, pickle
from multiprocessing.connection import Connection
class Touch:
    def __reduce__(self):
        return open, ({path!r}, "w")
app = Connection(int(sys.argv[1]))
app.recv()
app.send_bytes(pickle.dumps(Touch()))
app.recv()
"""


def test_a_driver_that_was_led_astray(tmp_path: Path) -> None:
    link = Link([sys.executable, "-c", HOSTILE_DRIVER.format(path=str(tmp_path / "run"))])
    with pytest.raises(ReplicaGone):
        link.ask("connect", None, within_s=60)
    assert not (tmp_path / "run").exists()
    link.close()


def test_an_answer_survives_as_it_was() -> None:
    answer = Embedding(Provenance(operation="x", settings={"a": (1, 2.5)}), np.arange(5.0), "layer")
    back = unpack(pack(Update("done", best=answer)), Update).best
    assert isinstance(back, Embedding)
    assert back.vector.tobytes() == answer.vector.tobytes()
    assert back.to_json() == answer.to_json()
