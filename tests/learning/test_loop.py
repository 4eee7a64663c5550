"""Does the training loop learn, stop, keep its best, and leave what is frozen exactly as it was?"""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from vizcore.errors import TrainingDiverged
from vizcore.learning.loop import Examples, LoopSettings, Step, TrainingLoop, evaluated, logits_of


def blobs(count: int = 60, seed: int = 0) -> Examples:
    """Two clouds in the plane, apart enough to be learnt."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.arange(count) % 2
    inputs = torch.randn(count, 2, generator=generator) + 3.0 * targets[:, None]
    return Examples(inputs, targets)


def network(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))


def run(loop: TrainingLoop) -> list[Step]:
    return list(loop.steps())


def test_it_learns_and_counts_its_steps() -> None:
    loop = TrainingLoop(
        network(), blobs(), LoopSettings(epochs=8, batch=16, learning_rate=0.03), validation=blobs(40, 1)
    )
    steps = run(loop)
    assert [each.step for each in steps] == list(range(1, 33))
    assert steps[-1].total == 32
    assert [row.number for row in loop.epochs] == list(range(1, 9))
    assert loop.epochs[-1].validation_accuracy >= 0.9
    assert loop.epochs[-1].loss < loop.epochs[0].loss
    assert not loop.stopped_early


def test_first_loss_worked_by_hand() -> None:
    """A head of zeros says 1/2 for each class: the loss is ln 2 whatever the pictures."""
    module = nn.Linear(2, 2)
    nn.init.zeros_(module.weight)
    nn.init.zeros_(module.bias)
    first = next(TrainingLoop(module, blobs(), LoopSettings(batch=60)).steps())
    assert first.loss == pytest.approx(math.log(2), abs=1e-6)


def test_the_same_seed_gives_the_same_weights_whoever_draws_in_between() -> None:
    states = []
    for _ in range(2):
        loop = TrainingLoop(network(), blobs(), LoopSettings(epochs=2, batch=16, learning_rate=0.03))
        for _step in loop.steps():
            torch.rand(len(states) + 1)  # somebody else's numbers
        states.append(loop.best_state)
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_frozen_parameters_and_statistics_are_bit_equal() -> None:
    module = network()
    module[0].requires_grad_(False)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    run(TrainingLoop(module, blobs(), LoopSettings(epochs=2, learning_rate=0.1), frozen_statistics=True))
    after = module.state_dict()
    for name in ("0.weight", "0.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"):
        assert torch.equal(before[name], after[name]), name
    assert not torch.equal(before["4.weight"], after["4.weight"])


def test_statistics_move_where_nobody_freezes_them() -> None:
    module = network()
    before = module[1].running_mean.clone()
    run(TrainingLoop(module, blobs(), LoopSettings(epochs=1)))
    assert not torch.equal(before, module[1].running_mean)


def test_the_best_epoch_is_kept_not_the_last() -> None:
    """Validation labels turned round: every step makes it worse, so the first epoch is the best."""
    turned = blobs(40, 1)
    turned = Examples(turned.inputs, 1 - turned.targets)
    module = network()
    loop = TrainingLoop(
        module, blobs(), LoopSettings(epochs=9, batch=8, learning_rate=0.05, patience=2), validation=turned
    )
    run(loop)
    assert loop.best_epoch < len(loop.epochs) < 9
    assert loop.stopped_early
    module.load_state_dict(loop.best_state, strict=False)
    kept, _accuracy = evaluated(module, turned)
    assert kept == pytest.approx(loop.epochs[loop.best_epoch - 1].validation_loss, abs=1e-6)
    assert kept < loop.epochs[-1].validation_loss


def test_a_budget_ends_it_with_what_there_is() -> None:
    loop = TrainingLoop(network(), blobs(), LoopSettings(epochs=50, batch=4, budget_s=1e-9), validation=blobs(40, 1))
    assert len(run(loop)) == 1
    assert loop.stopped_early
    assert loop.best_epoch == 1


def test_a_loss_that_is_no_number_is_named() -> None:
    loop = TrainingLoop(nn.Linear(2, 2), blobs(), LoopSettings(epochs=3, learning_rate=1e30))
    with pytest.raises(TrainingDiverged):
        run(loop)


def test_between_steps_the_thread_and_the_module_are_as_they_were() -> None:
    module = network().eval()
    loop = TrainingLoop(module, blobs(), LoopSettings(epochs=1, batch=30))
    with torch.no_grad():
        for _step in loop.steps():
            assert not torch.is_grad_enabled()
            assert not module.training


def test_logits_do_not_depend_on_the_batch() -> None:
    module, inputs = network().eval(), torch.randn(130, 2)
    assert torch.allclose(logits_of(module, inputs), module(inputs).detach(), atol=1e-6)


def test_no_examples() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Examples(torch.zeros(0, 2), torch.zeros(0, dtype=torch.long))
