"""The page Cost as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import APP, ended, new_visitor, press, words  # noqa: F401  (a fixture)
from vizcore.errors import RuntimeUnavailable
from vizcore.i18n import speaking
from vizcore.i18n.numbers import percent
from vizcore.results import Provenance
from vizcore.runtimes import profiling, real_load
from vizcore.runtimes.parity import Parity, SliceAgreement
from vizcore.runtimes.profiling import Profile, ProfileSettings, RuntimeProfile
from vizcore.runtimes.real_load import RealLoadSettings
from vizcore.samples import load_sample
from vizcore.ui.panels.cost import measured_photo, runtimes
from vizcore.zoo.catalogue import card as card_of


def open_page(language: str = "en", **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/cost.py")
    for name, value in settings.items():
        app.query_params[name] = value
    page = app.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("language", "title", "refused"), [("en", "Cost", "refused"), ("fr", "Coût", "refusé")])
def test_opens_on_two_runtimes_that_agree(language: str, title: str, refused: str) -> None:
    page = open_page(language)
    assert [each.value for each in page.title] == [title]
    text = words(page)
    assert "ONNX Runtime" in text
    assert refused in text
    assert "8 sur 8" in text or "8 of 8" in text


def test_a_budget_that_is_broken_is_said() -> None:
    page = open_page()
    page = page.number_input(key="cost.budget.model").set_value(0.1).run()
    assert any("over" in each.value for each in page.warning)


def test_a_load_for_real_puts_its_points_beside_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_load, "RealLoadSettings", lambda series: RealLoadSettings(requests=6, series=series))
    page = open_page("fr", **{"cost.section": "load"})
    page = ended(press(page, f"{key_of('real_load', 'cat')}.start"), key_of("real_load", "cat"))
    assert "fermée, 4 clients" in words(page)
    page = of_another_photo(page, "coffee", language="fr")
    assert "fermée, 4 clients" not in words(page)
    assert not page.button(key=f"{key_of('real_load', 'coffee')}.start").disabled


def test_a_long_measurement_is_of_its_own_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiling, "ProfileSettings", few_runs)
    page = open_page(**{"cost.runtimes": "eager", "cost.runs": "300"})
    assert "5 counted runs" in words(page)
    page = ended(press(page, f"{key_of('profile', 'cat')}.start"), key_of("profile", "cat"))
    assert "7 counted runs" in words(page)
    page = of_another_photo(page, "coffee")
    assert "5 counted runs" in words(page)
    assert "7 counted runs" not in words(page)


def test_a_measurement_of_another_photo_is_stopped_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    marks = [load_sample(name).sha256[:8] for name in ("cat", "coffee")]
    keys = [f"cost.profile.{model}.{mark}" for mark in marks for model in ("cnn-mini", "vit-mini")]
    others = ["cost.real_load.cnn-mini.abc", "cost.profiles.abc"]
    jobs = {key: SimpleNamespace(cancel=partial(stopped.append, key)) for key in [*keys, *others]}
    monkeypatch.setattr(measured_photo, "visit", lambda: SimpleNamespace(jobs=jobs))
    key = measured_photo.key_of_photo("cost.profile", card_of("cnn-mini"), load_sample("coffee"))
    assert key == keys[2]
    assert stopped == keys[:2]
    assert [*jobs] == [*keys[2:], *others]


def key_of(purpose: str, sample: str) -> str:
    return f"cost.{purpose}.cnn-mini.{load_sample(sample).sha256[:8]}"


def of_another_photo(page: AppTest, sample: str, *, language: str = "en") -> AppTest:
    with speaking(language):  # AppTest finds a pill by its words, which it makes itself
        page = page.pills[0].set_value(sample).run()
    assert not page.exception
    assert page.pills[0].value == sample
    return page


def few_runs(names: tuple[str, ...], runs: int, **others: Any) -> ProfileSettings:
    """7 in place of the long measurement's 300, 5 in place of the short one's."""
    return ProfileSettings(names, 7 if runs == 300 else 5, **{**others, "parity_photos": 0})


def test_a_segmenter_leaves_as_two_files() -> None:
    page = open_page(**{"cost.section": "export", "cost.export.model": "sam-mini", "cost.format": "onnx-decoder"})
    assert not page.error
    assert "once for each click" in words(page)


@pytest.mark.parametrize(
    ("agreed", "language", "expected"),
    [
        (100, "en", "with the same decisions"),
        (95, "en", "with 95 of 100 decisions the same"),
        (95, "fr", "avec 95 décisions identiques sur 100"),
        (93, "en", "but with **other decisions**"),
        (None, "fr", "ses décisions non comparées"),
    ],
)
def test_the_same_decisions_are_all_of_them(agreed: int | None, language: str, expected: str) -> None:
    other = None if agreed is None else Parity(False, 0.1, 9.0, (SliceAgreement("all", agreed, 100, 0.8, 1.0),))
    found = profile_of(measured("eager", 30.0), measured("int8", 10.0, other))
    with speaking(language):
        assert runtimes.headline(found, card_of("cnn-mini")).endswith(f", {expected}.")


def test_what_did_not_open_is_no_reference() -> None:
    refused = RuntimeProfile("compile", {}, refusal=RuntimeUnavailable(runtime="torch.compile", reason="compiler"))
    alike = Parity(True, 0.0, 9.0, (SliceAgreement("all", 8, 8, 0.6, 1.0),))
    found = profile_of(refused, measured("onnx", 30.0), measured("int8", 10.0, alike))
    assert runtimes.headline(found, card_of("cnn-mini")).endswith(
        "**ONNX Runtime, INT8** is 3 times as fast as ONNX Runtime, with the same decisions."
    )
    alone = profile_of(refused, measured("onnx", 30.0))
    assert "only one runtime" in runtimes.headline(alone, card_of("cnn-mini"))


def profile_of(*rows: RuntimeProfile) -> Profile:
    return Profile(Provenance("profile"), rows, n=5, batch=1, size_hw=(8, 8), threads=1)


def measured(name: str, ms: float, parity: Parity | None = None) -> RuntimeProfile:
    return RuntimeProfile(name, {step: np.full(5, ms) for step in profiling.STEPS}, parity=parity)


@pytest.mark.parametrize(("model", "offered"), [("cnn-mini", True), ("vit-mini", False)])
def test_calibration_is_offered_where_something_is_measured_on_photos(model: str, offered: bool) -> None:
    page = open_page(**{"cost.section": "export", "cost.export.model": model, "cost.format": "onnx-int8"})
    assert not page.error
    assert ("cost.calibrate" in [each.key for each in page.toggle]) == offered


@pytest.mark.parametrize(
    ("model", "form", "offered"),
    [("yolo-mini", "onnx", True), ("yolo-mini", "safetensors", False), ("cnn-mini", "onnx", False)],
)
def test_nms_is_offered_where_a_file_can_hold_it(model: str, form: str, offered: bool) -> None:
    page = open_page(**{"cost.section": "export", "cost.export.model": model, "cost.format": form})
    assert not page.error
    assert ("cost.nms" in [each.key for each in page.toggle]) == offered


def test_the_weights_in_float32_are_all_of_the_float32_weights() -> None:
    page = open_page("fr", **{"cost.section": "export", "cost.format": "safetensors"})
    with speaking("fr"):
        assert f"{percent(1, 0)} de ses poids" in words(page)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("variations", "bfloat16"),
        ("resolution", "is made for 224 pixels"),
        ("load", "photos a second"),
        ("export", "onnxruntime"),
        ("pyramid", "P3"),
    ],
)
def test_each_section(section: str, expected: str) -> None:
    page = open_page(**{"cost.section": section})
    assert not page.error
    assert expected in words(page) + "".join(each.value for each in page.code)
