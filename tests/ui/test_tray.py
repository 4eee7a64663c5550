"""Does the tray take what is a picture, say what is not, and keep every visitor's pictures apart?"""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine
from vizcore.settings import Settings, current
from vizcore.ui.pages import built_pages

APP = str(Path(__file__).parents[2] / "app.py")
TRAY_LIMIT = 12


def png(colour: int, side: int = 16) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), colour, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def home(engine: Engine) -> AppTest:
    return AppTest.from_file(APP, default_timeout=PATIENCE_S).run()


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files])
    app.run()
    assert not app.exception
    return app


def names(app: AppTest) -> list[str]:
    return [entry.photo.name for entry in app.session_state["tray"].entries.values()]


def count_line(app: AppTest) -> str:
    return next(each.value for each in app.sidebar.markdown if "Your pictures" in each.value)


def test_empty_tray_offers_samples(home: AppTest) -> None:
    assert "(0 of 12)" in count_line(home)
    home.button(key="tray.sample.home.start.cat").click().run()
    assert names(home) == ["cat"]
    assert "(1 of 12)" in count_line(home)


def test_home_leads_to_every_page(home: AppTest) -> None:
    assert set(links(home)) == {page.key for page in built_pages()} - {"home"}


def links(app: AppTest) -> dict[str, str]:
    """Page of each link -> its query."""
    found = [each.proto for each in app.get("page_link")]
    return {each.page.rstrip("/").rpartition("/")[2]: each.query_string for each in found}


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.exe", "a", "../../etc/passwd.png", "é" * 200 + ".png"])
def test_any_name_is_taken_and_the_session_lives_on(home: AppTest, name: str) -> None:
    upload(home, (name, png(1)))
    assert len(names(home)) == 1
    upload(home, ("second.png", png(2)))
    assert len(names(home)) == 2


def test_bad_files_get_one_sentence_each_and_good_ones_stay(home: AppTest) -> None:
    upload(home, ("good.png", png(3)), ("bad.png", b"%PDF-1.7 not a picture"), ("empty.png", b""))
    assert names(home) == ["good.png"]
    assert [each.value.partition(":")[0] for each in home.error] == ["**bad\\.png**", "**empty\\.png**"]
    upload(home, ("later.png", png(4)))
    assert not home.error


def test_what_was_said_about_bad_files_stays_on_every_page_until_it_is_dismissed(home: AppTest) -> None:
    upload(home.switch_page("pages/about.py").run(), ("bad.png", b"%PDF-1.7 not a picture"), ("empty.png", b""))
    home.switch_page("pages/lecture.py").run()
    assert len(home.error) == 2
    assert home.button(key="tray.dismiss").label == "Dismiss the 2 messages"
    home.button(key="tray.dismiss").click().run()
    assert not home.error
    assert "tray.dismiss" not in [each.key for each in home.button]


def test_the_thirteenth_is_refused_by_name(home: AppTest) -> None:
    upload(home, *[(f"{number}.png", png(number)) for number in range(TRAY_LIMIT + 1)])
    assert len(names(home)) == TRAY_LIMIT == current().tray_limit
    assert "12" in home.error[0].value
    assert "12\\.png" in home.error[0].value


def test_the_same_picture_is_kept_once(home: AppTest) -> None:
    upload(home, ("one.png", png(5)), ("copy.png", png(5)))
    assert names(home) == ["one.png"]


def test_hostile_name_is_shown_as_text(home: AppTest) -> None:
    upload(home, ("![x](http:evil)<b>.png", png(6)))
    shown = " ".join([each.value for each in home.sidebar.markdown] + [each.label for each in home.sidebar.button])
    assert "\\!\\[x\\]\\(http\\:" in shown
    assert "![x](" not in shown


def test_remove_one_and_delete_all_forget_the_answers(
    home: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[set[str]] = []
    monkeypatch.setattr(engine, "forget", lambda hashes: forgotten.append(set(hashes)))
    home.button(key="tray.sample.home.start.cat").click().run()
    upload(home, ("own.png", png(7)), ("other.png", png(8)))
    cat, own, other = home.session_state["tray"].entries
    home.button(key=f"tray.remove.{own}").click().run()
    assert names(home) == ["cat", "other.png"]
    home.button(key="tray.clear").click().run()
    assert names(home) == []
    assert forgotten[0] == {own}
    assert {other} in forgotten
    assert cat not in set.union(*forgotten)  # a sample is nobody's own


def test_uploaded_bytes_are_dropped_after_decoding(home: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[str] = []
    manager: Any = "streamlit.runtime.memory_uploaded_file_manager.MemoryUploadedFileManager"
    monkeypatch.setattr(f"{manager}.remove_file", lambda self, session_id, file_id: dropped.append(file_id))
    upload(home, ("one.png", png(9)), ("bad.png", b"no"))
    assert len(set(dropped)) == 2


def test_link_puts_samples_in_once(engine: Engine) -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["sample"] = ["cat", "coffee", "no-such-sample"]
    app.run()
    assert names(app) == ["cat", "coffee"]
    assert "no\\-such\\-sample" in app.error[0].value
    cat = next(iter(app.session_state["tray"].entries))
    app.button(key=f"tray.remove.{cat}").click().run()
    assert names(app) == ["coffee"]


def test_pictures_too_large_together_are_refused(home: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    small = dataclasses.replace(current(), tray_limit_mpx=1e-4)  # 100 pixels for the whole tray
    monkeypatch.setattr("vizcore.settings.current", lambda: small)
    upload(home, ("large.png", png(5)))
    assert names(home) == []
    assert "megapixels" in home.error[0].value


def test_an_administrator_can_take_the_camera_off(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def keys(page: AppTest) -> list[str]:
        return [each.key or "" for each in page.toggle]

    shown = AppTest.from_file(APP, default_timeout=PATIENCE_S).run()
    assert any(key.startswith("tray.camera") for key in keys(shown))
    monkeypatch.setattr("vizcore.ui.tray.intake.current", lambda: Settings(allow_camera=False))
    hidden = AppTest.from_file(APP, default_timeout=PATIENCE_S).run()
    assert not any(key.startswith("tray.camera") for key in keys(hidden))
