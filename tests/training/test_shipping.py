"""What a card says of its training."""

from __future__ import annotations

from training.shipping import seen_in


def test_a_log_of_several_runs_counts_each_once() -> None:
    first = '{"progress": 0.5, "prompts": 10}\n{"progress": 1.0, "prompts": 30}\n'
    second = '{"progress": 0.7, "prompts": 4}\n{"progress": 1.0, "prompts": 9}\n'
    assert seen_in([first + second, second], "prompts") == 30 + 9 + 9
    assert seen_in([], "prompts") == 0
