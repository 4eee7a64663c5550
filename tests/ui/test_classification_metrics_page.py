"""The Classification metrics page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.metrics.classification.sets import GOLDEN_P, golden
from tests.metrics.classification.test_csv_files import written
from tests.patience import PATIENCE_S
from vizcore.i18n.numbers import number, ratio
from vizcore.metrics.classification.averages import ClassCounts, averaged
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.ui import downloads
from vizcore.ui.pages import PAGES
from vizcore.ui.panels.classification_metrics.averages import macro_formula, weighted_formula
from vizcore.ui.panels.classification_metrics.page_state import class_words

APP = str(Path(__file__).parents[2] / "app.py")
KEY = "classification_metrics"
SECTIONS = ("threshold", "averages", "calibration", "conventions")


def open_page(language: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    for name, value in {"source": "synthetic", **query}.items():
        app.query_params[f"{KEY}.{name}"] = value
    return app.switch_page(f"pages/{KEY}.py").run()


def metrics(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def widget(page: AppTest, kind: str, name: str) -> Any:
    return next(each for each in page.get(kind) if str(each.key).startswith(f"{KEY}.{name}"))


def everything(page: AppTest) -> str:
    """All that a visitor can read on the page: numbers, sentences and figures."""
    texts = [f"{each.label} {each.value} {each.delta}" for each in page.metric]
    texts += [
        str(getattr(each, "value", "")) for kind in ("markdown", "caption", "latex", "info") for each in page.get(kind)
    ]
    charts = [each.proto.spec for each in page.get("plotly_chart")]
    return json.dumps([texts, charts])


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(("language", "kind"), [("en", "multiclass"), ("en", "multilabel"), ("fr", "binary")])
def test_every_section_opens_with_numbers(language: str, section: str, kind: str) -> None:
    page = open_page(language, section=section, kind=kind)
    assert not page.exception
    assert not page.error
    assert page.metric
    assert page.expander, "the lesson is there"


def test_opens_on_a_bundled_classifier_and_real_pictures() -> None:
    from vizcore.engine import shared_engine

    page = open_page(source="pictures")
    assert not page.exception
    assert not page.error
    shown = metrics(page)
    assert float(shown["ROC-AUC"]) > 0.9
    assert float(shown["PR-AUC"]) < float(shown["ROC-AUC"])
    assert len(page.get("image")) >= 2, "the pictures behind the cell"
    calls = shared_engine().status().calls
    widget(page, "slider", "threshold").set_value(0.9).run()
    assert not page.exception
    assert shared_engine().status().calls == calls, "a threshold runs no model"
    after = metrics(page)
    assert after["ROC-AUC"] == shown["ROC-AUC"]
    assert (after["Recall"], after["Queue"], after["Cost"]) != (shown["Recall"], shown["Queue"], shown["Cost"])


CONTROLS = [
    ("threshold", "binary", "slider", "threshold", 0.8),
    ("threshold", "binary", "number_input", "miss", 50.0),
    ("threshold", "binary", "number_input", "alarm", 50.0),
    ("threshold", "multiclass", "selectbox", "against.widget", "3"),
    ("threshold", "binary", "slider", "separation", 0.5),
    ("threshold", "binary", "slider", "prevalence", 0.1),
    ("threshold", "binary", "slider", "confidence", 0.5),
    ("threshold", "binary", "number_input", "examples", 50),
    ("threshold", "binary", "number_input", "seed", 7),
    ("threshold", "multiclass", "slider", "classes", 5),
    ("threshold", "binary", "segmented_control", "cell", "tn"),
    ("averages", "binary", "slider", "each.0", 0.9),
    ("averages", "multilabel", "slider", "each.2", 0.9),
    ("averages", "multilabel", "segmented_control", "zero", "1"),
    ("averages", "multiclass", "number_input", "topk.5", 3),
    ("calibration", "binary", "slider", "temperature", 2.0),
    ("calibration", "binary", "slider", "bins", 5),
    ("calibration", "binary", "segmented_control", "strategy", "mass"),
    ("calibration", "binary", "segmented_control", "closed", "extra"),
    ("conventions", "binary", "slider", "convention_threshold", 0.9),
]


@pytest.mark.parametrize(("section", "kind", "widget_kind", "name", "value"), CONTROLS)
def test_no_control_is_dead(section: str, kind: str, widget_kind: str, name: str, value: Any) -> None:
    """Moving it changes something that can be read (a slider that nobody reads was PyAnalytica's issue 20)."""
    saturated = {"separation": "5", "temperature": "0.2"} if name == "closed" else {}  # scores of exactly 1
    if name.startswith("topk"):
        saturated = {"classes": "5"}
    page = open_page(section=section, kind=kind, **saturated)
    if name == "zero":
        widget(page, "slider", "each.0").set_value(1.0).run()
    before = everything(page)
    found = "button_group" if widget_kind == "segmented_control" else widget_kind
    control = widget(page, found, name)
    if widget_kind == "segmented_control":
        control.set_value([value] if isinstance(control.value, list) else value).run()
    else:
        control.set_value(value).run()
    assert not page.exception
    assert everything(page) != before


@pytest.mark.parametrize(("section", "kind"), [(each, kind) for each in SECTIONS for kind in ("binary", "multilabel")])
def test_every_rendered_control_is_in_the_table_above(section: str, kind: str) -> None:
    page = open_page(section=section, kind=kind)
    names = {f"{KEY}.{name}" for _section, _kind, _widget, name, _value in CONTROLS}
    every = {f"{KEY}.{each}" for each in ("section", "source", "kind", "each", "class", "columns", "against")}
    for group in ("slider", "number_input", "selectbox", "button_group", "toggle", "checkbox"):
        for each in page.main.get(group):
            key = str(each.key)
            assert any(key.startswith(name) for name in names | every), f"{key} is not tested"


def upload(page: AppTest, content: bytes) -> AppTest:
    field = next(each for each in page.file_uploader if each.key == f"{KEY}.file")
    field.upload("scores.csv", content, "text/csv")
    return page.run()


def test_own_file_gives_the_golden_numbers() -> None:
    page = upload(open_page(section="averages", source="file"), written(golden()))
    assert not page.exception
    assert not page.error
    shown = metrics(page)
    assert (shown["Accuracy"], shown["Top-2"], shown["Balanced accuracy"]) == ("0.600", "0.900", "0.583")
    assert len(GOLDEN_P) == 10


def counts_of(tp: list[int], fp: list[int], fn: list[int]) -> ClassCounts:
    right, alarms, missed = (np.array(values) for values in (tp, fp, fn))
    return ClassCounts(right, alarms, missed, 100 - right - alarms - missed)


def sides_of(formula: str) -> tuple[float, float]:
    """What the written fraction comes to, and what is written after it."""
    above, below, value = re.fullmatch(r"\\text{\w+} = \\frac{(.*)}{(\d+)} = ([\d.]+)", formula).groups()  # type: ignore[union-attr]
    terms = [float(np.prod([float(factor) for factor in term.split(r"\cdot")])) for term in above.split("+")]
    return sum(terms) / int(below), float(value)


FILLED_IN = {
    "all defined": (([3, 4, 1], [1, 0, 2], [0, 2, 2]), 0.0, 3),
    "one counts as 0": (([3, 4, 0], [1, 0, 0], [0, 2, 0]), 0.0, 3),
    "one is left out": (([3, 4, 0], [1, 0, 0], [0, 2, 0]), np.nan, 2),
    "no class is ever true": (([0, 0, 0], [2, 0, 0], [0, 0, 0]), 1.0, 3),
}


@pytest.mark.parametrize("formula", [macro_formula, weighted_formula])
@pytest.mark.parametrize("case", FILLED_IN)
def test_the_filled_in_formulas_are_true(case: str, formula: Callable[[ClassCounts, float], str]) -> None:
    counts, zero, terms = FILLED_IN[case]
    written_out = formula(counts_of(*counts), zero)
    assert written_out.count("+") == terms - 1
    left, right = sides_of(written_out)
    assert left == pytest.approx(right, abs=1e-4)


def test_formulas_of_no_defined_class_have_no_fraction() -> None:
    nothing = counts_of([0, 0], [0, 0], [0, 0])
    assert macro_formula(nothing, np.nan) == r"\text{macro} = \text{–}"
    assert weighted_formula(nothing, np.nan) == r"\text{weighted} = \text{–}"


def test_a_long_sum_ends_in_dots_and_is_over_all_classes() -> None:
    counts = counts_of(list(range(1, 16)), [1] * 15, [2] * 15)
    macro, weighted = macro_formula(counts, 0.0), weighted_formula(counts, 0.0)
    assert r" + \cdots}{15} = " in macro
    assert rf" + \cdots}}{{{int(counts.support.sum())}}} = " in weighted
    assert macro.count("+") == weighted.count("+") == 12
    assert macro.endswith(f"{averaged(counts, 'macro').f1:.4f}")
    assert weighted.endswith(f"{averaged(counts, 'weighted').f1:.4f}")


def many_classes(classes: int) -> ScoreSet:
    """Every class twice, the second time with the best score for its neighbour."""
    truth = np.tile(np.eye(classes, dtype=bool), (2, 1))
    best = np.vstack([np.eye(classes), np.roll(np.eye(classes), 1, axis=1)])
    return ScoreSet(best * 0.5 + 0.5 / classes, truth, tuple(f"class {row:02}" for row in range(classes)), "multiclass")


@pytest.mark.parametrize(("classes", "said"), [(12, False), (15, True)])
def test_a_table_that_is_cut_says_so(classes: int, said: bool) -> None:
    page = upload(open_page(section="averages", source="file"), written(many_classes(classes)))
    assert not page.exception
    assert not page.error
    assert (f"The first 12 of {classes} are shown." in [each.value for each in page.caption]) == said
    assert any(r"\cdots" in each.value for each in page.latex) == said


@pytest.mark.parametrize(("classes", "said"), [(40, False), (60, True)])
def test_a_matrix_of_many_classes_shows_the_busiest(classes: int, said: bool) -> None:
    page = upload(open_page(section="averages", source="file"), written(many_classes(classes)))
    assert not page.exception
    chart = next(json.loads(each.proto.spec) for each in page.get("plotly_chart"))
    assert len(chart["data"][1]["x"]) == 40 * 40
    words = "The 40 classes with the most entries are shown."
    assert (words in [each.value for each in page.caption]) == said


@pytest.mark.parametrize("section", ["threshold", "averages", "calibration"])
@pytest.mark.parametrize(
    "content",
    [
        b"truth,cat\ncat,0.2\ncat,0.7\n",  # one class
        b"truth,cat\ncat,0.5\ndog,0.5\n",  # equal scores
        b"truth,cat\ncat,3\ndog,-2\n",  # no probabilities
        b"truth,cat,dog\ncat,1,0\ncat,1,0\n",  # a class without an example
        b"truth,cat,dog\n|,0.1,0\n,0.1,0\n",  # labels that are never true
    ],
)
def test_strange_scores_are_said_and_not_hidden(section: str, content: bytes) -> None:
    page = upload(open_page(section=section, source="file"), content)
    assert not page.exception
    assert not page.error
    if section == "threshold" and content.count(b"cat,") == 3:
        assert page.info, "said in words"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_conventions_judge_any_scores_at_the_threshold_of_the_classes(language: str) -> None:
    generator = np.random.default_rng(1)
    truth = generator.random(200) < 0.5
    scores = np.clip(np.where(truth, 65, 40) + generator.normal(0, 15, 200), 0, 100)[:, None]
    content = written(ScoreSet(scores, truth[:, None], ("cat",), "binary"))
    classes = upload(open_page(language, section="averages", source="file"), content)
    page = upload(open_page(language, section="conventions", source="file"), content)
    [threshold] = [each for each in page.slider if str(each.key).startswith(f"{KEY}.convention_threshold")]
    assert threshold.value == widget(classes, "slider", "each.0").value == (scores.min() + scores.max()) / 2
    macro = next(line for line in everything(classes).replace("\\\\", "").split("\\n") if line.startswith("| macro"))
    shown = next(each.value for each in page.markdown if "Macro F1" in each.value or "F1 macro" in each.value)
    assert macro.split(" | ")[3] in shown.replace("\\", "")
    before = everything(page)
    assert everything(threshold.set_value(float(scores.min())).run()) != before


def test_of_two_classes_whose_names_are_cut_alike_each_can_be_chosen() -> None:
    labels = (*(f"papulosquamous dermatitis of the scalp, {when}" for when in ("early", "late")), "healthy")
    truth = np.repeat(np.eye(3, dtype=bool), (2, 3, 5), axis=0)
    data = ScoreSet(truth * 0.5 + 0.5 / 3, truth, labels, "multiclass")
    assert len(set(class_words(data))) == 3
    page = upload(open_page(source="file"), written(data))
    assert not page.exception
    for place, positives in (("2", "3 positive"), ("1", "2 positive"), ("3", "5 positive")):
        widget(page, "selectbox", "against.widget").set_value(place).run()
        assert widget(page, "selectbox", "against.widget").value == place
        assert any(positives in each.value for each in page.caption)


def report_of(page: AppTest, offered: dict[str, Callable[[], bytes]]) -> Any:
    assert not page.exception
    return json.loads(offered["classification-report.json"]())


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """By name, what makes each file that the page offers."""
    found: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(downloads, "_offered", lambda _label, make, name, *_rest: found.update({name: make}))
    return found


@pytest.mark.parametrize(("kind", "against"), [("multiclass", "3"), ("multilabel", "2"), ("binary", "1")])
def test_the_report_holds_the_operating_point_that_the_page_shows(
    kind: str, against: str, offered: dict[str, Callable[[], bytes]]
) -> None:
    page = open_page(kind=kind, against=against, threshold="0.4", miss="7", alarm="2")
    shown, report = metrics(page), report_of(page, offered)
    point = report["operating_point"]
    assert (point["label"], point["threshold"]) == (report["labels"][int(against) - 1], 0.4)
    names = {"Precision": "precision", "Recall": "recall", "F1": "f1", "Accuracy": "accuracy",
             "Balanced accuracy": "balanced_accuracy", "ROC-AUC": "roc_auc", "PR-AUC": "pr_auc"}  # fmt: skip
    assert {name: ratio(point[key]) for name, key in names.items()} == {name: shown[name] for name in names}
    assert (number(point["queue"], 0), number(point["costs"]["total"], 1)) == (shown["Queue"], shown["Cost"])
    assert (point["costs"]["miss"], point["costs"]["alarm"]) == (7, 2)
    for name in ("accuracy", "roc_auc", "pr_auc"):
        low, high = point[f"{name}_interval"]
        assert f"{ratio(low)} – {ratio(high)}" in [each.delta for each in page.metric]
    assert f"{{{point['tp']} + {point['fn']}}}" in "".join(each.value for each in page.latex)
    assert any(ratio(point["cheapest"]["threshold"]) in each.value for each in page.markdown)
    assert point["tp"] + point["fp"] + point["fn"] + point["tn"] == report["examples"]


@pytest.mark.parametrize("section", ["threshold", "averages"])
def test_no_threshold_is_claimed_for_the_best_class(section: str, offered: dict[str, Callable[[], bytes]]) -> None:
    report = report_of(open_page(section=section, kind="multiclass"), offered)
    assert "threshold" not in report["provenance"]["settings"]
    assert (report["operating_point"] is not None) == (section == "threshold")


def test_a_threshold_that_was_used_is_in_the_provenance(offered: dict[str, Callable[[], bytes]]) -> None:
    report = report_of(open_page(kind="binary", threshold="0.4"), offered)
    assert report["provenance"]["settings"]["threshold"] == 0.4
    assert report["per_class"][0]["precision"] == report["operating_point"]["precision"]


@pytest.mark.parametrize("content", [b"\x89PNG\0", b"truth,cat\ncat,NaN\n", b"x,y\n1,2\n"])
def test_bad_files_are_one_sentence(content: bytes) -> None:
    page = upload(open_page(source="file"), content)
    assert not page.exception
    assert len(page.error) == 1
    assert page.expander, "the lesson stays"


def test_the_page_is_in_the_navigation() -> None:
    assert KEY in [page.key for page in PAGES if page.file.is_file()]
