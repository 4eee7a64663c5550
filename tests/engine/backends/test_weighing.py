"""Is a message refused before it costs more than its bytes, and does everything that is written here pass?"""

from __future__ import annotations

import pickle
import pickletools
import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tests.engine import fakes
from tests.engine.backends.test_plain import OWN, asked, built
from tests.patience import LONG_PATIENCE_S
from tests.time_bounds import within
from vizcore.engine.backends import plain, weighing
from vizcore.engine.backends.weighing import expect_light
from vizcore.engine.backends.wire import ByKey, Call, Update
from vizcore.errors import ClusterMismatch, MessageRefused
from vizcore.results import Provenance, ResultGroup
from vizcore.zoo.catalogue import visible_cards

P = Provenance("x", "m", settings={"a": (1, 2.5)}, timing_ms={"model": 1.0})
SHARED = ("label", *map(str, range(300)))

HONEST = {
    "numbers": [0, -1, 255, 256, 65536, 1 << 31, -(1 << 40), 1 << 3000, 0.5, True, None, 1 + 2j, np.float32(1)],
    "many floats": [float(each) for each in range(100_000)],
    "floats that look like others": [float(np.frombuffer(b"G(G.G(G.", ">f8")[0])] * 5,
    "texts": ["", "é", "x" * 300, "x" * 70_000, "\ud800"],
    "bytes": [b"", b"x" * 300, b"x" * 70_000, bytearray(b"x" * 70_000)],
    "sets": [set(), {1, "a", (1, 2)}, frozenset({(3, "b"), frozenset({1})}), frozenset()],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "keys": {(name, each): [each] for name in ("small", "large") for each in range(1000)},
    "floats as keys": {each / 7: each for each in range(20_000)},
    "one part often": [(SHARED, {"labels": SHARED}) for _ in range(2000)],
    "many parts, each twice": [each for number in range(500) for each in 2 * ((number, str(number)),)],
    "arrays": [np.zeros((300, 300)), np.arange(3), np.zeros((0, 4)), np.array(["a"])],
    "photos and answers": [fakes.photo(1), fakes.answer(2.0), ResultGroup(P, (fakes.answer(1), fakes.answer(2)))],
    "an error": ClusterMismatch(part="ray", here="1", there="2"),
    "a call": Call("job", "a:b", "m", visible_cards()[0], (ByKey("a"), ByKey("b")), P, 0.25, ("b",)),
    "a report": Update("done", best=fakes.answer(2.0), history=tuple((each, {"loss": 0.5}) for each in range(3000))),
}  # fmt: skip


@pytest.mark.parametrize("value", HONEST.values(), ids=HONEST)
def test_what_is_written_here_passes(value: Any) -> None:
    data = plain.dumps(value)
    expect_light(data)
    assert plain.dumps(plain.loads(data)) == data or isinstance(value, list)
    buffers: list[pickle.PickleBuffer] = []
    expect_light(plain.dumps(value, buffers.append), [each.raw().nbytes for each in buffers])


def test_every_opcode_that_is_known_is_one_of_pickles_with_that_argument() -> None:
    known = {each.name: each for each in pickletools.opcodes}
    for table in (weighing.SCALARS, weighing.GETS, weighing.SKIPPED):
        for name, width in table.items():
            argument = known[name].arg
            assert width == (argument.n if argument else 0), name
    for name, width in weighing.COUNTED.items():
        assert known[name].arg.n == {1: -2, 4: -3 if name == "LONG4" else -4, 8: -5}[width] or width == 4, name  # type: ignore[union-attr]


def test_random_changes_never_pass_what_the_walk_reads_otherwise() -> None:
    """Where it lets a message pass, pickle's own reader of opcodes finds the same end."""
    rng = random.Random(5)
    whole = plain.dumps([(1, 2.5, "abc" * 100), {"a": {3}}, P, b"x" * 40])
    passed = 0
    for _ in range(3000):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 1, 2))):
            data[rng.randrange(len(data))] = rng.choice(b"\x8c\x94(.GKNq0h]u}e\x86\x93R\x00\x01\x05")
        try:
            expect_light(bytes(data))
        except (ValueError, IndexError):
            continue
        passed += 1
        ends = [at for _, _, at in pickletools.genops(bytes(data))] if _is_text(data) else [len(data) - 1]
        assert ends[-1] == len(data) - 1
    assert passed > 100


def _is_text(data: bytearray) -> bool:
    try:
        list(pickletools.genops(bytes(data)))
    except UnicodeDecodeError:
        return False
    return True


# What is refused

PROTO = b"\x80\x05"


def doubled(times: int) -> bytes:
    """A tuple of one tuple twice, and so on: three bytes each time double its size."""
    return b"N\x85\x94" + b"".join(b"h" + bytes([each]) + b"\x86\x94" for each in range(times))


def text(length: int) -> bytes:
    return b"X" + length.to_bytes(4, "little") + b"x" * length


