"""What does the Adversarial page say where the target was there before anything was done?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_vit
from vizcore.generation.attacks.results import AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.studies.defences import Defences, Defended
from vizcore.generation.studies.epsilon_sweep import EpsilonSweep
from vizcore.generation.studies.patch import PatchResult, PatchSettings, printed_patch
from vizcore.generation.studies.transfer import TransferMatrix
from vizcore.i18n import speaking
from vizcore.provenance import provenance_of
from vizcore.ui.panels.adversarial import defence, sweep, transfer
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


def test_the_rates_of_few_photos_have_their_counts_and_intervals() -> None:
    """Wilson's interval of 4 of 6 is 30.0 to 90.3 %, of 0 of 6 it is 0 to 39.0 %, of 6 of 6 61.0 to 100 %."""
    photo = noise_photo()
    provenance = replace(provenance_of("epsilon_sweep", VIT, photo, None), model="vit-mini")
    rates = np.array([0.0, 4 / 6, 1.0])
    found = EpsilonSweep(provenance, "fgsm", "linf", np.array([0.0, 1.0, 2.0]), rates, rates, rates, photos=6)
    with speaking("en"):
        rows = sweep.text_rows(found, ["0/255", "1/255", "2/255"])
        words = sweep.summary(found, ["0/255", "1/255", "2/255"])
    assert [tuple(row.values()) for row in rows] == [
        ("0/255", "0 / 6 (0%)", "0% – 39%"),
        ("1/255", "4 / 6 (67%)", "30% – 90%"),
        ("2/255", "6 / 6 (100%)", "61% – 100%"),
    ]
    assert "**1/255** is enough for half of 6 photos (success: 4 / 6)" in words


def test_the_rates_of_a_defence_have_their_counts_and_intervals() -> None:
    none = Defended("none", clean_kept=1.0, clean_confidence=0.9, restored=0.0, still_fooled=1.0)
    jpeg = Defended("jpeg", clean_kept=5 / 6, clean_confidence=0.8, restored=2 / 6, still_fooled=4 / 6)
    found = Defences(provenance_of("defend", VIT, (), None), (none, jpeg), pairs=6)
    with speaking("en"):
        first, second = defence.text_rows(found)
        words = defence.summary(found)
    assert first["Still fooled"] == "6 / 6 (61% – 100%)"
    assert second["Still fooled"] == "4 / 6 (30% – 90%)"
    assert "go from 6 / 6 to 4 / 6, and 1 / 6 of clean answers are lost" in words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "**4 / 6 (67%)** of the photos fool it (95 % interval: 30% – 90%)"),
        ("fr", "**4 / 6 (67\N{NO-BREAK SPACE}%)**"),
    ],
)
def test_the_rates_of_a_transfer_have_their_counts_and_intervals(language: str, words: str) -> None:
    rate = np.array([[1.0, 4 / 6], [np.nan, 1.0]])
    matrix = TransferMatrix(("a", "b"), ("a", "b"), rate, rate, np.array([[6, 6], [0, 6]]))
    with speaking(language):
        said = transfer.summary(matrix, {"a": "A", "b": "B"})
    assert words in said
    assert len(said.splitlines()) == 1
