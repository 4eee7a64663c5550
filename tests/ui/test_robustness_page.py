"""The Robustness page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.tiny_models import tiny_vit
from tests.ui.test_adversarial_page import APP, LAST_START, ended, new_visitor, press, words  # noqa: F401  (a fixture)
from vizcore.i18n import speaking
from vizcore.provenance import provenance_of
from vizcore.robustness.evaluation import Robustness
from vizcore.ui.panels.robustness.corrupted import summary


def open_page(language: str, *samples: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    app.switch_page("pages/robustness.py")
    for name, value in settings.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("language", "title", "worst"), [("en", "Robustness", "falls"), ("fr", "Robustesse", "passe")])
def test_corruptions_of_one_photo_on_both_models(language: str, title: str, worst: str) -> None:
    from vizcore.engine import shared_engine

    page = open_page(language, "cat")
    assert [each.value for each in page.title] == [title]
    ended(press(page, "robustness.jobs.start"), "robustness.jobs")
    assert not page.error
    assert worst in words(page)
    assert "CNN mini" in words(page)
    assert "ViT mini" in words(page)
    calls = shared_engine().status().calls
    page.query_params["robustness.corruption"] = "fog"
    page.run()
    page.slider(key="robustness.severity").set_value(5).run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_an_answer_about_other_photos_is_said_to_be_of_the_last_start() -> None:
    page = ended(press(open_page("en", "cat"), "robustness.jobs.start"), "robustness.jobs")
    assert LAST_START not in words(page)
    page.pills[0].set_value(["coffee"]).run()
    assert not page.exception
    assert words(page).count(LAST_START) == 1


def test_shares_over_photos_say_over_how_many_and_how_sure() -> None:
    """Five photos of which one keeps nothing and four keep everything: 80 %, and t(4) 2.776 x 0.447 / sqrt 5 = 55.5."""
    kept = np.ones((2, 2, 5), dtype=bool)
    kept[:, :, 0] = False
    clean = np.full(5, 0.5)
    found = Robustness(
        provenance_of("robustness", tiny_vit(), (), None),
        labels=("a", "b"),
        corruptions=("fog", "snow"),
        severities=(1, 2),
        reference=np.zeros(5, dtype=np.int64),
        known=np.zeros(5, dtype=bool),
        clean_confidence=clean,
        clean_kept=np.ones(5, dtype=bool),
        confidence=np.full((2, 2, 5), 0.25),
        kept=kept,
    )
    few = replace(
        found,
        **{name: getattr(found, name)[:4] for name in ("reference", "known", "clean_confidence", "clean_kept")},
        **{name: getattr(found, name)[:, :, :4] for name in ("confidence", "kept")},
    )
    with speaking("en"):
        five, four = summary({"vit-mini": found}), summary({"vit-mini": few})
    assert "50% (50% – 50%) confident on clean photos" in five
    assert "80% (24% – 100%) of answers kept. (n = 5)" in five
    assert "75% of answers kept. (n = 4)" in four


def test_slices_name_the_empty_ones() -> None:
    page = open_page("en", "cat", "coffee", **{"robustness.section": "slices"})
    assert not page.exception
    assert "nothing is known about it" in words(page)
    assert "users" in words(page)


def test_stability_under_shifts_and_turns() -> None:
    page = open_page("en", "cat", **{"robustness.section": "stability", "robustness.models": "cnn-mini"})
    assert not page.exception
    assert not page.error
    assert "eight shifts by one pixel" in words(page)


@pytest.mark.opening
def test_another_photo_begins_another_run_without_a_click() -> None:
    page = ended(open_page("en", "cat"), "robustness.jobs")
    first = page.session_state["robustness.jobs"].jobs["cnn-mini"]
    page.pills[0].set_value(["coffee"]).run()
    page = ended(page, "robustness.jobs")
    second = page.session_state["robustness.jobs"].jobs["cnn-mini"]
    assert not page.exception
    assert first is not second
    assert [photo.name for photo in (second.request.photo if isinstance(second.request.photo, tuple) else [])] != []
