"""What does the Adversarial page say where the target was there before anything was done?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_vit
from vizcore.generation.attacks.results import AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.studies.patch import PatchResult, PatchSettings, printed_patch
from vizcore.i18n import speaking
from vizcore.ui.panels.adversarial.before_after import verdict
from vizcore.ui.panels.adversarial.patch import rate_words

VIT = tiny_vit()
WORDS = "{label} in {rate}"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "It was the target before the attack already"), ("fr", "C’était déjà la cible avant l’attaque")],
)
def test_a_photo_that_was_the_target_already_is_not_called_fooled(language: str, words: str) -> None:
    *_, last = attack(VIT, (noise_photo(),), AttackSettings("bim", steps=1))
    assert isinstance(last.result, AttackSet)
    found = replace(last.result.results[0], success=True)
    other = (found.source + 1) % len(found.labels)
    with speaking(language):
        assert words in verdict(replace(found, target=found.source))
        assert words not in verdict(replace(found, target=other))
        assert words not in verdict(replace(found, target=None))


def test_the_rate_of_a_patch_leaves_out_what_was_the_target_already() -> None:
    photos = (noise_photo(), noise_photo(seed=1))
    *_, last = printed_patch(VIT, photos, PatchSettings(target=1, steps=1, draws=2))
    assert isinstance(last.result, PatchResult)
    provenance = replace(last.result.provenance, model="vit-mini")
    found = replace(last.result, provenance=provenance, success_rate=np.array([1.0, 0.25]))
    with speaking("en"):
        both, one, none = (
            rate_words(replace(found, already=np.array(already)), WORDS)
            for already in ([False, False], [True, False], [True, True])
        )
    assert "in 62" in both or "in 63" in both
    assert "Left out" not in both
    assert "in 25" in one
    assert "Left out, since the model already sees the target: 1." in one
    assert "in all these photos already" in none
