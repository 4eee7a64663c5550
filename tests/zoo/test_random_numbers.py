"""Does a load wait for nobody's training step, and does a seed give the same numbers whoever loads meanwhile?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import nn

from tests.patience import PATIENCE_S
from vizcore.zoo.catalogue import card
from vizcore.zoo.drawing_mode import DrawingMode
from vizcore.zoo.load import load_model
from vizcore.zoo.random_numbers import borrowed_generator, drawing_apart


@pytest.fixture
def drawn() -> Iterator[Callable[[], list[float]]]:
    """Another thread in the middle of a seeded training step; ending it gives what it drew."""
    begun, end, numbers = threading.Event(), threading.Event(), list[float]()

    def step() -> None:
        with borrowed_generator():
            torch.manual_seed(7)
            begun.set()
            end.wait(PATIENCE_S)
            numbers.extend(torch.rand(3).tolist())

    def ended() -> list[float]:
        end.set()
        thread.join(PATIENCE_S)
        return numbers

    thread = threading.Thread(target=step)
    thread.start()
    assert begun.wait(PATIENCE_S)
    yield ended
    ended()


def seeded() -> list[float]:
    with borrowed_generator():
        torch.manual_seed(7)
        return torch.rand(3).tolist()  # type: ignore[no-any-return]


def test_a_model_is_loaded_while_a_step_is_under_way(drawn: Callable[[], list[float]]) -> None:
    loaded: list[str] = []
    thread = threading.Thread(target=lambda: loaded.append(load_model(card("cnn-mini"), "cpu").card.key), daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert loaded == ["cnn-mini"]
    assert drawn() == seeded()


DRAWS: dict[str, Callable[[], object]] = {
    "initialised layers": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(4, 5), nn.Embedding(3, 2)),
    "orthogonal": lambda: nn.init.orthogonal_(torch.empty(4, 4)),
    "truncated normal": lambda: nn.init.trunc_normal_(torch.empty(50)),
    "rand": lambda: torch.rand(3),
    "randn_like": lambda: torch.randn_like(torch.zeros(3)),
    "randperm": lambda: torch.randperm(5),
    "dropout": lambda: nn.functional.dropout(torch.ones(9), 0.5, training=True),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=list(DRAWS))
def test_what_the_mode_draws_leaves_the_generator_as_it_is(draw: Callable[[], object]) -> None:
    before = torch.get_rng_state()
    with DrawingMode(borrowed_generator):
        draw()
    assert torch.equal(torch.get_rng_state(), before)


def test_layers_are_filled_with_other_numbers_each() -> None:
    with DrawingMode(borrowed_generator):
        first, second = nn.Linear(4, 4), nn.Linear(4, 4)
        torch.empty(3, device="meta").normal_()  # a plan draws nothing
    assert not torch.equal(first.weight, second.weight)
    assert first.weight.requires_grad
    assert first.weight.std() > 0


def test_who_has_borrowed_the_generator_draws_from_it() -> None:
    """A contestant's first weights depend on its seed alone, also where a backbone is loaded first."""
    with borrowed_generator():
        torch.manual_seed(7)
        with drawing_apart():
            assert torch.rand(3).tolist() == seeded()
