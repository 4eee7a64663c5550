"""Photos that fill the visitor's own classes: a zip with a folder for each, files of one class, the tray, bursts."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.tiny_models import noise_photo
from tests.ui.test_teach_page import new_visitor, open_page, own_bins, with_own, words
from vizcore.errors import ServerFull
from vizcore.learning.bins import Bins
from vizcore.ui import handover
from vizcore.ui.burst_camera import frames
from vizcore.ui.panels.teach import bins_editor, burst

__all__ = ["new_visitor"]  # each test is a visitor of its own


def encoded(seed: int, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(noise_photo(40, 40, seed=seed).rgb).save(file, kind)
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def uploaded(page: AppTest, field: str, name: str, data: bytes) -> AppTest:
    found = next(each for each in page.file_uploader if (each.key or "").startswith(f"teach.{field}."))
    found.set_value([(name, data, "application/octet-stream")])
    page.run()
    assert not page.exception, page.exception
    return page


def own(page: AppTest) -> Bins:
    found: Bins = page.session_state["teach"].bins("own")
    return found


def counts(page: AppTest) -> dict[str, int]:
    bins = own(page)
    return {label: sum(each.label == label for each in bins.examples) for label in bins.labels}


def test_a_zip_fills_a_class_for_each_folder_and_names_what_it_refuses() -> None:
    page = open_page("en", start="own", models="cnn-mini")
    bad = {f"mug/bad{number}.png": b"no picture" for number in range(bins_editor.PROBLEMS_SHOWN + 2)}
    files = {f"{label}/{n}.png": encoded(place * 10 + n) for place, label in enumerate(("mug", "pen")) for n in (1, 2)}
    page = uploaded(page, "zip", "classes.zip", zipped(files | bad))
    assert counts(page) == {"mug": 2, "pen": 2}
    assert len(page.session_state["teach"].refusals) == len(bad)
    assert "2 more files could not be taken." in words(page)
    page.button(key="teach.clear").click().run()
    assert counts(page) == {}
    assert "could not be taken" not in words(page)


def test_a_zip_that_is_none_leaves_the_classes_as_they_were() -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins({"dark": 2, "bright": 2}))
    page = uploaded(page, "zip", "classes.zip", b"PK\x03\x04 cut off")
    assert counts(page) == {"dark": 2, "bright": 2}
    assert len(page.session_state["teach"].refusals) == len(page.error) > 0


def test_photos_of_one_class_and_its_name() -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins({"dark": 2, "bright": 2}))
    page = uploaded(page, "photos.dark", "one.png", encoded(500))
    assert counts(page) == {"dark": 3, "bright": 2}
    page.text_input(key="teach.name.dark").set_value("night").run()
    page.button(key="teach.rename.dark").click().run()
    assert counts(page) == {"night": 3, "bright": 2}
    page.button(key="teach.drop.bright").click().run()
    assert counts(page) == {"night": 3}
    page.text_input(key="teach.new").set_value("day")
    page.button(key="teach.add").click().run()
    assert counts(page) == {"night": 3, "day": 0}
    assert page.text_input(key="teach.new").value == ""


def test_any_photo_of_a_class_is_moved_or_deleted() -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins({"dark": 3, "bright": 2}))
    third = next(each for each in own(page).examples if each.name == "dark 2")
    page.selectbox(key="teach.photo.dark").set_value(third.sha256).run()
    page.button(key="teach.photo.dark.to.bright").click().run()
    assert not page.exception
    assert counts(page) == {"dark": 2, "bright": 3}
    assert own(page).examples[own(page).place(third.sha256)].label == "bright"
    page.button(key="teach.photo.dark.delete").click().run()
    assert counts(page) == {"dark": 1, "bright": 3}


def test_a_picture_of_the_tray_goes_into_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = noise_photo(60, 60, seed=700)
    monkeypatch.setattr(bins_editor.tray, "photos", lambda: (photo,))  # type: ignore[attr-defined]
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins({"dark": 2, "bright": 2}))
    assert page.button(key="teach.take.dark").disabled
    page.multiselect(key="teach.tray.dark").set_value([photo.sha256]).run()
    page.button(key="teach.take.dark").click().run()
    assert not page.exception
    assert counts(page) == {"dark": 3, "bright": 2}


def frame(seed: int) -> str:
    return frames.START + base64.b64encode(encoded(seed, "JPEG")).decode()


def test_frames_that_are_no_pictures_are_left_out() -> None:
    no_picture = frames.START + base64.b64encode(b"no picture").decode()
    sent = [
        frame(1),
        7,
        "http://example.org/a.jpg",
        frames.START + "%%",
        no_picture,
        "x" * (frames.LONGEST + 1),
        frame(2),
    ]
    assert [each.name for each in frames.read_frames({"frames": sent}, "mug")] == ["mug-1.jpg", "mug-7.jpg"]
    assert len(frames.read_frames({"frames": [frame(3)] * (frames.MOST_FRAMES + 5)}, "mug")) == frames.MOST_FRAMES


@pytest.mark.parametrize("sent", [None, [], {}, {"frames": "data"}])
def test_what_is_no_burst_has_no_frames(sent: object) -> None:
    assert frames.read_frames(sent, "mug") == []


def sends_burst() -> None:
    import streamlit as st

    from vizcore.learning.bins import Bins
    from vizcore.ui.panels.teach import burst
    from vizcore.ui.panels.teach.page_state import OWN, teaching

    held = teaching()
    if not held.bins(OWN).labels:
        held.change(OWN, Bins().with_classes(["mug"]))
    burst._take("mug", {"frames": st.session_state["sent"]})


def test_a_burst_is_one_group_of_its_class() -> None:
    page = AppTest.from_function(sends_burst)
    page.session_state["sent"] = [frame(11), frame(12)]
    page.run()
    page.session_state["sent"] = [frame(13)]
    page.run()
    assert not page.exception
    assert [(each.label, each.burst) for each in own(page).examples] == [("mug", f"burst {n}") for n in (1, 1, 2)]


def test_a_burst_after_a_reload_is_no_part_of_an_old_one() -> None:
    page = AppTest.from_function(sends_burst)
    page.session_state["sent"] = [frame(11), frame(12)]
    page.run()
    left = page.session_state["teach"]
    assert handover.is_carried("teach", left)
    page = AppTest.from_function(sends_burst)
    page.session_state["teach"] = handover.copied(left)
    page.session_state["sent"] = [frame(13)]
    page.run()
    assert not page.exception
    assert [each.burst for each in own(page).examples] == ["burst 1", "burst 1", "burst 2"]


def test_a_burst_that_finds_no_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(photos: object) -> None:
        raise ServerFull(limit_mpx=1.0)

    monkeypatch.setattr(burst, "hold", full)
    page = AppTest.from_function(sends_burst)
    page.session_state["sent"] = [frame(21)]
    page.run()
    assert counts(page) == {"mug": 0}
    [(about, error)] = page.session_state["teach"].refusals
    assert (about, type(error)) == ("mug", ServerFull)
