"""Do sweeps, transfer, survival, defences, spectra and patches say what they should?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import PhotosMissing, UnknownClass
from vizcore.generation.attacks.results import AttackResult, AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.class_names import names_of, same_class
from vizcore.generation.pace import Pace
from vizcore.generation.studies.defences import DEFENCES, DefenceSettings, defend
from vizcore.generation.studies.disturbances import DISTURBANCES
from vizcore.generation.studies.epsilon_sweep import EpsilonSweep, SweepSettings, epsilon_sweep
from vizcore.generation.studies.patch import PatchResult, PatchSettings, _shown_row, printed_patch, try_patch
from vizcore.generation.studies.placement import PlacementRange, disc, laid_on, random_places
from vizcore.generation.studies.spectrum import log_spectrum, radial_profile
from vizcore.generation.studies.survival import SurvivalSettings, survival
from vizcore.generation.studies.transfer import JudgeSettings, judge, pairs_of, transfer_matrix

CNN, VIT = tiny_cnn(), tiny_vit()
PHOTOS = (noise_photo(), noise_photo(seed=1))


@pytest.fixture(scope="module")
def fooled() -> AttackSet:
    *_, last = attack(VIT, PHOTOS, AttackSettings("bim", steps=4))
    assert isinstance(last.result, AttackSet)
    return last.result


def test_the_sweep_begins_at_no_success_and_rises() -> None:
    settings = SweepSettings(AttackSettings("bim", steps=3), budgets=(0, 2, 16))
    steps = list(epsilon_sweep(VIT, PHOTOS, settings))
    assert [each.step for each in steps] == sorted(each.step for each in steps)
    partial = [each.result for each in steps if each.result is not None]
    assert [len(each.budgets) for each in partial if isinstance(each, EpsilonSweep)] == [1, 2, 3]
    final = steps[-1].result
    assert isinstance(final, EpsilonSweep)
    assert final.success_rate[0] == 0
    assert final.success_rate[-1] == 1
    assert list(final.source_confidence) == sorted(final.source_confidence, reverse=True)
    assert (final.photos, final.skipped) == (2, ())


def test_the_sweep_needs_a_budget_and_a_photo_to_attack() -> None:
    with pytest.raises(ValueError, match="with a budget"):
        list(epsilon_sweep(VIT, PHOTOS, SweepSettings(AttackSettings("deepfool"))))
    *_, last = attack(VIT, PHOTOS[0], AttackSettings("fgsm"))
    assert isinstance(last.result, AttackResult)
    with pytest.raises(PhotosMissing):
        list(epsilon_sweep(VIT, PHOTOS[:1], SweepSettings(AttackSettings(target=last.result.source))))


def test_the_maker_judges_its_own_pictures_as_it_did(fooled: AttackSet) -> None:
    found = judge(VIT, pairs_of(fooled))
    assert found.success_rate == fooled.success_rate
    assert list(found.source) == [each.source for each in fooled.results]
    assert found.source_confidence == pytest.approx([each.after[each.source] for each in fooled.results], abs=1e-6)


def test_equal_pictures_fool_nobody(fooled: AttackSet) -> None:
    clean = tuple(each.clean for each in fooled.results for _ in range(2))
    assert judge(CNN, clean).success_rate == 0


def test_a_target_that_another_model_lacks_counts_nothing(fooled: AttackSet) -> None:
    found = judge(VIT, pairs_of(fooled), JudgeSettings("zebra"))
    assert np.isnan(found.success_rate)
    assert np.isnan(found.target_confidence).all()
    known = judge(VIT, pairs_of(fooled), JudgeSettings(VIT.labels[fooled.results[0].answer]))
    assert known.fooled[0]


def test_the_matrix(fooled: AttackSet) -> None:
    own, other = judge(VIT, pairs_of(fooled)), judge(CNN, pairs_of(fooled))
    matrix = transfer_matrix({("vit", "vit"): own, ("vit", "cnn"): other})
    assert (matrix.made_on, matrix.judged_by) == (("vit",), ("vit", "cnn"))
    assert matrix.success_rate.tolist() == [[own.success_rate, other.success_rate]]
    assert matrix.confidence[0, 0] == pytest.approx(own.rival_confidence.mean())
    strongest = [np.delete(each.after, each.source).max() for each in fooled.results]
    assert own.rival_confidence == pytest.approx(strongest, abs=1e-6)  # not all that the source lost


@pytest.mark.parametrize("count", [0, 1, 3])
def test_pictures_come_in_pairs(count: int) -> None:
    with pytest.raises(PhotosMissing):
        judge(CNN, (PHOTOS[0],) * count)
    with pytest.raises(PhotosMissing):
        defend(CNN, (PHOTOS[0],) * count)


@pytest.mark.parametrize(
    ("labels", "label", "expected"),
    [
        (["dog", "cat"], "cat", 1),
        (["dog", "tabby, tabby cat"], "Tabby Cat", 1),
        (["dog", "hot dog"], "dog, domestic dog", 0),
        (["a, b", "b, c"], "b, x", None),
        (["dog"], "zebra", None),
        ([], "zebra", None),
    ],
)
def test_the_same_class_elsewhere(labels: list[str], label: str, expected: int | None) -> None:
    assert same_class(labels, label) == expected


def test_names_of_a_label() -> None:
    assert names_of("Tabby, tabby cat") == {"tabby", "tabby cat"}


@pytest.mark.parametrize("kind", DISTURBANCES)
def test_disturbances_keep_size_and_grow(kind: str) -> None:
    rgb = noise_photo().rgb
    row, random = DISTURBANCES[kind], np.random.default_rng(0)
    ends = [row.apply(rgb, strength, random) for strength in (row.strengths[0], row.strengths[-1])]
    assert all(each.shape == rgb.shape and each.dtype == np.uint8 for each in ends)
    mild, harsh = (np.abs(each.astype(int) - rgb).mean() for each in ends)
    assert harsh > 0
    assert harsh > mild or kind == "gamma"  # gamma goes from too light to too dark


def test_survival_starts_with_the_picture_as_it_is(fooled: AttackSet) -> None:
    first = fooled.results[0]
    found = survival(VIT, first.adversarial, SurvivalSettings(first.source))
    assert found.rows[0].kind == "none"
    assert found.rows[0].survives == first.success
    assert found.rows[0].source_confidence == pytest.approx(first.after[first.source], abs=1e-6)
    assert len(found.rows) == 1 + sum(len(row.strengths) for row in DISTURBANCES.values())
    assert found.rows == survival(VIT, first.adversarial, SurvivalSettings(first.source)).rows
    with pytest.raises(UnknownClass):
        survival(VIT, first.adversarial, SurvivalSettings(99))


def test_defences_are_measured_against_the_undefended_model(fooled: AttackSet) -> None:
    found = defend(VIT, pairs_of(fooled))
    assert [row.kind for row in found.rows] == list(DEFENCES)
    none = found.rows[0]
    assert (none.clean_kept, none.still_fooled) == (1, fooled.success_rate)
    assert none.restored == 1 - fooled.success_rate
    assert all(0 <= share <= 1 for row in found.rows for share in (row.clean_kept, row.restored, row.still_fooled))
    assert found.rows == defend(VIT, pairs_of(fooled), DefenceSettings()).rows


def test_spectrum_of_one_wave_and_of_nothing() -> None:
    columns = np.arange(32)
    wave = np.cos(2 * np.pi * 8 * columns / 32)[None, :, None] * np.ones((32, 1, 3))
    spectrum = log_spectrum(wave)
    assert sorted(map(tuple, np.argwhere(spectrum > 0.9).tolist())) == [(16, 8), (16, 24)]
    frequency, share = radial_profile(wave, rings=16)
    assert share.argmax() == 8
    assert frequency[8] == pytest.approx(0.25, abs=0.02)
    assert share.sum() == pytest.approx(1)
    assert log_spectrum(np.zeros((4, 4, 3))).max() == 0
    assert radial_profile(np.zeros((4, 4, 3)))[1].sum() == 0


def test_a_patch_without_scale_or_turn_lies_flat() -> None:
    flat = PlacementRange(side_share=0.5, scale=(1, 1), degrees=0, light=0)
    places = random_places(1, flat, torch.Generator().manual_seed(0))
    places.maps[0, :, 2] = 0  # in the middle
    patch = torch.rand((3, 4, 4), generator=torch.Generator().manual_seed(1))
    placed = laid_on(torch.zeros((1, 3, 8, 8)), patch, torch.ones((4, 4)), places)
    assert torch.allclose(placed[0, :, 2:6, 2:6], patch, atol=1e-6)
    assert placed[0, :, :2].abs().max() == 0


def test_a_white_patch_on_white_is_white_at_its_rim_too() -> None:
    places = random_places(20, PlacementRange(side_share=0.4, light=0), torch.Generator().manual_seed(0))
    placed = laid_on(torch.ones((20, 3, 64, 64)), torch.ones((3, 17, 17)), disc(17), places)
    assert float(placed.min()) > 0.999


def test_patches_lie_inside_the_picture() -> None:
    flat = PlacementRange(side_share=0.3, degrees=0)
    places = random_places(50, flat, torch.Generator().manual_seed(0))
    placed = laid_on(torch.zeros((50, 3, 64, 64)), torch.ones((3, 16, 16)), torch.ones((16, 16)), places)
    areas = (placed[:, 0] > 0.5).float().sum((1, 2)) / 64**2
    assert float(areas.min()) > 0.8 * (0.3 * 0.8) ** 2
    assert float(areas.max()) < 1.2 * (0.3 * 1.2) ** 2


def test_disc() -> None:
    assert disc(4).tolist() == [[0, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 1, 0]]


def test_a_patch_learns_and_can_be_tried_elsewhere() -> None:
    settings = PatchSettings(target=4, steps=12, batch=2, draws=2)
    steps = list(printed_patch(VIT, PHOTOS, settings))
    losses = [each.values["loss"] for each in steps if each.values]
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    final = steps[-1].result
    assert isinstance(final, PatchResult)
    assert final.confidence.mean() > final.confidence_without.mean()
    assert (final.patch.rgb[0, 0] == 255).all(), "white outside the disc"
    again = try_patch(VIT, (final.patch, *PHOTOS), settings)
    assert again.confidence == pytest.approx(final.confidence, abs=1e-6)
    assert len(try_patch(CNN, (final.patch, PHOTOS[0]), settings).examples) == 1
    *_, repeated = printed_patch(VIT, PHOTOS, settings)
    assert isinstance(repeated.result, PatchResult)
    assert repeated.result.patch.sha256 == final.patch.sha256


def test_photos_of_the_target_say_nothing_about_a_patch() -> None:
    *_, last = printed_patch(VIT, PHOTOS, PatchSettings(target=1, steps=1, draws=2))
    assert isinstance(last.result, PatchResult)
    found = replace(last.result, success_rate=np.array([1.0, 0.25]), already=np.array([True, False]))
    assert found.judged_rates == [0.25]
    assert replace(found, already=np.array([True, True])).judged_rates == []
    seen = int(VIT.logits(VIT.pixels([VIT.prepare(PHOTOS[0])])).argmax())
    *_, last = printed_patch(VIT, PHOTOS[:1], PatchSettings(target=seen, steps=1, draws=2))
    assert isinstance(last.result, PatchResult)
    assert last.result.already.tolist() == [True]


@pytest.mark.parametrize(
    ("already", "everywhere", "row"), [([1, 0, 0], False, 1), ([1, 1], False, None), ([1, 1], True, 0)]
)
def test_the_live_picture_is_one_that_the_patch_has_to_change(
    already: list[int], everywhere: bool, row: int | None
) -> None:
    assert _shown_row(np.array(already, bool), everywhere=everywhere) == row


def test_patch_settings_are_checked() -> None:
    with pytest.raises(UnknownClass):
        next(iter(printed_patch(VIT, PHOTOS, PatchSettings(target=10))))
    with pytest.raises(PhotosMissing):
        next(iter(printed_patch(VIT, (), PatchSettings(target=1))))


def test_pace_keeps_to_its_share() -> None:
    now = [0.0]
    pace = Pace(1.0, share=0.1, clock=lambda: now[0])
    assert pace.due()
    with pace.spending():
        now[0] += 0.01
    assert not pace.due()
    now[0] += 1.0
    assert pace.due()
    with pace.spending():
        now[0] += 0.5  # showing was slow: wait ten times as long
    now[0] += 4.9
    assert not pace.due()
    now[0] += 0.2
    assert pace.due()
