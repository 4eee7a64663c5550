"""What does the Adversarial page say where the target was there before anything was done?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_vit
from vizcore.generation.attacks.results import AttackResult, AttackSet
from vizcore.generation.attacks.run import attack
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.studies.defences import Defences, Defended
from vizcore.generation.studies.epsilon_sweep import EpsilonSweep
from vizcore.generation.studies.patch import PatchResult, PatchSettings, printed_patch
from vizcore.generation.studies.transfer import TransferMatrix
from vizcore.i18n import speaking
from vizcore.provenance import provenance_of
from vizcore.ui import downloads
from vizcore.ui.panels.adversarial import defence, measures, sweep, transfer
from vizcore.ui.panels.adversarial.attack_choice import budget_words
from vizcore.ui.panels.adversarial.before_after import verdict
from vizcore.ui.panels.adversarial.measures import caption
from vizcore.ui.panels.adversarial.patch import rate_words
from vizcore.ui.panels.adversarial.trial import Trial
from vizcore.zoo.catalogue import card

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


@pytest.mark.parametrize(
    ("language", "attacked", "said"),
    [
        ("en", "fgsm", "0.5/255"),
        ("fr", "fgsm", "0,5/255"),
        ("en", "pgd-l2", "L2 0.25"),
        ("fr", "pgd-l2", "L2 0,25"),
        ("fr", "deepfool", ""),
    ],
)
def test_a_budget_is_written_by_the_language(language: str, attacked: str, said: str) -> None:
    with speaking(language):
        assert budget_words(AttackSettings(attacked, epsilon_255=0.5, epsilon_l2=0.25)) == said


def test_the_caption_of_an_attack_has_its_own_settings_and_its_seed() -> None:
    photo = noise_photo()
    settings = AttackSettings("pgd", steps=2, restarts=2, seed=7)
    *_, last = attack(VIT, photo, settings)
    assert isinstance(last.result, AttackResult)
    words = caption(Trial(card("vit-mini"), photo, settings, last.result.named("me.png"), None))
    assert words.startswith("me.png · pgd · ")
    assert words.endswith("epsilon_255=8.0 · step_255=0.0 · steps=2 · restarts=2 · seed 7")
    assert "kappa" not in words


def test_the_record_of_a_universal_attack_is_that_of_all_its_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured on the first of them alone would not make it again."""
    photos = tuple(noise_photo(seed=seed) for seed in range(2))
    settings = AttackSettings("universal", steps=1)
    *_, last = attack(VIT, photos, settings)
    assert isinstance(last.result, AttackSet)
    written: list[object] = []
    monkeypatch.setattr(downloads, "download_png", lambda *_given, **_rest: None)
    monkeypatch.setattr(downloads, "download_json", lambda result, **_rest: written.append(result))
    measures._show_exports(Trial(card("vit-mini"), photos[0], settings, last.result.results[0], last.result))
    measures._show_exports(Trial(card("vit-mini"), photos[0], settings, last.result.results[0], None))
    assert written == [last.result, last.result.results[0]]


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