SLOW = {
    "a key of nested shared tuples": PROTO + b"}" + doubled(60) + b"Ns.",
    "a member of them": PROTO + b"\x8f(" + doubled(60) + b"\x90.",
    "a frozen set of them": PROTO + b"(" + doubled(60) + b"\x91.",
    "them alone": PROTO + doubled(60) + b".",
    "one long text as a key, again and again": PROTO + b"}(" + text(100_000) + b"N" + text(100_000) + b"\x94N"
    + b"h\x00N" * 1000 + b"u.",
    "one long number as a key": PROTO + b"}(\x8b\x40\x0d\x03\x00" + b"\x01" * 200_000
    + b"\x94N" + b"h\x00N" * 1000 + b"u.",
    "many tuples as keys": plain.dumps({(each, 0): 0 for each in range(6000)}),
    "long arguments again and again": PROTO + b"(" + text(9_000_000) + b"\x94" + b"h\x00" * 90_000 + b"t.",
    "a tuple in a tuple, and so on": PROTO + b"N" + b"\x85" * 2_000_000 + b".",
    "the same as a key": PROTO + b"}N" + b"\x85" * 2_000_000 + b"Ns.",
    "a list that holds itself": PROTO + b"]\x94h\x00a.",
    "a list that is filled after it was used": PROTO + b"]\x94(h\x00K\x01eh\x00K\x02a\x86.",
    "a place of the memo (PUT)": PROTO + b"Np99999999\n.",
    "a place of the memo (BINPUT)": PROTO + b"Nq\x01.",
    "a place of the memo (LONG_BINPUT)": PROTO + b"Nr\xff\xff\xff\x7f.",
    "a length beyond the end (BINBYTES8)": PROTO + b"\x8e" + (1 << 40).to_bytes(8, "little") + b"x.",
    "a length beyond the end (BYTEARRAY8)": PROTO + b"\x96" + (1 << 40).to_bytes(8, "little") + b"x.",
    "a length beyond the end (LONG4)": PROTO + b"\x8b" + (1 << 30).to_bytes(4, "little") + b"x.",
    "more behind the end": PROTO + b"N.N.",
    "two values": PROTO + b"NN.",
    "a mark that is left": PROTO + b"(N.",
    "values below the mark": PROTO + b"N(\x85.",
    "no mark": PROTO + b"Nt.",
    "a part of another list": PROTO + b"](Na.",
    "nothing": PROTO + b".",
}  # fmt: skip


@pytest.mark.parametrize("data", SLOW.values(), ids=SLOW)
def test_what_costs_more_than_its_bytes_is_refused_unread(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "_Reader", None)  # with pickle the process would hang, or end
    with within(5), pytest.raises((ValueError, IndexError)):
        expect_light(data)
    with within(5), pytest.raises(MessageRefused):
        plain.loads(data)


def test_dataclasses_as_keys_count_as_what_they_hold() -> None:
    class_of = asked(OWN, "DATACLASS") + b"\x8c\x13vizcore.photo:Photo"
    with pytest.raises(ValueError, match="expected a weight"):
        expect_light(PROTO + b"}" + class_of + doubled(60) + b"\x86RNs.")


def test_the_process_outlives_the_deepest_and_the_heaviest() -> None:
    program = (
        "from tests.engine.backends.test_weighing import SLOW\nfrom vizcore.engine.backends import plain\n"
        "refused = 0\n"
        "for data in SLOW.values():\n"
        "    try:\n        plain.loads(data)\n    except Exception:\n        refused += 1\n"
        "assert refused == len(SLOW)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=LONG_PATIENCE_S)


# What would write into what was made

STATE = b"}\x8c\x05errorK\x01s"
REPORT = built("vizcore.engine.backends.wire:Update", "waiting", True, (), None, (), None, None, False, "", None)
NOTE = built("vizcore.photo:Note", "code", {})
CHANGES = {
    "BUILD": STATE + b"b",
    "SETITEM": b"\x8c\x05errorK\x01s",
    "SETITEMS": b"(\x8c\x05errorK\x01u",
    "APPEND": b"K\x01a",
    "APPENDS": b"(K\x01e",
    "ADDITEMS": b"(K\x01\x90",
    "DUP": b"2\x86",
    "POP": b"N0",
    "POP_MARK": b"(N1",
    "EXT1": b"\x82\x01\x86",
    "GLOBAL": b"c" + f"{OWN}\nDATACLASS\n".encode() + b"\x86",
    "INST": b"(i" + f"{OWN}\nDATACLASS\n".encode() + b"\x86",
    "OBJ": b"(" + asked(OWN, "DATACLASS") + b"o\x86",
    "NEWOBJ": asked(OWN, "DATACLASS") + b")\x81\x86",
    "NEWOBJ_EX": asked(OWN, "DATACLASS") + b")}\x92\x86",
    "PERSID": b"P1\n\x86",
    "BINPERSID": b"NQ\x86",
    "GET": b"g0\n\x86",
}


@pytest.mark.parametrize("made", [REPORT, NOTE], ids=["report", "note"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_written_into_what_was_made(made: bytes, change: bytes) -> None:
    plain.loads(made)
    with pytest.raises((ValueError, IndexError)):
        expect_light(made[:-1] + change + b".")
    with pytest.raises(MessageRefused):
        plain.loads(made[:-1] + change + b".")
