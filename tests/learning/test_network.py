"""Does training a network change what it should and nothing else, and is LoRA what peft makes of it?"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import ModelCannot, WeightsMismatch
from vizcore.learning.judged import Taught
from vizcore.learning.lora import ALPHA, LoraAdapter, lora_targets
from vizcore.learning.network import NetworkTask, learn_network
from vizcore.learning.split import split_photos
from vizcore.learning.training_pictures import flipped_and_shifted, initialised_anew
from vizcore.photo import Photo
from vizcore.snapshots import Snapshot
from vizcore.zoo.session_cards import SessionModel
from vizcore.zoo.session_models import merged, with_learnt

LABELS = ("dark", "bright")


def photos(count: int = 12) -> tuple[Photo, ...]:
    """Noise, every second picture brighter: to be learnt by anything."""
    made = []
    for number in range(count):
        rgb = noise_photo(60, 60, seed=number).rgb // 2 + np.uint8(110 * (number % 2))
        made.append(Photo(rgb.astype(np.uint8), f"{number}"))
    return tuple(made)


def task(method: str, **changes: Any) -> NetworkTask:
    classes = np.arange(12) % 2
    parts = split_photos(classes, np.arange(12), LABELS).parts
    return NetworkTask(classes, parts, LABELS, method, **{"epochs": 1, "batch": 4, **changes})  # type: ignore[arg-type]


def run(method: str, model: Any, **changes: Any) -> tuple[list[Snapshot], Taught]:
    steps = list(learn_network(model, photos(), task(method, **changes)))
    found = steps[-1].result
    assert isinstance(found, Taught)
    return steps, found


def state_of(model: Any) -> dict[str, torch.Tensor]:
    return {name: each.clone() for name, each in model.module.state_dict().items()}


@pytest.fixture(scope="module")
def finetuned() -> tuple[Any, dict[str, torch.Tensor], list[Snapshot], Taught]:
    model = tiny_cnn()
    before = state_of(model)
    return (model, before, *run("finetune", model, old=photos(4), old_names=("class 1", "", "class 2", "mug")))


def test_the_loaded_model_itself_stays_as_it_was(finetuned: Any) -> None:
    model, before, _steps, _found = finetuned
    assert all(torch.equal(before[name], each) for name, each in model.module.state_dict().items())
    assert not any(each.requires_grad for each in model.module.parameters())
    assert not model.module.training


def test_fine_tuning_moves_the_trunk_and_keeps_the_statistics(finetuned: Any) -> None:
    _model, before, _steps, found = finetuned
    for name, each in found.parameters.items():
        same = before[name].shape == each.shape and np.array_equal(before[name].numpy(), each)
        assert same == ("running_" in name or "num_batches" in name), name
    assert found.parameters["fc.weight"].shape == (2, 256)


def test_every_step_is_told_and_every_epoch_has_its_row(finetuned: Any) -> None:
    *_rest, steps, found = finetuned
    assert [each.step for each in steps] == sorted(each.step for each in steps)
    assert steps[-1].step == steps[-1].total
    assert "validation_loss" in [each for each in steps if each.values][-1].values
    assert found.counts == {"train": 8, "validation": 2, "test": 2}
    assert found.curves.keys() == {"loss", "accuracy", "validation_loss", "validation_accuracy"}


def test_what_it_forgot_is_told_in_right_answers(finetuned: Any) -> None:
    model, _before, _steps, found = finetuned
    old = found.forgetting
    shown = model.logits(model.pixels([model.prepare(each) for each in photos(4)[::2]])).argmax(1).tolist()
    assert (old.asked, old.labelled) == (4, 2)
    assert old.right_before == (shown[0] == 1) + (shown[1] == 2)
    assert 0 <= old.right_after <= 2
    assert 0 <= old.same <= 4


def test_what_was_learnt_loads_into_a_fresh_backbone(finetuned: Any) -> None:
    model, _before, _steps, found = finetuned
    made = SessionModel(model.card, LABELS, "x", "finetune", found.parameters)
    again = type(model)(model.card, with_learnt(copy.deepcopy(model.module), "fc", made), LABELS, "x", "cpu")
    pixels = again.pixels([again.prepare(each) for each in np.array(photos(), object)[found.rows]])
    assert torch.softmax(again.logits(pixels), 1).numpy() == pytest.approx(found.probabilities, abs=1e-5)


def test_weights_of_another_architecture_are_counted_not_loaded(finetuned: Any) -> None:
    model, _before, _steps, found = finetuned
    other = {name.replace("layer", "block"): each for name, each in found.parameters.items()}
    with pytest.raises(WeightsMismatch):
        with_learnt(copy.deepcopy(model.module), "fc", SessionModel(model.card, LABELS, "x", "finetune", other))


def test_lora_leaves_every_frozen_weight_and_merges_as_peft_does() -> None:
    model = tiny_vit()
    head = "heads.head"
    torch.manual_seed(0)
    adapter = LoraAdapter(copy.deepcopy(model.module), head, rank=4)
    for name, each in adapter.module.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(each, std=0.1)
    learnt = adapter.state()
    frozen = model.module.state_dict()
    ours = merged(dict(frozen), learnt)
    theirs = adapter.merged().state_dict()
    assert ours.keys() <= theirs.keys() == frozen.keys()
    for name in frozen:
        if name in ours:
            assert torch.allclose(ours[name], theirs[name], atol=1e-6), name
        else:
            assert torch.equal(theirs[name], frozen[name]), name
    peer = get_peft_model(
        copy.deepcopy(model.module), LoraConfig(r=4, lora_alpha=ALPHA, target_modules=lora_targets(model.module, head))
    )
    numbers = dict(adapter.module.named_parameters())
    for name, each in peer.base_model.model.named_parameters():
        each.data.copy_(numbers[name].data)
    whole = peer.merge_and_unload().state_dict()
    assert all(torch.allclose(whole[name], theirs[name], atol=1e-6) for name in frozen)


def test_lora_learns_the_head_and_the_small_matrices_alone() -> None:
    model = tiny_vit()
    _steps, found = run("lora", model, rank=2)
    names = {name.rpartition(".")[2] for name in found.parameters}
    assert names == {"weight", "bias", "lora_A", "lora_B"}
    assert sum(each.size for each in found.parameters.values()) < 0.05 * sum(
        each.numel() for each in model.module.parameters()
    )
    assert any(np.abs(each).max() > 0 for name, each in found.parameters.items() if name.endswith("lora_B"))


def test_a_cnn_gets_no_lora_and_a_headless_model_nothing() -> None:
    with pytest.raises(ModelCannot):
        next(learn_network(tiny_cnn(), photos(), task("lora")))


def test_from_scratch_forgets_every_weight() -> None:
    module = tiny_cnn().module
    torch.manual_seed(1)
    fresh = initialised_anew(copy.deepcopy(module))
    for name, each in module.named_parameters():
        moved = not torch.equal(each, dict(fresh.named_parameters())[name])
        assert moved or "bn" in name or name.endswith("downsample.1.weight") or "bias" in name, name
    vit = tiny_vit().module
    fresh = initialised_anew(copy.deepcopy(vit))
    assert not torch.equal(fresh.encoder.pos_embedding, vit.encoder.pos_embedding)


def test_flips_and_shifts_are_pictures_of_the_same_thing() -> None:
    batch = torch.arange(2 * 3 * 64 * 64).reshape(2, 3, 64, 64).remainder(251).to(torch.uint8)
    first, again = (flipped_and_shifted(batch, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == batch.shape
    assert not torch.equal(first, batch)
    flat = torch.full((2, 3, 64, 64), 7, dtype=torch.uint8)
    assert torch.equal(flipped_and_shifted(flat, torch.Generator().manual_seed(3)), flat)
