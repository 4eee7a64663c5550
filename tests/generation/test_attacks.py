"""Do attacks keep their budget, reach their goal, leave the model alone and repeat themselves?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import AlreadyTarget, InvalidOutput, PhotosMissing, SettingOutOfRange, UnknownClass, VizError
from vizcore.generation.attacks.results import AttackResult, AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS
from vizcore.generation.gradients import loss_and_gradient
from vizcore.photo import Photo
from vizcore.zoo.feature_models import TorchFeatureModel

CNN, VIT = tiny_cnn(), tiny_vit()
ALONE = [key for key, row in ATTACKS.items() if not row.together]


def attacked(model: TorchFeatureModel, photo: Photo, settings: AttackSettings) -> AttackResult:
    *_, last = attack(model, photo, settings)
    assert isinstance(last.result, AttackResult)
    assert last.step == last.total
    return last.result


def other_class(model: TorchFeatureModel, photo: Photo) -> int:
    """The weakest class: surely not the answer."""
    with torch.no_grad():
        return int(model.logits(model.pixels([model.prepare(photo)]))[0].argmin())


@pytest.mark.parametrize("model", [CNN, VIT], ids=["cnn", "vit"])
@pytest.mark.parametrize("key", ALONE)
def test_every_attack_measures_its_8_bit_picture(model: TorchFeatureModel, key: str) -> None:
    photo = noise_photo()
    found = attacked(model, photo, replace(ATTACKS[key].suggested, steps=4, searches=1))
    change = found.adversarial_seen.rgb.astype(int) - found.clean_seen.rgb
    assert found.change.linf_255 == np.abs(change).max() > 0
    assert found.change.l2 == pytest.approx(np.linalg.norm(change) / 255)
    assert found.change.l0_pixels == np.any(change, axis=2).sum()
    assert found.change.ssim < 1
    assert found.budget_kept is (True if ATTACKS[key].budget else None)
    assert found.success == (found.answer != found.source)
    assert found.before.sum() == pytest.approx(1)
    assert len(found.loss_curve) > 0


@pytest.mark.parametrize("epsilon", [0.5, 1, 3, 8, 32, 255])
@pytest.mark.parametrize("key", ["fgsm", "pgd"])
def test_linf_budget(key: str, epsilon: float) -> None:
    found = attacked(CNN, noise_photo(), AttackSettings(key, epsilon_255=epsilon, steps=2))
    assert found.change.linf_255 <= epsilon
    assert found.budget_kept


@pytest.mark.parametrize("epsilon", [0.05, 0.5, 3, 50])
def test_l2_budget(epsilon: float) -> None:
    found = attacked(CNN, noise_photo(), AttackSettings("pgd-l2", epsilon_l2=epsilon, steps=2))
    assert found.change.l2 <= epsilon + 1e-6
    assert found.budget_kept


@pytest.mark.parametrize("key", [key for key in ALONE if ATTACKS[key].budget])
def test_epsilon_0_changes_nothing_at_all(key: str) -> None:
    found = attacked(VIT, noise_photo(), AttackSettings(key, epsilon_255=0, epsilon_l2=0, steps=2))
    assert np.array_equal(found.adversarial.rgb, found.clean.rgb)
    assert np.array_equal(found.before, found.after)
    assert (found.change.linf_255, found.change.l2, found.change.ssim) == (0, 0, 1)
    assert not found.success


@pytest.mark.parametrize("key", ["pgd", "deepfool", "carlini-wagner"])
def test_targeted_attacks_reach_their_target(key: str) -> None:
    photo = noise_photo()
    target = other_class(VIT, photo)
    settings = replace(ATTACKS[key].suggested, target=target, steps=40, searches=1, constant=10.0)
    found = attacked(VIT, photo, settings)
    assert found.success
    assert found.answer == target


def test_smallest_change_attacks_change_less_than_pgd() -> None:
    photo = noise_photo()
    lengths = {key: attacked(VIT, photo, ATTACKS[key].suggested).change.l2 for key in ("pgd", "deepfool")}
    assert lengths["deepfool"] < lengths["pgd"]


def test_several_photos_give_a_set() -> None:
    photos = (noise_photo(), noise_photo(seed=1))
    steps = list(attack(CNN, photos, AttackSettings("pgd", steps=2)))
    assert [each.step for each in steps] == sorted(each.step for each in steps)
    found = steps[-1].result
    assert isinstance(found, AttackSet)
    assert len(found.results) == 2
    assert found.success_rate == np.mean([each.success for each in found.results])


def test_photos_already_of_the_target_are_left_out_of_a_universal_change() -> None:
    white = Photo(np.full((64, 64, 3), 255, np.uint8), "white")
    target = attacked(VIT, white, AttackSettings("fgsm")).source
    chosen = AttackSettings("universal", target=target, steps=2)
    *_, last = attack(VIT, (noise_photo(), white, noise_photo(seed=1)), chosen)
    assert isinstance(last.result, AttackSet)
    assert last.result.skipped == (1,)
    assert len(last.result.results) == 2
    with pytest.raises(AlreadyTarget):
        list(attack(VIT, (white, white), chosen))


def test_photos_already_of_the_target_are_left_out_of_a_set() -> None:
    photos = (noise_photo(), noise_photo(seed=1))
    target = attacked(CNN, photos[0], AttackSettings("fgsm")).source
    *_, last = attack(CNN, (photos[0],), AttackSettings("fgsm", target=target))
    assert isinstance(last.result, AttackSet)
    assert (last.result.skipped, last.result.results) == ((0,), ())
    assert np.isnan(last.result.success_rate)
    assert last.result.to_json()["skipped"] == [0]


def test_each_result_of_a_universal_change_names_all_photos_it_was_made_of() -> None:
    """Those are what it takes to make it again; a photo that is attacked alone is made of itself."""
    photos = tuple(noise_photo(seed=seed) for seed in range(3))
    hashes = tuple(each.sha256 for each in photos)
    for key, expected in (("universal", [hashes] * 3), ("fgsm", [(each,) for each in hashes])):
        *_, last = attack(CNN, photos, AttackSettings(key, steps=1))
        assert isinstance(last.result, AttackSet)
        assert [each.provenance.photos_sha256 for each in last.result.results] == expected


def test_a_result_gets_its_photos_name_back() -> None:
    found = attacked(CNN, Photo(noise_photo().rgb, ""), AttackSettings("fgsm"))
    assert found.adversarial.name == "fgsm"
    named = found.named("me.png")
    assert (named.clean.name, named.clean_seen.name) == ("me.png", "me.png")
    assert (named.adversarial.name, named.adversarial_seen.name) == ("me.png · fgsm", "me.png · fgsm")
    assert named.adversarial.sha256 == found.adversarial.sha256


def test_a_universal_change_is_the_same_on_all_photos() -> None:
    photos = tuple(Photo(np.full((128, 128, 3), grey, dtype=np.uint8), "") for grey in (100, 150))
    *_, last = attack(CNN, photos, AttackSettings("universal", steps=3))
    assert isinstance(last.result, AttackSet)
    first, second = last.result.results
    assert np.array_equal(first.difference, second.difference)
    assert first.change.linf_255 <= 8


@pytest.mark.parametrize(
    ("settings", "photos", "error"),
    [
        (AttackSettings(target=10), noise_photo(), UnknownClass),
        (AttackSettings("universal"), noise_photo(), PhotosMissing),
        (AttackSettings("universal"), (noise_photo(),), PhotosMissing),
        (AttackSettings(), (), PhotosMissing),
    ],
)
def test_what_a_person_can_fix(settings: AttackSettings, photos: object, error: type[VizError]) -> None:
    with pytest.raises(error):
        list(attack(CNN, photos, settings))  # type: ignore[arg-type]


def test_a_photo_already_of_the_target() -> None:
    source = attacked(CNN, noise_photo(), AttackSettings("fgsm")).source
    with pytest.raises(AlreadyTarget) as caught:
        list(attack(CNN, noise_photo(), AttackSettings(target=source)))
    assert caught.value.values == {"model": "tiny-cnn", "target": f"class {source}"}


@pytest.mark.parametrize(
    "field", [{"epsilon_255": 256.0}, {"epsilon_255": float("nan")}, {"steps": 0}, {"kappa": -1.0}]
)
def test_settings_have_limits(field: dict[str, float]) -> None:
    with pytest.raises(SettingOutOfRange):
        AttackSettings(**field)  # type: ignore[arg-type]


def test_an_unknown_attack_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        attack(CNN, noise_photo(), AttackSettings("wish"))


@pytest.mark.parametrize("key", ALONE)
def test_nan_is_said(key: str) -> None:
    broken = tiny_cnn()
    broken.module.fc.bias.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        list(attack(broken, noise_photo(), AttackSettings(key)))


def test_equal_seeds_give_equal_pictures() -> None:
    once, again = (attacked(CNN, noise_photo(), AttackSettings(steps=2, seed=3)) for _ in range(2))
    other = attacked(CNN, noise_photo(), AttackSettings(steps=2, seed=4))
    assert once.adversarial.sha256 == again.adversarial.sha256 != other.adversarial.sha256


def test_restarts_keep_the_best() -> None:
    weak = AttackSettings(steps=1, epsilon_255=1)
    alone = [attacked(CNN, noise_photo(), replace(weak, seed=seed)) for seed in range(6)]
    left = [float(each.after[each.source]) for each in alone]
    first = next(seed for seed in range(4) if left[seed] > min(left[seed + 1 : seed + 3]))  # where trying again helps
    best = attacked(CNN, noise_photo(), replace(weak, restarts=3, seed=first))
    assert best.after[best.source] == pytest.approx(min(left[first : first + 3]))


def test_stopped_after_a_step_there_is_a_result() -> None:
    running = attack(CNN, noise_photo(), AttackSettings(steps=50))
    first = next(running)
    running.close()  # type: ignore[attr-defined]
    assert isinstance(first.result, AttackResult)
    assert first.preview is not None
    assert set(first.values) == {"loss", "source", "rival"}


def test_the_model_stays_as_it_was_between_steps() -> None:
    model = tiny_cnn()
    before = {name: tensor.clone() for name, tensor in model.module.state_dict().items()}
    for snapshot in attack(model, noise_photo(), AttackSettings("carlini-wagner", steps=3)):
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        assert snapshot.total == 3
        assert all(each.grad is None and not each.requires_grad for each in model.module.parameters())
        assert not model.module.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.module.state_dict().items())


def test_it_runs_where_the_caller_switched_gradients_off() -> None:
    with torch.no_grad():
        inside = attacked(CNN, noise_photo(), AttackSettings(steps=2))
    assert inside.adversarial.sha256 == attacked(CNN, noise_photo(), AttackSettings(steps=2)).adversarial.sha256


def test_gradient_against_finite_differences() -> None:
    model = tiny_vit()
    model.module.double()
    model._mean, model._deviation = model._mean.double(), model._deviation.double()
    pixels = torch.rand((1, 3, 128, 128), generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def loss(logits: torch.Tensor) -> torch.Tensor:
        return logits[:, 3] - logits[:, 1]

    _, _, gradient = loss_and_gradient(model, pixels, loss)
    direction = torch.randn(pixels.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    step = 1e-6  # model.logits answers in float32, which would be too coarse for it
    with torch.no_grad():
        both = (model.module(model._normalised(pixels + side * step * direction)) for side in (1, -1))
        ahead, behind = (loss(logits) for logits in both)
    assert float((ahead - behind) / (2 * step)) == pytest.approx(float((gradient * direction).sum()), rel=1e-3)


def test_a_result_goes_into_json_without_its_pictures() -> None:
    content = attacked(CNN, noise_photo(), AttackSettings("fgsm")).to_json()
    assert content["adversarial"]["width"] == 170
    assert len(content["after"]) == 10
    assert content["change"]["linf_255"] <= 8


@pytest.mark.parametrize("key", ["fgsm", "pgd", "deepfool"])
def test_the_curves_end_with_the_picture_that_is_exported(key: str) -> None:
    found = attacked(VIT, noise_photo(), ATTACKS[key].suggested)
    assert len(found.loss_curve) == found.steps + 1
    if key == "fgsm":
        assert len(found.loss_curve) == 2
    if key != "deepfool":  # whose exported change may be an enlarged one
        assert found.source_curve[-1] == pytest.approx(found.after[found.source], abs=1e-5)


def test_rounding_does_not_undo_a_smallest_change() -> None:
    for seed in range(4):
        found = attacked(VIT, noise_photo(seed=seed), ATTACKS["deepfool"].suggested)
        assert found.success
        assert found.change.l0_pixels > 0


def test_the_curves_of_a_universal_change_are_each_photos_own() -> None:
    settings = AttackSettings("universal", epsilon_255=8, steps=4)
    photos = tuple(noise_photo(seed=seed) for seed in range(3))
    *_, last = attack(CNN, photos, settings)
    assert isinstance(last.result, AttackSet)
    for each in last.result.results:
        assert each.source_curve[0] == pytest.approx(each.before[each.source], abs=1e-5)  # it starts without a change
        assert each.source_curve[-1] == pytest.approx(each.after[each.source], abs=0.02)


def test_the_curve_is_that_of_the_start_that_was_kept() -> None:
    settings = AttackSettings("pgd", epsilon_255=1, steps=3, restarts=3)
    *_, last = attack(CNN, noise_photo(), settings)
    assert isinstance(last.result, AttackResult)
    assert len(last.result.source_curve) == 4
    assert last.result.source_curve[-1] == pytest.approx(last.result.after[last.result.source], abs=1e-3)
