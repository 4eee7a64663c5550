"""Do evaluation, stability and slices count what they say?"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import PhotosMissing, SettingOutOfRange, UnknownClass
from vizcore.features import classify
from vizcore.photo import Photo
from vizcore.robustness.corruptions.table import corrupt
from vizcore.robustness.evaluation import Robustness, RobustnessSettings, robustness
from vizcore.robustness.stability import StabilitySettings, shifted, stability, turned
from vizcore.robustness.subgroups import SubgroupSettings, subgroup_report, traits

CNN, VIT = tiny_cnn(), tiny_vit()
PHOTOS = (noise_photo(), noise_photo(seed=1))
FEW = RobustnessSettings(corruptions=("fog", "jpeg"), severities=(1, 5))


def evaluated(settings: RobustnessSettings, photos: tuple[Photo, ...] = PHOTOS) -> Robustness:
    *_, last = robustness(VIT, photos, settings)
    assert isinstance(last.result, Robustness)
    return last.result


def test_the_clean_answer_is_the_reference() -> None:
    found = evaluated(FEW)
    own = [int(classify(VIT, photo).probabilities.argmax()) for photo in PHOTOS]
    assert found.reference.tolist() == own
    assert not found.known.any()
    assert found.clean_kept.all()
    assert found.confidence.shape == (2, 2, 2)
    assert found.kept_rate.shape == found.mean_confidence.shape == (2, 2)


def test_each_number_can_be_computed_again() -> None:
    found = evaluated(FEW)
    view = Photo(corrupt(VIT.prepare(PHOTOS[1]).rgb, "fog", 5, 1), "")
    with torch.no_grad():
        shares = VIT.logits(VIT.pixels([VIT.prepare(view)])).double().softmax(1)[0].numpy()
    assert found.confidence[0, 1, 1] == pytest.approx(shares[found.reference[1]], abs=1e-5)
    assert found.kept[0, 1, 1] == (shares.argmax() == found.reference[1])


def test_known_truth_turns_kept_into_accuracy() -> None:
    own = int(classify(VIT, PHOTOS[0]).probabilities.argmax())
    wrong = (own + 1) % 10
    found = evaluated(RobustnessSettings((wrong, None), FEW.corruptions, FEW.severities))
    assert found.reference[0] == wrong
    assert found.known.tolist() == [True, False]
    assert found.clean_kept.tolist() == [False, True]
    worst = found.worst()
    assert worst is not None
    assert worst[2] == 1, "a photo that was wrong when clean cannot be the worst case"


def test_the_worst_case_has_the_lowest_confidence() -> None:
    found = evaluated(FEW)
    name, severity, photo = found.worst() or ("", 0, 0)
    c, s = found.corruptions.index(name), found.severities.index(severity)
    assert found.confidence[c, s, photo] == found.confidence.min()


def test_progress_and_repeatability() -> None:
    steps = list(robustness(CNN, PHOTOS, FEW))
    assert [each.step for each in steps] == [0, 1, 1, 2, 2]
    assert set(steps[1].values) == {"confidence", "kept"}
    again = list(robustness(CNN, PHOTOS, FEW))
    first, second = steps[-1].result, again[-1].result
    assert isinstance(first, Robustness)
    assert isinstance(second, Robustness)
    assert np.array_equal(first.confidence, second.confidence)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(PhotosMissing):
        list(robustness(CNN, ()))
    with pytest.raises(UnknownClass):
        list(robustness(CNN, PHOTOS, RobustnessSettings((0, 10))))
    with pytest.raises(ValueError, match="expected 2 classes"):
        list(robustness(CNN, PHOTOS, RobustnessSettings((0,))))
    with pytest.raises(PhotosMissing):
        subgroup_report(CNN, ())
    with pytest.raises(UnknownClass):
        stability(CNN, PHOTOS[0], StabilitySettings(reference=10))
    with pytest.raises(SettingOutOfRange):
        StabilitySettings(reach=17)


def test_shifts_by_hand() -> None:
    rgb = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    assert np.array_equal(shifted(rgb, 0, 0), rgb)
    assert np.array_equal(shifted(rgb, 1, 0)[1:], rgb[:2])
    assert np.array_equal(shifted(rgb, 1, 0)[0], rgb[1]), "mirrored: the row inside the edge comes in"
    assert np.array_equal(shifted(rgb, 0, -1)[:, :2], rgb[:, 1:])


def test_turns() -> None:
    rgb = noise_photo(33, 33).rgb
    assert np.array_equal(turned(rgb, 0), rgb)
    assert np.abs(turned(rgb, 90).astype(int) - np.rot90(rgb)).max() <= 1


def test_a_flat_picture_is_perfectly_stable() -> None:
    grey = Photo(np.full((128, 128, 3), 90, dtype=np.uint8), "grey")
    found = stability(CNN, grey, StabilitySettings(reach=1, degrees=(5,)))
    assert found.one_pixel_kept == 1
    assert found.one_pixel_swing == pytest.approx(0, abs=1e-6)
    assert found.turn_kept.all()
    assert found.shift_confidence == pytest.approx(np.full((3, 3), found.confidence), abs=1e-6)


def test_stability_counts_the_eight_neighbours() -> None:
    found = stability(VIT, PHOTOS[0], StabilitySettings(reach=2, degrees=()))
    assert found.shift_confidence.shape == (5, 5)
    assert found.shift_confidence[2, 2] == pytest.approx(found.confidence, abs=1e-5)
    assert found.one_pixel_kept == pytest.approx((found.shift_kept[1:4, 1:4].sum() - found.shift_kept[2, 2]) / 8)
    still = stability(VIT, PHOTOS[0], StabilitySettings(reach=0))
    assert np.isnan(still.one_pixel_kept)
    assert np.isnan(still.one_pixel_swing)
    assert still.to_json()["shift_confidence"] == [[pytest.approx(still.confidence)]]


def test_traits() -> None:
    dark = Photo(np.full((40, 90, 3), 51, dtype=np.uint8), "dark")
    found = traits(dark)
    assert (found.shorter_side, found.brightness, found.sharpness) == (40, pytest.approx(0.2), 0)
    assert traits(noise_photo()).sharpness > 60


def test_slices() -> None:
    dark = Photo(np.full((40, 90, 3), 51, dtype=np.uint8), "dark")
    answer = int(classify(CNN, dark).probabilities.argmax())
    report = subgroup_report(CNN, (dark, noise_photo(300, 300)), SubgroupSettings(truth=(answer, None)))
    rows = {row.name: row for row in report.rows}
    assert rows["all"].photos == (0, 1)
    assert rows["small"].photos == rows["dark"].photos == rows["blurred"].photos == (0,)
    assert rows["dark"].accuracy == 1
    assert rows["all"].accuracy == 1, "only the photo whose truth is known counts"
    assert rows["all"].confidence == pytest.approx(np.mean([classify(CNN, p).probabilities.max() for p in
                                                            (dark, noise_photo(300, 300))]), abs=1e-6)  # fmt: skip
    bright = subgroup_report(CNN, noise_photo(300, 300))
    assert np.isnan({row.name: row for row in bright.rows}["dark"].confidence)
    assert bright.to_json()["rows"][1]["confidence"] is None
