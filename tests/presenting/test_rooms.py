"""Is a vote one per phone, closed when it should be, and nobody's business but the room's?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from vizcore.errors import RoomNotFound, RoomsFull, VoteRefused
from vizcore.presenting.plan import Question
from vizcore.presenting.rooms import ENDS_AFTER_S, MOST_ROOMS, Room, Rooms

WHERE = Question("Where?", ("Left", "Right", "Nowhere"))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
def room(rooms: Rooms) -> Room:
    opened = rooms.open_room("fooling", "en")
    rooms.show_step(opened.code, 2, WHERE)
    return opened


def test_two_hundred_phones_at_once(rooms: Rooms, room: Room) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: rooms.vote(room.code, f"phone {n}", n % 3), range(200)))
    assert rooms.tally(room.code).answers == (67, 67, 66)


def test_three_hundred_votes_from_one_phone_are_one(rooms: Rooms, room: Room) -> None:
    for n in range(300):
        rooms.vote(room.code, "one phone", n % 2)
    assert rooms.tally(room.code).answers == (0, 1, 0)


def test_hands_and_phones_are_added(rooms: Rooms, room: Room) -> None:
    rooms.vote(room.code, "a", 0)
    rooms.count_hands(room.code, (3, 0, -5))
    assert rooms.tally(room.code).total == (4, 0, 0)


def test_going_back_changes_no_number(rooms: Rooms, room: Room) -> None:
    for n in range(7):
        rooms.vote(room.code, f"phone {n}", n % 2)
    rooms.count_hands(room.code, (5, 0, 0))
    before = rooms.tally(room.code)
    for step, question in ((3, None), (2, WHERE), (4, None), (2, WHERE)):
        rooms.show_step(room.code, step, question)
    again = rooms.tally(room.code)
    assert (again.answers, again.hands, again.open) == (before.answers, before.hands, False)
    assert rooms.choice_of(room.code, "phone 1") == 1
    assert rooms.choice_of(room.code, "nobody") is None


def test_a_closed_question_takes_no_vote(rooms: Rooms, room: Room) -> None:
    rooms.close_vote(room.code)
    with pytest.raises(VoteRefused, match="closed"):
        rooms.vote(room.code, "late", 0)


def test_a_vote_that_is_opened_again_keeps_what_was_given(rooms: Rooms, room: Room) -> None:
    rooms.vote(room.code, "a", 1)
    rooms.close_vote(room.code)
    rooms.open_vote(room.code)
    rooms.vote(room.code, "b", 1)
    assert rooms.tally(room.code).answers == (0, 2, 0)
    rooms.show_step(room.code, 3, None)
    rooms.open_vote(room.code)
    with pytest.raises(VoteRefused, match="closed"):
        rooms.vote(room.code, "a", 0)


@pytest.mark.parametrize("choice", [-1, 3, 99])
def test_an_answer_that_nobody_offered(rooms: Rooms, room: Room, choice: int) -> None:
    with pytest.raises(VoteRefused, match="answer"):
        rooms.vote(room.code, "a", choice)


def test_a_step_without_a_question_takes_no_vote_and_keeps_the_former_one(rooms: Rooms, room: Room) -> None:
    rooms.vote(room.code, "a", 1)
    rooms.show_step(room.code, 3, None)
    with pytest.raises(VoteRefused):
        rooms.vote(room.code, "b", 0)
    assert rooms.tallies(room.code)[2].total == (0, 1, 0)
    rooms.show_step(room.code, 2, WHERE)
    assert rooms.tally(room.code).total == (0, 1, 0)
    assert not rooms.tally(room.code).open


def test_the_audience_s_code_is_not_the_speaker_s_secret(rooms: Rooms, room: Room) -> None:
    assert rooms.is_speaker(room.code, room.secret)
    assert not rooms.is_speaker(room.code, room.code)
    assert not rooms.is_speaker(room.code, "")


def test_a_code_is_read_in_either_case(rooms: Rooms, room: Room) -> None:
    rooms.vote(room.code.lower(), "a", 0)
    assert rooms.tally(room.code).answers == (1, 0, 0)


@pytest.mark.parametrize("code", ["", "NOPE", "x" * 10_000, "../..", "é"])
def test_no_such_room(rooms: Rooms, code: str) -> None:
    with pytest.raises(RoomNotFound):
        rooms.tally(code)


def test_a_room_ends_after_hours_of_silence_and_with_its_lecture() -> None:
    clock = Clock()
    rooms = Rooms(clock)
    old = rooms.open_room("fooling", "en")
    clock.now = ENDS_AFTER_S + 1
    new = rooms.open_room("fooling", "fr")
    with pytest.raises(RoomNotFound):
        rooms.tally(old.code)
    rooms.close_room(new.code)
    with pytest.raises(RoomNotFound):
        rooms.tally(new.code)


def test_no_more_rooms_than_the_server_holds(rooms: Rooms) -> None:
    for _ in range(MOST_ROOMS):
        rooms.open_room("fooling", "en")
    with pytest.raises(RoomsFull):
        rooms.open_room("fooling", "en")
