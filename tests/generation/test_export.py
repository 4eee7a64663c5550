"""Does the saved file make the model see exactly the attacked pixels, whatever its recipe?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.generation.attacks.export import file_picture, pasted_into
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.images import open_photo
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.preprocessing.recipes import RECIPES

SHAPES = [(150, 200), (200, 150), (96, 96), (301, 333), (40, 500), (257, 1000), (224, 224)]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_preparing_the_file_gives_the_attacked_pixels(recipe: object, shape: tuple[int, int]) -> None:
    photo = Photo(np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8), "photo")
    prepared = recipe.prepare(photo)  # type: ignore[attr-defined]
    attacked = 255 - prepared.rgb
    saved = open_photo(encode_png(file_picture(prepared, attacked)), "saved")
    assert np.array_equal(recipe.prepare(saved).rgb, attacked)  # type: ignore[attr-defined]


def test_the_saved_attack_gives_the_same_numbers() -> None:
    model = tiny_cnn()
    *_, last = attack(model, noise_photo(), AttackSettings(steps=2))
    result = last.result
    assert result is not None
    again = model.prepare(open_photo(encode_png(result.adversarial.rgb), "again"))  # type: ignore[attr-defined]
    assert np.array_equal(again.rgb, result.adversarial_seen.rgb)  # type: ignore[attr-defined]
    shares = model.logits(model.pixels([again])).double().softmax(1)[0].detach().numpy()
    assert shares == pytest.approx(result.after, abs=1e-6)  # type: ignore[attr-defined]


def test_no_change_pastes_nothing() -> None:
    photo = noise_photo()
    assert np.array_equal(pasted_into(photo, np.zeros((128, 128, 3)), (25, 0, 175, 150)).rgb, photo.rgb)


def test_a_change_is_pasted_into_its_region_only() -> None:
    photo = Photo(np.full((40, 60, 3), 100, dtype=np.uint8), "grey")
    pasted = pasted_into(photo, np.full((8, 8, 3), 5.0), (10, 0, 50, 40)).rgb
    assert (pasted[:, 10:50] == 105).all()
    assert (pasted[:, :10] == 100).all()
    assert (pasted[:, 50:] == 100).all()
