"""Files that a visitor brings into a section: many pictures, MNIST's four files, a network, a trained model."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torchvision
from safetensors.numpy import load
from safetensors.numpy import save as save_arrays
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from tests.engine.fakes import FakeClock
from tests.learning.contest.test_digits import four_files
from tests.learning.test_taught import changed
from tests.patience import PATIENCE_S
from tests.tiny_models import noise_photo
from tests.ui.test_later import by_hand
from tests.ui.test_teach_page import new_visitor, open_page, own_bins, with_own, words
from tests.ui.test_teach_uploads import encoded, zipped
from vizcore.learning.contest.digits import packaged_data
from vizcore.learning.taught import HEADER_KEY, TEST, pack, unpack
from vizcore.ui import kept
from vizcore.ui.panels.product import picture_sets
from vizcore.ui.panels.teach import own_network, taking
from vizcore.ui.session import Visit

__all__ = ["new_visitor"]  # each test is a visitor of its own


def given(page: AppTest, key: str, *files: tuple[str, bytes]) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith(key))
    field.set_value([(name, data, "application/octet-stream") for name, data in files])
    page.run()
    assert not page.exception, page.exception
    return page


def chooses(source: str) -> AppTest:
    def script() -> None:
        import streamlit as st

        from vizcore.ui.panels.product.picture_sets import choose_labelled

        st.session_state["found"] = choose_labelled("Photos", key="about.set", default=st.session_state["source"])

    page = AppTest.from_function(script, default_timeout=PATIENCE_S)
    page.session_state["source"] = source
    page.run()
    assert not page.exception, page.exception
    return page


def names_and_folders(page: AppTest) -> list[tuple[str, str]]:
    photos, labels = page.session_state["found"]
    return sorted((photo.name.rpartition("/")[2], label) for photo, label in zip(photos, labels, strict=True))


def test_a_zip_of_pictures_keeps_its_folders_and_names_what_is_none() -> None:
    page = chooses("own")
    assert names_and_folders(page) == []
    files = {"cats/1.png": encoded(1), "dogs/2.png": encoded(2), "dogs/3.png": b"no picture"}
    page = given(page, "about.set.files", ("set.zip", zipped(files)))
    assert [label for _name, label in names_and_folders(page)] == ["cats", "dogs"]
    assert len(page.error) == 1
    page = given(page, "about.set.files", ("set.zip", b"PK\x03\x04 cut off"))
    assert len(page.error) == 1
    assert len(names_and_folders(page)) == 2  # those of before stay


def test_the_tray_may_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The tray is empty" in chooses("tray").info[0].value
    photo = noise_photo(40, 40, seed=9)
    monkeypatch.setattr(picture_sets.tray, "photos", lambda: [photo])  # type: ignore[attr-defined]
    assert names_and_folders(chooses("tray")) == [(photo.name, "")]


def test_a_set_is_emptied_some_time_after_its_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr(kept, "LATER", later := by_hand(clock))
    held = picture_sets.Held(photos=(noise_photo(),), labels=("a",))
    kept.empty_later(held, picture_sets.Held.empty)
    clock.now += kept.KEPT_S - 1
    later.run_due()
    assert held.photos
    clock.now += 1
    later.run_due()
    assert (held.photos, held.labels) == ((), ())


def test_a_set_is_emptied_at_once_where_its_visitor_deletes_everything() -> None:
    held = picture_sets.Held(photos=(noise_photo(),), visit=Visit("first"))
    assert held.visit
    held.visit.deleted = True
    kept.empty_later(held, picture_sets.Held.empty)
    assert not held.photos


def test_what_a_newer_visit_has_taken_over_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr(kept, "LATER", later := by_hand(clock))
    held = picture_sets.Held(photos=(noise_photo(),), visit=Visit("first"))
    kept.empty_later(held, picture_sets.Held.empty)
    held.visit = Visit("second")
    clock.now += kept.KEPT_S
    later.run_due()
    assert held.photos
    kept.empty_later(held, picture_sets.Held.empty)
    clock.now += kept.KEPT_S
    later.run_due()
    assert not held.photos


def digits_chosen() -> None:
    from contextlib import nullcontext
    from types import SimpleNamespace

    import streamlit as st

    from vizcore.ui.panels.mnist.data_choice import choose_data

    bar = SimpleNamespace(settings=lambda *_args, **_more: nullcontext())
    st.session_state["found"] = choose_data(bar)


def test_mnists_four_files_take_the_place_of_the_packaged_digits() -> None:
    page = AppTest.from_function(digits_chosen, default_timeout=PATIENCE_S).run()
    assert page.session_state["found"] is packaged_data()
    files = list(four_files().items())
    page = given(page, "mnist.files", *files[:3])
    assert "3 of 4 files are here." in [each.value for each in page.caption]
    assert page.session_state["found"] is packaged_data()
    page = given(page, "mnist.files", *files)
    assert len(page.session_state["found"].train) == 120
    assert not [each for each in page.caption if "of 4 files" in each.value], "the field is empty again"
    page = given(page, "mnist.files", *files[:3], (files[3][0], b"nonsense"))
    assert len(page.error) == 1
    page.run()
    assert len(page.error) == 1  # said again without reading again
    assert len(page.session_state["found"].train) == 120, "the digits of before stay"
    page = given(page, "mnist.files", *files[:1])
    assert not page.error
    page.button(key="mnist.packaged").click().run()
    assert page.session_state["found"] is packaged_data()


def at_use() -> AppTest:
    return with_own(open_page("en", start="own", models="cnn-mini", section="use"), own_bins({"dark": 6, "bright": 6}))


def test_a_network_of_ones_own_becomes_a_model_of_this_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[Any] = []
    monkeypatch.setattr(own_network, "forget_upload", forgotten.append)
    network = torchvision.models.get_model("shufflenet_v2_x0_5", weights=None, num_classes=2)
    page = given(
        open_page("en", start="own", models="cnn-mini", section="use"),
        "teach.own.file",
        ("net.safetensors", save(network.state_dict())),
    )
    page.text_input(key="teach.own.name").set_value("shufflenet_v2_x0_5")
    page.text_area(key="teach.own.labels").set_value("mug\npen").run()
    page.button(key="teach.own.load").click().run()
    assert not page.exception
    assert not page.error
    assert "is a model of this visit now, with 2 classes." in words(page)
    assert [each.name for each in forgotten] == ["net.safetensors"]
    page.text_input(key="teach.own.name").set_value("no_such_network").run()
    given(page, "teach.own.file", ("net.safetensors", b"nonsense"))
    page.button(key="teach.own.load").click().run()
    assert len(page.error) == 1
    assert len(forgotten) == 1  # what was refused stays, for another name


def packed_file(monkeypatch: pytest.MonkeyPatch) -> tuple[AppTest, bytes]:
    """The section with a trained model, and that model's file."""
    packed: list[bytes] = []
    real = taking._packing

    def noted(source: Any, row: Any) -> Any:
        packing = real(source, row)
        packed.append(pack(row.taught, packing))
        return packing

    monkeypatch.setattr(taking, "_packing", noted)
    return at_use(), packed[-1]


def test_a_trained_model_comes_back_and_is_scored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page, data = packed_file(monkeypatch)
    page = given(page, "teach.import", ("nothing.safetensors", b"nonsense"))
    assert len(page.error) == 1
    page = given(page, "teach.import", ("taught.safetensors", data))
    assert "Scored again on its 2 test photos" in words(page)
    assert "It is a model of this visit now." in words(page)
    report = dict(unpack(data).record["report"])
    wrong = changed(data, {"report": report | {"accuracy": 1.0 - report["accuracy"]}})
    page = given(page, "teach.import", ("taught.safetensors", wrong))
    assert "do not trust its report" in words(page)
    record = json.dumps(dict(unpack(data).record))
    bare = {name: tensor for name, tensor in load(data).items() if not name.startswith(TEST)}
    page = given(page, "teach.import", ("taught.safetensors", save_arrays(bare, metadata={HEADER_KEY: record})))
    assert "it was not scored again" in words(page)
