"""What did the class answer? Rooms in memory only: a code for the audience, a secret for the speaker.

A vote is one per phone and question; nothing about a phone is kept but a random mark that it was given (`marks`). A
room ends with the lecture, or when nobody has asked about it for some hours.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from vizcore.errors import RoomNotFound, RoomsFull, VoteRefused
from vizcore.presenting.marks import Marks
from vizcore.presenting.plan import Question

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is mistaken for something else on a wall
CODE_LENGTH = 6  # a thousand million of them: nobody finds the room of a lecture while it lasts by trying
MOST_ROOMS = 50
MOST_VOTERS = 2_000
ENDS_AFTER_S = 4 * 3600.0


@dataclass(frozen=True)
class Tally:
    """answers: how many chose each. hands: counted by the speaker in the room. open: whether votes are taken."""

    question: Question | None
    answers: tuple[int, ...]
    hands: tuple[int, ...]
    open: bool
    step: int

    @property
    def total(self) -> tuple[int, ...]:
        """Phones and hands together, for each answer."""
        return tuple(a + b for a, b in zip(self.answers, self.hands, strict=True))


@dataclass(frozen=True)
class Asked:
    """What is kept of a question when the speaker goes on."""

    tally: Tally
    votes: dict[str, int]


@dataclass
class Room:
    """One lecture that goes on now. Guarded by the lock of its Rooms."""

    code: str
    secret: str
    plan_key: str
    language: str
    touched_at: float
    marks: Marks
    step: int = 1
    question: Question | None = None
    open: bool = False
    votes: dict[str, int] = field(default_factory=dict)
    hands: tuple[int, ...] = ()
    kept: dict[int, Asked] = field(default_factory=dict)  # earlier questions, by step

    def tally(self) -> Tally:
        count = len(self.question.answers) if self.question else 0
        answers = [0] * count
        for choice in self.votes.values():
            answers[choice] += 1
        return Tally(self.question, tuple(answers), self.hands or (0,) * count, self.open, self.step)


class Rooms:
    """All rooms of this process. Safe for threads; the newest MOST_ROOMS are kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def open_room(self, plan_key: str, language: str) -> Room:
        """A new room with a code for the audience and a secret for the speaker. RoomsFull beyond MOST_ROOMS."""
        with self._lock:
            self._clear_out()
            if len(self._rooms) >= MOST_ROOMS:
                raise RoomsFull(limit=MOST_ROOMS)
            code = next(code for code in iter(_new_code, "") if code not in self._rooms)
            room = Room(code, secrets.token_urlsafe(12), plan_key, language, self._clock(), Marks(self._clock))
            self._rooms[code] = room
            return room

    def show_step(self, code: str, step: int, question: Question | None) -> None:
        """The speaker is at this step. A question opens its vote once; going back to it does not empty it."""
        with self._lock:
            room = self._room(code)
            if room.step == step and room.question == question:
                return
            if room.question is not None:
                room.kept[room.step] = Asked(room.tally(), room.votes)
            room.step, room.question = step, question
            known = room.kept.get(step)
            room.votes = known.votes if known else {}
            room.hands = known.tally.hands if known else ()
            room.open = question is not None and known is None

    def new_mark(self, code: str, address: str) -> str:
        """For a phone that has none of this room. VoteRefused where its network has just been given very many."""
        with self._lock:
            mark = self._room(code).marks.give(address)
        if mark is None:
            raise VoteRefused(reason="crowd")
        return mark

    def is_mark(self, code: str, mark: str) -> bool:
        """Whether this very room gave it."""
        with self._lock:
            return self._room(code).marks.are_mine(mark)

    def vote(self, code: str, voter: str, choice: int, step: int | None = None) -> None:
        """One phone's answer; a second one replaces the first while the vote is open. VoteRefused says why not.

        step: the question that the phone shows, where it says so; another one's vote is closed.
        """
        with self._lock:
            room = self._room(code)
            if room.question is None or not room.open or step not in (None, room.step):
                raise VoteRefused(reason="closed")
            if not 0 <= choice < len(room.question.answers):
                raise VoteRefused(reason="answer")
            if voter not in room.votes and len(room.votes) >= MOST_VOTERS:
                raise VoteRefused(reason="full")
            room.votes[voter] = choice

    def choice_of(self, code: str, voter: str) -> int | None:
        """What this phone answers to the question now; None before it does."""
        with self._lock:
            return self._room(code).votes.get(voter)

    def count_hands(self, code: str, hands: tuple[int, ...]) -> None:
        """What the speaker counted in the room, one number for each answer."""
        with self._lock:
            room = self._room(code)
            room.hands = tuple(max(0, min(each, MOST_VOTERS)) for each in hands)

    def open_vote(self, code: str) -> None:
        """Votes for the question now are taken (again); those that were given stay."""
        with self._lock:
            room = self._room(code)
            room.open = room.question is not None

    def close_vote(self, code: str) -> None:
        """No more votes for this question: its bars may be shown."""
        with self._lock:
            self._room(code).open = False

    def tally(self, code: str) -> Tally:
        with self._lock:
            return self._room(code).tally()

    def tallies(self, code: str) -> dict[int, Tally]:
        """By step, of every question asked so far."""
        with self._lock:
            room = self._room(code)
            now = {room.step: room.tally()} if room.question else {}
            return {step: asked.tally for step, asked in room.kept.items()} | now

    def language(self, code: str) -> str:
        with self._lock:
            return self._room(code).language

    def is_speaker(self, code: str, secret: str) -> bool:
        """Whether this secret is the room's; the audience's code alone never is."""
        with self._lock:
            return hmac.compare_digest(self._room(code).secret.encode(), secret.encode())

    def plan_of(self, code: str) -> tuple[str, int]:
        """(key of the lecture, step now)."""
        with self._lock:
            room = self._room(code)
            return room.plan_key, room.step

    def close_room(self, code: str) -> None:
        """Everything about it is forgotten."""
        with self._lock:
            self._rooms.pop(code.upper(), None)

    def _room(self, code: str) -> Room:
        room = self._rooms.get(code.upper()[:CODE_LENGTH]) if len(code) <= 2 * CODE_LENGTH else None
        if room is None:
            raise RoomNotFound(room=code[:CODE_LENGTH])
        room.touched_at = self._clock()
        return room

    def _clear_out(self) -> None:
        now = self._clock()
        for code in [code for code, room in self._rooms.items() if now - room.touched_at > ENDS_AFTER_S]:
            del self._rooms[code]


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
