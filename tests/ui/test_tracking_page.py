"""The Tracking page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.figures.track_timeline import MOST_ROWS
from vizcore.i18n import _, speaking
from vizcore.metrics.tracking.mot_text import mot_text
from vizcore.metrics.tracking.tables import TrackingData, track_table
from vizcore.metrics.tracking.toys import broken_track, golden_sequence
from vizcore.samples import SAMPLES
from vizcore.tracking.cutouts import GROUNDS, cutouts_available
from vizcore.ui.canvas import CanvasEvent
from vizcore.ui.panels.tracking import files, page_state
from vizcore.ui.panels.tracking.files import size_words
from vizcore.ui.panels.tracking.shown_objects import after

APP = str(Path(__file__).parents[2] / "app.py")
KEY = "tracking"


def open_page(language: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    for name, value in query.items():
        app.query_params[f"{KEY}.{name}"] = value
    page = app.switch_page(f"pages/{KEY}.py").run()
    assert not page.exception
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def texts(page: AppTest) -> str:
    return "\n".join(each.value for each in [*page.markdown, *page.caption])


def widget(page: AppTest, kind: str, name: str) -> Any:
    return next(each for each in page.get(kind) if each.key == f"{KEY}.{name}")


@pytest.mark.parametrize(("language", "title"), [("en", "Tracking"), ("fr", "Suivi")])
def test_opens_on_the_break_and_mota_stands_still(language: str, title: str) -> None:
    page = open_page(language)
    assert [each.value for each in page.title] == [title]
    before = metrics(page)
    assert (before["HOTA"], before["DetA"]) == (("0.707", "1") if language == "en" else ("0,707", "1"))
    widget(page, "slider", "break.20").set_value(19).run()
    after = metrics(page)
    assert after["MOTA"] == before["MOTA"]
    assert after["HOTA"] > before["HOTA"]
    assert after["IDF1"] > before["IDF1"]


def test_the_four_frame_toys_have_their_published_values() -> None:
    page = open_page(frames="4", **{"break.4": "3"})
    shown = metrics(page)
    assert [shown[name] for name in ("MOTA", "IDF1", "AssA", "HOTA")] == ["0.75", "0.75", "0.625", "0.791"]
    shown = metrics(open_page(toy="swap", frames="4", **{"break.4": "2"}))
    assert [shown[name] for name in ("MOTA", "IDF1", "AssA", "HOTA")] == ["0.75", "0.5", "0.333", "0.577"]


def test_the_frame_of_the_switch_is_open_and_says_its_rule() -> None:
    page = open_page(toy="golden")
    assert "frame 4: object 1, id 1 → 2" in texts(page)
    assert widget(page, "slider", "frame.toy.golden.6").value == 4
    assert "the object had another id" in texts(page)
    widget(page, "slider", "frame.toy.golden.6").set_value(3).run()
    assert "false alarm" in texts(page)
    assert "py\\-motmetrics" in texts(page)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_faults_on_a_drawn_clip(language: str) -> None:
    page = open_page(
        language, section="clip", source="drawn", by="faults", swaps="2", misses="0", alarms="0", jitter="0"
    )
    shown = metrics(page)
    assert not page.error
    assert (shown["DetA"], shown["FN + FP"]) == ("1", "0 + 0")
    assert shown["AssA"] != "1"


def test_a_detector_and_a_tracker_on_a_drawn_clip() -> None:
    page = open_page(section="clip", source="drawn", **{"drawn.frames": "12"})
    assert not page.error
    assert "unique object" in texts(page)
    assert metrics(page)["MOTA"] != "undefined"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_files(language: str) -> None:
    page = open_page(language, section="files")
    example = metrics(page)
    data = golden_sequence()
    for name, table in (("truth", data.truth), ("found", data.found)):
        text = mot_text(table).encode()
        widget(page, "file_uploader", f"file.{name}").upload(f"{name}.txt", text, "text/plain")
    page.run()
    assert not page.error
    assert metrics(page) == example
    widget(page, "file_uploader", "file.found").upload("bad.txt", b"1,2,3", "text/plain").run()
    assert len(page.error) == 1
    assert not page.exception


def test_sizes_of_one_frame_are_singular() -> None:
    one = track_table([1], [1], [[0, 0, 4, 4]])
    with speaking("en"):
        assert size_words(TrackingData(one, one, 1)) == "1 frame, 1 true box, 1 tracked box."
        none = track_table([], [], np.zeros((0, 4)))
        assert size_words(TrackingData(one, none, 1200)) == "1,200 frames, 1 true box, 0 tracked boxes."


@pytest.mark.skipif(not cutouts_available(), reason="the photos that the objects are cut from are not here")
def test_the_ground_of_a_scene_is_in_the_address_by_its_key_and_named_in_the_language_in_force() -> None:
    scene = {"cutouts.frames": "10", "cutouts.objects": "1", "cutouts.ground": "flower"}
    page = open_page("fr", section="clip", source="cutouts", by="faults", **scene)
    ground = widget(page, "selectbox", "cutouts.ground.widget")
    assert ground.value == "flower"
    with speaking("fr"):
        assert ground.options == [_(SAMPLES[key].title) for key in GROUNDS if key in SAMPLES]
    ground.set_value("pagoda").run()
    assert f"{KEY}.cutouts.ground" not in page.query_params, "what a page opens with is not in its address"
    widget(page, "selectbox", "cutouts.ground.widget").set_value("coffee").run()
    assert page.query_params[f"{KEY}.cutouts.ground"] == "coffee"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_mask_is_carried_through_a_drawn_clip(language: str) -> None:
    page = open_page(language, section="masks", source="drawn", **{"drawn.frames": "10"})
    assert not page.error
    shown = metrics(page)
    assert float(shown["Mean IoU" if language == "en" else "IoU moyenne"].replace(",", ".")) > 0.4
    assert shown["Shown" if language == "en" else "Montrées"] == "1"
    assert len(page.get("download_button")) + len(page.button) > 3
    kept = page.session_state[f"{KEY}.shown"]
    (key, shown) = next(iter(kept.items()))
    kept[key] = after(shown, 9, None, CanvasEvent("point", 240.0, 160.0))
    page.run()
    assert not page.exception
    assert metrics(page)["Shown" if language == "en" else "Montrées"] == "2"
    gain = next(each.delta for each in page.metric if "IoU" in each.label)
    assert ("by your last correction" if language == "en" else "par votre dernière correction") in gain


def test_an_object_is_named_in_the_language_in_force() -> None:
    page = open_page("fr", section="clip", source="drawn", by="faults", misses="0", **{"drawn.frames": "6"})
    assert "personne" in texts(page)


def test_sequences_whose_truths_have_one_name_are_all_measured() -> None:
    """MOTChallenge calls each of them gt.txt."""
    page = open_page(section="files")
    long = mot_text(golden_sequence().truth).encode()
    short = b"\n".join(line for line in long.splitlines() if line.startswith(b"1,"))
    truths, tracks = (widget(page, "file_uploader", f"file.{name}") for name in ("truth", "found"))
    truths.upload("gt.txt", long, "text/plain").upload("gt.txt", short, "text/plain")
    tracks.upload("MOT17-02.txt", long, "text/plain").upload("MOT17-04.txt", short, "text/plain")
    page.run()
    assert not page.error
    options = next(each.options for each in page.selectbox if each.label == "Sequence")
    assert options == ["gt.txt / MOT17-02.txt", "gt.txt / MOT17-04.txt"]
    assert any("in the order in which you chose them" in each.value for each in page.caption)


def test_a_move_of_the_slider_measures_no_sequence_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page, pairs = open_page(section="files"), 21
    for name in ("truth", "found"):
        field = widget(page, "file_uploader", f"file.{name}")
        for row in range(pairs):
            table = getattr(broken_track(20 + row, 5), name)
            field.upload(f"{row:02}.txt", mot_text(table).encode(), "text/plain")
    page.run()
    assert not page.error
    measured: list[str] = []
    for module in (files, page_state):
        monkeypatch.setattr(module, "evaluate_tracking", lambda *_rest: measured.append("evaluated"))
    monkeypatch.setattr(files, "read_mot_pair", lambda *_rest: measured.append("read"))
    next(each for each in page.slider if each.label == "Frame").set_value(7).run()
    assert not page.exception
    assert not measured


@pytest.mark.parametrize(("language", "said"), [("en", "The first 40 of 45 are shown."), ("fr", None)])
def test_objects_beyond_the_rows_of_the_timeline_are_counted(language: str, said: str | None) -> None:
    count = MOST_ROWS + 5
    boxes = [(100.0 * place, 0.0, 100.0 * place + 10, 10.0) for place in range(count)]
    text = mot_text(track_table([1] * count, list(range(1, count + 1)), boxes)).encode()
    page = open_page(language, section="files")
    for name in ("truth", "found"):
        widget(page, "file_uploader", f"file.{name}").upload("a.txt", text, "text/plain")
    page.run()
    with speaking(language):
        said = said or _("The first {n} of {total} are shown.").format(n=40, total=45)
    assert said in [each.value for each in page.caption]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_a_true_box_what_perfect_boxes_give_is_undefined(language: str) -> None:
    page = open_page(language, section="files")
    found = golden_sequence().found
    ignored = track_table([1], [1], [(0.0, 0.0, 10.0, 10.0)], scores=[0.0])
    for name, table in (("truth", ignored), ("found", found)):
        widget(page, "file_uploader", f"file.{name}").upload("a.txt", mot_text(table).encode(), "text/plain")
    page.run()
    assert not page.exception
    head = "Whose mistake?" if language == "en" else "À qui la faute"
    [said] = [each.value for each in page.markdown if head in each.value]
    assert "NaN" not in said
    assert ("undefined" if language == "en" else "indéfini") in said


def test_a_cleared_object_is_in_no_file_and_only_then_asked_for() -> None:
    page = open_page(section="masks", source="drawn", **{"drawn.frames": "6"})
    asked = "Draw a box around the object"
    kept = page.session_state[f"{KEY}.shown"]
    (key, shown) = next(iter(kept.items()))
    assert not any(asked in each.value for each in page.info)
    kept[key] = after(shown, shown.now[0].frame, None, CanvasEvent("clear"))
    page.run()
    assert any(asked in each.value for each in page.info)
    assert [list(each) for each in page.session_state[f"{KEY}.carried"].values()] == [[]]
    kept = page.session_state[f"{KEY}.shown"]
    kept[key] = after(kept[key], 1, None, CanvasEvent("box", box_xyxy=(100.0, 100.0, 200.0, 250.0)))
    page.run()
    assert not page.exception
    assert metrics(page)["Shown"] == "1"
    assert not any(asked in each.value for each in page.info), "what was before the box is not asked for again"
    assert [list(each) for each in page.session_state[f"{KEY}.carried"].values()] == [[key[1]]]


def test_several_sequences_are_put_together_and_never_averaged() -> None:
    page = open_page(section="files")
    for name, table in (("truth", golden_sequence().truth), ("found", golden_sequence().found)):
        field = widget(page, "file_uploader", f"file.{name}")
        long = mot_text(table).encode()
        short = b"\n".join(line for line in long.splitlines() if line.startswith(b"1,"))
        field.upload("a.txt", long, "text/plain").upload("b.txt", short, "text/plain")
    page.run()
    assert not page.error
    shown = str(next(each.value for each in page.markdown if "all together" in each.value))
    rows = [line.split(" | ") for line in shown.splitlines()]
    names = [row[0].strip("| ") for row in rows]
    assert (names[2], names[3]) == ("a\\.txt", "b\\.txt")
    mota = {name: float(row[1].replace("\\", "")) for name, row in zip(names[2:], rows[2:], strict=True)}
    assert mota["a\\.txt"] == 0.75
    assert mota["all together, computed anew"] < mota["mean of the rows, not to be quoted"]
