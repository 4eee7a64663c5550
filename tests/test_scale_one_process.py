"""Does the simulation of one process give a lone visitor the page's own time, and a crowd what its rules promise?"""

from __future__ import annotations

from statistics import median

from benchmarks.scale.one_process import MODEL_S, QUICKER, REST_S, SCRIPT_S, STEP_S, Crowd, Rule, p95


def test_a_visitor_alone_waits_for_the_own_page_alone() -> None:
    times = Crowd(Rule(4, 20), 1, 60.0).run()
    own_s = QUICKER * SCRIPT_S["about"]
    assert own_s < median(times["about", "each"]) < 2 * own_s + 2 * (STEP_S + REST_S)
    assert len(times["upload", "each"]) == 1
    assert len(times["home", "first"]) == 1
    assert median(times["home", "first"]) > sum(MODEL_S["home"]) / 3


def test_in_a_crowd_fewer_at_once_and_light_ones_first_is_better_for_all_again() -> None:
    before, now = (Crowd(rule, 12, 90.0).run() for rule in (Rule(8), Rule(4, 20)))
    assert sum(map(len, now.values())) > sum(map(len, before.values()))
    often = [action for action in before if len(before[action]) > 30]
    assert len(often) == 8
    assert all(p95(now[action]) < p95(before[action]) for action in often)
    assert p95(now["about", "each"]) < 0.7 * p95(before["about", "each"])


def test_the_same_crowd_again_waits_the_same() -> None:
    first, second = (Crowd(Rule(4, 20), 3, 20.0, seed=7).run() for _time in range(2))
    assert first == second
