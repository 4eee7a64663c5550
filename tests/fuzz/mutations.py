"""Seeded damage: to bytes anywhere, and to the values of a JSON document, whose text random bytes would only break."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

WORDS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**62, 2**63 - 1, 2**64 - 1)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, -0.0, 1e-320, 1e308, -1e308, float("nan"), float("inf"), 255, 256, 65_536,
    2**31, 2**32, 2**53 + 1, 2**58, 2**63 - 1, 2**63, 2**64, 10**30, 10**400, "", "0", "1", "nan", "\x00", "é" * 50,
    "\ud83d", "../../etc/passwd", "A" * 5000, [], {}, [[]], [{}], [0], {"a": 1}, [[1, 2], [3]], [1e9] * 8,
)  # fmt: skip
TOKENS = (
    b"nan", b"inf", b"-1", b"1e999", b"0x10", b"1_0", b"\x00", b"\r", b"\n", b"\n\n", b",", b";", b"|", b'"', b"'",
    b"=", b" ", b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"9" * 400, b"0.", b".", b"-", b"e", b"[", b"{", b"}",
    b"/",
)  # fmt: skip


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """One to about twenty changes of a sound file."""
    if seed[:1] in b"{[" and chance.random() < 0.75:
        return _document(json.loads(seed), chance)
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 3, 6, 20))):
        chance.choice((_flip, _flip, _word, _cut, _repeat, _remove, _token))(data, chance)
    return bytes(data)


def _place(data: bytearray, chance: random.Random) -> int:
    """Anywhere, more often in the first few hundred bytes, where the sizes stand."""
    reach = min(len(data), 300) if chance.random() < 0.5 else len(data)
    return chance.randrange(max(1, reach))


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_place(data, chance) % len(data)] = chance.randrange(256)


def _word(data: bytearray, chance: random.Random) -> None:
    size, at = chance.choice((1, 2, 4, 8)), _place(data, chance)
    word = (chance.choice(WORDS) & (256**size - 1)).to_bytes(size, chance.choice(("little", "big")))
    data[at : at + size] = word


def _cut(data: bytearray, chance: random.Random) -> None:
    if chance.random() < 0.3:
        del data[_place(data, chance) :]


def _repeat(data: bytearray, chance: random.Random) -> None:
    at, length = _place(data, chance), chance.choice((1, 4, 16, 200))
    data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))


def _remove(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 2, 8, 60))]


def _token(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    data[at : at + chance.choice((0, 1, 3))] = chance.choice(TOKENS)


def _document(content: Any, chance: random.Random) -> bytes:
    """A JSON document with other values, missing or doubled parts, or a very deep one, in some Unicode encoding."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        content = _changed(content, chance)
    text = json.dumps(content)
    if chance.random() < 0.03:
        text = text.replace("0", "[" * 3000 + "]" * 3000, 1)
    return text.encode(chance.choice(("utf-8",) * 8 + ("utf-16", "utf-8-sig")), "surrogatepass")


def _changed(content: Any, chance: random.Random) -> Any:
    """The same document with one part of it changed; every part is as likely, however deep it lies."""
    parts = list(_parts(content))
    if not parts:
        return deepcopy(chance.choice(VALUES))
    holder, key = chance.choice(parts)
    action = chance.random()
    if action < 0.6:
        holder[key] = deepcopy(chance.choice(VALUES))  # a shared list would grow from file to file
    elif action < 0.75:
        del holder[key]
    elif action < 0.9 and isinstance(holder, list):
        holder[key:key] = [deepcopy(holder[key]) for _ in range(chance.choice((1, 2, 40)))]
    else:
        other, place = chance.choice(parts)
        holder[key] = deepcopy(other[place]) if place in _keys(other) else None
    return content


def _parts(content: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [content]
    while waiting:
        each = waiting.pop()
        for key in _keys(each):
            found.append((each, key))
            waiting.append(each[key])
    return found


def _keys(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return list(content)
    return list(range(len(content))) if isinstance(content, list) else []
