"""Are pages drawn a few at a time, in the order in which they were asked for, and never kept waiting for a model?"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S, wait_until
from vizcore.ui.turns import STRETCH, UNKNOWN_S, Turns


def quiet(_before: int) -> None: ...


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Crowd:
    """Threads that take a turn one after the other and keep it until they are let go. pages: what they draw.

    before: told of each one's number before it comes.
    """

    def __init__(
        self, turns: Turns, count: int, pages: str = "", before: Callable[[int], None] = lambda number: None
    ) -> None:
        self.drawn: list[int] = []
        self.pages = pages or " " * count
        self.go_on = [threading.Event() for _each in range(count)]
        self.threads = []
        for number in range(count):
            before(number)
            self.threads.append(in_thread(lambda number=number: self._draw(turns, number)))  # type: ignore[misc]
            wait_until(lambda number=number: number in self.drawn or turns.waiting() == number + 1 - len(self.drawn))  # type: ignore[misc]

    def _draw(self, turns: Turns, number: int) -> None:
        with turns.one(quiet, self.pages[number]):
            self.drawn.append(number)
            self.go_on[number].wait(PATIENCE_S)

    def end(self) -> None:
        for event in self.go_on:
            event.set()
        for thread in self.threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def test_two_at_a_time_in_their_order() -> None:
    turns = Turns(2, patience_s=PATIENCE_S)
    crowd = Crowd(turns, 5)
    assert crowd.drawn == [0, 1]
    crowd.go_on[1].set()
    wait_until(lambda: crowd.drawn == [0, 1, 2])
    assert turns.waiting() == 2
    crowd.go_on[2].set()
    wait_until(lambda: crowd.drawn == [0, 1, 2, 3])
    crowd.end()
    assert turns.waiting() == 0


def test_one_visitor_alone_never_waits_and_nothing_is_shown() -> None:
    turns, told = Turns(1), []
    for _run in range(3):
        with turns.one(told.append), turns.one(told.append):  # a page that runs the shell itself
            pass
    assert told == []


def test_who_waits_for_a_model_lets_others_draw_and_goes_on_at_once() -> None:
    turns = Turns(1, patience_s=PATIENCE_S)
    with turns.one(quiet):
        with turns.given_away():
            crowd = Crowd(turns, 2)
            assert crowd.drawn == [0]
        assert crowd.drawn == [0], "back beside the one who draws, and before the one who waits"
        crowd.go_on[0].set()
        crowd.threads[0].join(PATIENCE_S)
        assert crowd.drawn == [0], "still one at a time"
    wait_until(lambda: crowd.drawn == [0, 1])
    crowd.end()


def test_without_a_turn_there_is_none_to_give_away() -> None:
    turns = Turns(1, patience_s=PATIENCE_S)
    with turns.given_away():
        pass
    crowd = Crowd(turns, 2)
    assert crowd.drawn == [0]
    crowd.end()


def test_who_waits_is_told_how_many_come_before() -> None:
    turns = Turns(1, look_s=0.01, patience_s=PATIENCE_S)
    crowd = Crowd(turns, 3)
    told: list[int] = []

    def look(before: int) -> None:
        told.append(before)
        if before == 2:
            crowd.go_on[0].set()
        elif before == 1:
            crowd.go_on[1].set()
        else:
            crowd.go_on[2].set()

    with turns.one(look):
        pass
    assert told[0] == 2
    assert told == sorted(told, reverse=True)
    crowd.end()


class Clocks:
    """The time, and how much of the processor a thread has used: what the test says."""

    now = used = 0.0

    def turns(self, at_once: int) -> Turns:
        """Turns that have often drawn a light page, l, and a heavy one, h."""
        turns = Turns(at_once, patience_s=PATIENCE_S, clock=lambda: self.now, used_s=lambda: self.used)
        for page, cost_s in (("l", UNKNOWN_S / 4), ("h", 2 * UNKNOWN_S)):
            for _draw in range(20):
                with turns.one(quiet, page):
                    self.used += cost_s
        return turns


def order(crowd: Crowd) -> list[int]:
    """Lets one after the other go: who was drawn when."""
    for drawn in range(len(crowd.go_on)):
        wait_until(lambda drawn=drawn: len(crowd.drawn) > drawn)  # type: ignore[misc]
        crowd.go_on[crowd.drawn[drawn]].set()
    crowd.end()
    return crowd.drawn


def test_a_light_page_passes_heavy_ones_that_came_before() -> None:
    assert order(Crowd(Clocks().turns(1), 5, "hhlhl")) == [0, 2, 4, 1, 3]


def test_a_page_never_drawn_stands_between_them() -> None:
    assert order(Crowd(Clocks().turns(1), 4, "hh?l")) == [0, 3, 2, 1]


def test_who_has_waited_for_long_is_passed_by_nobody() -> None:
    clocks = Clocks()

    def later(number: int) -> None:
        clocks.now += STRETCH * 2 * UNKNOWN_S if number == 3 else 0.0

    assert order(Crowd(clocks.turns(1), 4, "lhll", later)) == [0, 2, 1, 3]


def test_several_from_the_second_one_on() -> None:
    turns = Turns(2, patience_s=PATIENCE_S)
    with turns.one(quiet):
        assert not turns.several()
        crowd = Crowd(turns, 1)
        assert turns.several()
        crowd.end()
        assert not turns.several()


def test_quiet_while_nobody_waits_for_a_page_or_a_model_on_it() -> None:
    clocks = Clocks()
    turns = clocks.turns(1)
    clocks.now += 2
    assert turns.quiet_s() == 2
    with turns.one(quiet):
        assert turns.quiet_s() == 0
        with turns.given_away():
            assert turns.quiet_s() == 0
        clocks.now += 3
    assert turns.quiet_s() == 0
    clocks.now += 4
    assert turns.quiet_s() == 4


def test_a_newer_click_takes_the_place_back() -> None:
    turns = Turns(1, look_s=0.01, patience_s=PATIENCE_S)
    crowd = Crowd(turns, 1)

    def clicked(_before: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), turns.one(clicked):
        raise AssertionError("expected no turn")
    assert turns.waiting() == 0
    crowd.end()
    with turns.one(quiet):
        pass


def test_an_error_on_a_page_gives_its_turn_on() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.one(quiet):
        raise ZeroDivisionError
    crowd = Crowd(turns, 1)
    assert crowd.drawn == [0]
    crowd.end()


def test_a_page_that_is_drawn_for_ever_does_not_close_the_server() -> None:
    turns = Turns(1, look_s=0.01, patience_s=0.05)
    crowd = Crowd(turns, 1)
    with turns.one(quiet):
        assert crowd.drawn == [0], "beside it"
    assert turns.waiting() == 0
    crowd.end()


def waiting_page(before: int) -> None:
    import streamlit as st

    from vizcore.ui import shell

    if before:
        shell._show_line(before)
        shell._show_line(before - 1)
    st.title("The page")
    st.text("its text")


@pytest.mark.parametrize("before", [0, 2])
def test_the_page_is_drawn_over_the_sentence(before: int) -> None:
    page = AppTest.from_function(waiting_page, args=(before,), default_timeout=PATIENCE_S).run()
    assert not page.exception
    assert [each.type for each in page.main.children.values()] == ["title", "text"]
    assert not page.info
