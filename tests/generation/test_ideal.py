"""Does a climb rise, repeat itself, say what is wrong, and leave the model alone?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import DeadUnit, InvalidOutput, PhotosMissing, SettingOutOfRange, UnknownClass, VizError
from vizcore.generation.ideal.ascent import Judged, better_of
from vizcore.generation.ideal.objectives import OBJECTIVES, log_odds
from vizcore.generation.ideal.presets import PRESETS, ablation, suggested
from vizcore.generation.ideal.reading import Reading, last_rectifier, read
from vizcore.generation.ideal.results import IdealResult, TimeEstimate
from vizcore.generation.ideal.run import expected_seconds, falls_on, ideal, tiled
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.load import load_model

CNN, VIT = tiny_cnn(), tiny_vit()
SHORT = IdealSettings(steps=6, frames=2)


def climbed(model: TorchFeatureModel, settings: IdealSettings, photo: object = None) -> IdealResult:
    *_, last = ideal(model, photo, settings)  # type: ignore[arg-type]
    assert isinstance(last.result, IdealResult)
    assert last.step == last.total == settings.steps
    return last.result


TARGETS = [
    Target("class", 3),
    Target("channel", 5, "STAGE"),
    Target("unit", 5, "STAGE", 0.25, 0.75),
    Target("stage", 0, "STAGE"),
]


@pytest.mark.parametrize("parametrisation", ["pixels", "fourier"])
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.kind)
@pytest.mark.parametrize(("model", "stage"), [(CNN, "layer2"), (VIT, "block3")], ids=["cnn", "vit"])
def test_every_objective_rises(model: TorchFeatureModel, stage: str, target: Target, parametrisation: str) -> None:
    chosen = replace(target, stage=stage if target.stage else "")
    found = climbed(model, replace(SHORT, target=chosen, parametrisation=parametrisation, certainty=0.0))
    curve = found.curves["activation"]
    assert len(curve) == 6
    assert curve[-1] > curve[0]
    assert {each.kind for each in TARGETS} == set(OBJECTIVES)


def test_a_class_becomes_likely_and_is_measured_on_the_clean_8_bit_picture() -> None:
    found = climbed(VIT, replace(SHORT, target=Target("class", 3), steps=30))
    with torch.no_grad():
        shares = VIT.logits(VIT.pixels([VIT.prepare(found.pictures[0])])).double().softmax(1)[0].numpy()
    assert found.probability() > 0.9
    assert found.probabilities[0] == pytest.approx(shares, abs=1e-5)
    assert found.top(0, 1)[0][0] == 3
    assert 0 <= found.jittered[0] <= 1
    rgb = found.pictures[0].rgb.astype(float) / 255
    by_hand = np.abs(np.diff(rgb, axis=0)).mean() + np.abs(np.diff(rgb, axis=1)).mean()
    assert found.total_variation[0] == pytest.approx(by_hand, rel=1e-5)


def test_the_variation_loss_makes_it_smoother() -> None:
    plain = replace(SHORT, target=Target("class", 3), steps=30, parametrisation="pixels", decorrelated=False)
    rough, smooth = climbed(CNN, plain), climbed(CNN, replace(plain, variation=300.0))
    assert smooth.total_variation[0] < 0.5 * rough.total_variation[0]
    assert set(smooth.curves) - set(rough.curves) == {"variation"}


def test_the_loss_is_the_sum_of_its_terms() -> None:
    settings = replace(SHORT, variation=3.0, l1=1.0, l2=2.0, blur=1.0, count=2, diversity=1.5, jitter=0.05)
    for snapshot in ideal(VIT, None, settings):
        values = dict(snapshot.values)
        if values:
            probability = values.pop("probability")
            loss, activation = values.pop("loss"), values.pop("activation")
            assert set(values) == {"certainty", "variation", "l1", "l2", "blur", "diversity"}
            assert loss == pytest.approx(sum(values.values()) - activation, rel=1e-4)
            assert 0 <= probability <= 1


def test_equal_seeds_give_equal_pictures() -> None:
    settings = replace(SHORT, jitter=0.1, scale=0.1, rotate=10.0, seed=5)
    once, again = climbed(CNN, settings), climbed(CNN, settings)
    other = climbed(CNN, replace(settings, seed=6))
    assert once.pictures[0].sha256 == again.pictures[0].sha256 != other.pictures[0].sha256
    assert once.frames == again.frames


def test_several_pictures_at_once_differ_and_have_their_own_numbers() -> None:
    found = climbed(CNN, replace(SHORT, count=3, diversity=2.0))
    assert len({each.sha256 for each in found.pictures}) == 3
    assert found.probabilities.shape == (3, 10)
    assert found.activation.shape == found.best_step.shape == (3,)


def test_starts() -> None:
    grey = climbed(CNN, replace(SHORT, start="grey", steps=1, learning_rate=1e-4))
    assert np.abs(grey.pictures[0].rgb.astype(int) - 128).max() <= 8
    photo = noise_photo()
    dream = climbed(CNN, replace(SHORT, start="photo", parametrisation="pixels", steps=1, learning_rate=1e-4), photo)
    seen = CNN.prepare(photo).rgb.astype(int)
    assert np.abs(dream.pictures[0].rgb - seen).max() <= 2
    assert dream.provenance.photos_sha256 == (photo.sha256,)


def test_between_two_targets() -> None:
    one, two = Target("class", 1), Target("class", 2)
    both = IdealSettings(one, second=two, mix=0.25)
    assert both.targets == ((one, 0.75), (two, 0.25))
    away = replace(both, mix=-0.5)
    assert away.targets == ((one, 0.5), (two, -0.5))
    found = climbed(VIT, replace(away, steps=20, frames=0, certainty=0.0))
    with torch.no_grad():
        logits = VIT.logits(VIT.pixels([VIT.prepare(found.pictures[0])]))[0]
    assert float(found.activation[0]) == pytest.approx(0.5 * float(logits[1] - logits[2]), rel=1e-4)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target("unit", 1, "layer2", 0.0, 0.0), 12.0),
        (Target("unit", 1, "layer2", 0.5, 0.99), 19.0),
        (Target("unit", 1, "layer2", 1.0, 1.0), 23.0),
        (Target("channel", 0, "layer2"), 5.5),
        (Target("stage", 0, "layer2"), sum(n * n for n in range(24)) / 24),
    ],
)
def test_objectives_by_hand(target: Target, expected: float) -> None:
    maps = torch.arange(24.0).view(1, 2, 3, 4)  # two channels of three rows and four columns
    reading = Reading(None, {"layer2": maps})
    assert OBJECTIVES[target.kind](CNN, reading, target).tolist() == pytest.approx([expected])


def dead_model() -> TorchFeatureModel:
    """No channel of its last stage ever gets over the ReLU."""
    model = tiny_cnn()
    last = model.module.layer4[-1]
    last.bn2.weight.fill_(0.0)
    last.bn2.bias.fill_(-1e6)
    return model


@pytest.mark.parametrize("kind", ["channel", "unit"])
def test_a_dead_unit_is_said_and_its_pre_activation_works(kind: str) -> None:
    target = Target(kind, 2, "layer4")  # type: ignore[arg-type]
    with pytest.raises(DeadUnit) as caught:
        next(iter(ideal(dead_model(), None, replace(SHORT, target=target))))
    assert caught.value.values["reason"] == "pre_activation"
    assert str(caught.value.values["target"]).startswith("layer4:2")
    found = climbed(dead_model(), replace(SHORT, target=target, pre_activation=True))
    assert found.curves["activation"][-1] > found.curves["activation"][0]


def test_a_dead_stage_offers_another_start() -> None:
    with pytest.raises(DeadUnit) as caught:
        expected_seconds(dead_model(), None, replace(SHORT, target=Target("stage", 0, "layer4"), start="grey"))
    assert caught.value.values["reason"] == "start"


@pytest.mark.parametrize(("mix", "wanted"), [(1.0, 7), (0.0, 3)])
def test_at_an_end_of_the_mixture_the_other_class_does_not_count(mix: float, wanted: int) -> None:
    settings = replace(SHORT, target=Target("class", 3), second=Target("class", 7), mix=mix, steps=30)
    found = climbed(VIT, settings)
    assert found.top(0, 1)[0][0] == wanted
    assert found.mixed == ((VIT.labels[3], 1 - mix), (VIT.labels[7], mix))


def test_a_climb_between_two_classes_speaks_of_both() -> None:
    settings = replace(SHORT, target=Target("class", 3), second=Target("class", 7), mix=-0.25, steps=2)
    *_, last = steps = list(ideal(VIT, None, settings))
    found = last.result
    assert isinstance(found, IdealResult)
    assert not [each for each in steps if "probability" in each.values]
    assert (found.target_class, found.mixed_classes) == (None, (3, 7))
    assert np.isnan(found.jittered).all()
    assert found.class_probabilities() == [(VIT.labels[each], found.probabilities[0, each]) for each in (3, 7)]
    first, second = (VIT.labels[each].split(",")[0] for each in (3, 7))
    assert found.target == found.pictures[0].name == f"0.75 · {first} − 0.25 · {second}"


def test_a_stage_with_a_linear_end_is_its_own_pre_activation() -> None:
    """The last ReLU of an inverted residual lies inside it, on more channels."""
    model: Any = load_model(CARDS["efficientnet-lite0"], "cpu")
    with torch.no_grad():
        pixels = model.pixels([model.prepare(noise_photo())])
        for stage in ("stage2", "stage5"):
            maps = [read(model, pixels, [stage], classes=False, before=before).maps[stage] for before in (False, True)]
            assert torch.equal(*maps)


def test_pre_activation_is_what_the_last_relu_gets() -> None:
    pixels = torch.rand((1, 3, 128, 128), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        after = read(CNN, pixels, ["layer4"], classes=False, before=False).maps["layer4"]
        before = read(CNN, pixels, ["layer4"], classes=False, before=True).maps["layer4"]
    assert float(before.min()) < 0
    assert torch.equal(before.relu(), after)
    assert last_rectifier(VIT.stages["block2"]) is None


def test_a_layer_ends_the_forward_pass_early() -> None:
    calls = []
    handle = CNN.module.layer4.register_forward_hook(lambda *_: calls.append(1))
    pixels = torch.rand((1, 3, 128, 128))
    with torch.no_grad():
        read(CNN, pixels, ["layer2"], classes=False, before=False)
        assert not calls
        reading = read(CNN, pixels, ["layer2"], classes=True, before=False)
    handle.remove()
    assert calls
    assert reading.logits is not None
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in CNN.module.modules())


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (IdealSettings(Target("class", 10)), UnknownClass),
        (IdealSettings(Target("channel", 9999, "layer2")), SettingOutOfRange),
        (IdealSettings(start="photo"), PhotosMissing),
    ],
)
def test_what_a_person_can_fix(settings: IdealSettings, error: type[VizError]) -> None:
    with pytest.raises(error):
        next(iter(ideal(CNN, (), settings)))


@pytest.mark.parametrize("field", [{"steps": 0}, {"count": 10}, {"variation": float("nan")}, {"learning_rate": 0.0}])
def test_settings_have_limits(field: dict[str, float]) -> None:
    with pytest.raises(SettingOutOfRange):
        IdealSettings(**field)  # type: ignore[arg-type]


def test_nan_is_said() -> None:
    broken = tiny_cnn()
    broken.module.fc.bias.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        next(iter(ideal(broken, None, SHORT)))


def test_nan_after_some_steps_keeps_what_was_there() -> None:
    model = tiny_cnn()
    running = ideal(model, None, replace(SHORT, steps=40))
    first = next(running)
    model.module.fc.bias.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        list(running)
    assert isinstance(first.result, IdealResult)


def test_the_model_stays_as_it_was_between_steps() -> None:
    model = tiny_cnn()
    before = {name: tensor.clone() for name, tensor in model.module.state_dict().items()}
    for _ in ideal(model, None, replace(SHORT, target=Target("unit", 1, "layer2"), pre_activation=True)):
        assert torch.is_grad_enabled()
        assert all(each.grad is None and not each.requires_grad for each in model.module.parameters())
        assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.module.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.module.state_dict().items())


def test_steps_results_and_frames() -> None:
    steps = list(ideal(CNN, None, IdealSettings(steps=20, frames=5)))
    assert [each.step for each in steps] == [*range(1, 21), 20]
    results = [each.result for each in steps if each.result is not None]
    assert len(results) >= 10
    final = results[-1]
    assert isinstance(final, IdealResult)
    assert final.frame_steps == (4, 8, 12, 16, 20)
    assert all(frame.startswith(b"\xff\xd8") for frame in final.frames)
    content = final.to_json()
    assert content["frames"] == [{"bytes": len(each)} for each in final.frames]
    assert len(content["curves"]["loss"]) == 20


def judged(*losses: float) -> Judged:
    numbers = np.array(losses)
    rgbs = [np.full((2, 2, 3), int(loss), dtype=np.uint8) for loss in losses]
    return Judged(rgbs, numbers, -numbers, numbers / 10, torch.tensor(losses)[:, None])


def test_the_best_so_far_is_kept_for_each_picture() -> None:
    kept = better_of(judged(5, 2, 4), judged(3, 6, 4))
    assert kept.loss.tolist() == [3, 2, 4]
    assert kept.activation.tolist() == [-3, -2, -4]
    assert [int(rgb[0, 0, 0]) for rgb in kept.rgbs] == [3, 2, 4]
    assert kept.logits is not None
    assert kept.logits.flatten().tolist() == [3, 2, 4]


def test_the_best_so_far_never_gets_worse() -> None:
    steps = ideal(CNN, None, IdealSettings(steps=12, frames=0, certainty=0.0))
    activations = [float(each.result.activation[0]) for each in steps if isinstance(each.result, IdealResult)]
    assert len(activations) == 12
    assert activations == sorted(activations)


@pytest.mark.parametrize(
    ("steps", "count", "expected"),
    [(4, 2, [2, 4]), (5, 2, [3, 5]), (3, 9, [1, 2, 3]), (7, 1, [7]), (5, 0, [])],
)
def test_evenly_spaced_steps(steps: int, count: int, expected: list[int]) -> None:
    assert [step for step in range(1, steps + 1) if falls_on(step, steps, count)] == expected


def test_tiles() -> None:
    black = np.zeros((4, 4, 3), dtype=np.uint8)
    assert tiled([black]).shape == (4, 4, 3)
    three = tiled([black] * 3)
    assert three.shape == (10, 10, 3)
    assert (three[6:, 6:] == 255).all()


def test_log_odds_by_hand() -> None:
    logits = torch.tensor([[2.0, 0.0, 1.0]])
    share = float(logits.softmax(1)[0, 0])
    assert float(log_odds(logits, 0)) == pytest.approx(np.log(share / (1 - share)), rel=1e-5)


def test_expected_seconds_is_about_what_it_takes() -> None:
    found = expected_seconds(CNN, None, replace(SHORT, steps=100))
    assert isinstance(found, TimeEstimate)
    assert found.seconds == pytest.approx(found.step_ms / 1000 * (100 + (16 + 8) / 3))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("model", [CNN, VIT], ids=["cnn", "vit"])
def test_every_preset_runs(model: TorchFeatureModel, preset: str) -> None:
    settings = suggested(model.card, Target("class", 1), preset)  # type: ignore[arg-type]
    assert climbed(model, replace(settings, steps=2), noise_photo()).steps == 2


def test_the_ablation_adds_one_thing_at_a_time() -> None:
    whole = suggested(CNN.card, Target("class", 1))
    plain, variation, fourier, transforms = ablation(whole).values()
    assert transforms == whole
    assert replace(plain, variation=whole.variation) == variation
    assert replace(variation, parametrisation="fourier", decorrelated=True) == fourier
    assert replace(fourier, jitter=whole.jitter, scale=whole.scale, rotate=whole.rotate) == transforms


@pytest.mark.parametrize(("steps", "expected"), [(16, 16), (64, 16), (512, 64), (1, 16)])
def test_long_climbs_are_judged_every_few_steps(steps: int, expected: int) -> None:
    from vizcore.generation.ideal.run import JUDGE_EVERY, judgements_in

    assert judgements_in(steps) == expected
    judged = [step for step in range(1, steps + 1) if falls_on(step, steps, judgements_in(steps))]
    assert max(b - a for a, b in zip([0, *judged], judged, strict=False)) <= JUDGE_EVERY


def test_a_stopped_climb_has_not_tried_fresh_shifts() -> None:
    snapshots = list(ideal(tiny_cnn(), None, IdealSettings(steps=3, frames=0)))
    assert snapshots[0].result is not None
    assert np.isnan(snapshots[0].result.jittered).all()  # type: ignore[attr-defined]
    assert np.isfinite(snapshots[-1].result.jittered).all()  # type: ignore[union-attr]
