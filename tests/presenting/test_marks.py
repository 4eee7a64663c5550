"""Can votes be made up, or taken in numbers, by somebody who has the link of a lecture?"""

from __future__ import annotations

import pytest

from vizcore.errors import VoteRefused
from vizcore.presenting.marks import A_SECOND, AT_FIRST, MOST_NETWORKS, Marks, network_of
from vizcore.presenting.rooms import Rooms


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_room_knows_its_own_marks_alone() -> None:
    one, other = Marks(Clock()), Marks(Clock())
    mark = one.give("10.0.0.1")
    assert mark
    assert one.are_mine(mark)
    assert not other.are_mine(mark)


@pytest.mark.parametrize("made_up", ["", ".", "phone", "phone.", ".0", "x" * 5000, "é.é", "a.b.c"])
def test_a_mark_that_nobody_gave(made_up: str) -> None:
    assert not Marks(Clock()).are_mine(made_up)


def test_a_changed_mark_is_none() -> None:
    marks = Marks(Clock())
    mark = marks.give("10.0.0.1") or ""
    assert not marks.are_mine("A" + mark)
    assert not marks.are_mine(mark[:-1])


def test_an_address_gets_what_a_hall_needs_and_then_one_at_a_time() -> None:
    clock = Clock()
    marks = Marks(clock)
    given = [marks.give("10.0.0.1") for _phone in range(AT_FIRST + 50)]
    assert None not in given[:AT_FIRST]
    assert set(given[AT_FIRST:]) == {None}
    assert marks.give("10.0.0.2"), "another address need not wait"
    clock.now += 1 / A_SECOND
    assert marks.give("10.0.0.1")
    assert marks.give("10.0.0.1") is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_room_s_memory_of_addresses_is_bounded() -> None:
    marks = Marks(Clock())
    for number in range(MOST_NETWORKS + 10):
        marks._left[str(number)] = (1.0, 0.0)
        if len(marks._left) > MOST_NETWORKS:
            break
    marks.give("10.0.0.1")
    assert len(marks._left) <= MOST_NETWORKS + 1


def test_rooms_say_that_a_phone_has_to_wait() -> None:
    rooms = Rooms(Clock())
    room = rooms.open_room("fooling", "en")
    for _phone in range(AT_FIRST):
        rooms.new_mark(room.code, "10.0.0.1")
    with pytest.raises(VoteRefused) as refused:
        rooms.new_mark(room.code, "10.0.0.1")
    assert refused.value.values["reason"] == "crowd"
