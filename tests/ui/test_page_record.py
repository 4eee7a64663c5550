"""Is what a page was computed by noted once, bounded, and begun anew with each page?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.results import Provenance
from vizcore.ui import page_record
from vizcore.ui.page_record import MOST_RUNS, PageRecord

APP = str(Path(__file__).parents[2] / "app.py")
RUN = Provenance("classify", "cnn-mini", "ab", photos_sha256=("cd",), settings={"top": 5})


def test_the_same_run_stands_once_and_its_last_provenance_counts() -> None:
    found = PageRecord()
    found.add(RUN)
    found.add(replace(RUN, device="cpu"))
    found.add(replace(RUN, settings={"top": 3}))
    assert [(each.device, each.settings["top"]) for each in found.runs.values()] == [("cpu", 5), ("", 3)]


def test_a_result_without_an_operation_is_no_run() -> None:
    found = PageRecord()
    found.add(Provenance())
    assert found.runs == {}


def test_runs_are_bounded() -> None:
    found = PageRecord()
    for n in range(2 * MOST_RUNS):
        found.add(replace(RUN, settings={"n": n}))
    assert len(found.runs) == MOST_RUNS


def a_page() -> None:
    from vizcore.results import Provenance, Result
    from vizcore.ui import page_record

    page_record.begin()
    page_record.note(Result(Provenance("classify", "cnn-mini")))
    page_record.note_missing("ResNet")
    page_record.note_missing("ResNet")
    page_record.note_error("offline")


def test_a_run_begins_with_an_empty_record_and_knows_the_one_before() -> None:
    app = AppTest.from_function(a_page).run()
    app.session_state[page_record.KEY].missing.append("of the first run")
    app.run()
    noted, before = app.session_state[page_record.KEY], app.session_state[page_record.BEFORE]
    assert [each.model for each in noted.runs.values()] == ["cnn-mini"]
    assert (noted.missing, noted.errors) == (["ResNet"], ["offline"])
    assert before.missing == ["ResNet", "of the first run"]


def test_a_setting_at_its_default_is_noted_though_no_address_shows_it() -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = "en"
    app.switch_page("pages/segmentation_metrics.py").run()
    assert not app.exception
    noted = app.session_state[page_record.KEY].settings
    assert noted["segmentation_metrics.section"] == "counts"
    assert noted["segmentation_metrics.tp"] == "1000"
    app.switch_page("pages/about.py").run()
    assert app.session_state[page_record.KEY].settings == {}
