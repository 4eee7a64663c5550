"""Does the bar open a page on a sample, follow pictures that come and go, and keep the choice in the address?"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine


def page_of_one() -> None:
    import streamlit as st

    from vizcore.ui import toolbar, tray

    tray.take_from_address()
    bar = toolbar.open_page("features", "Title")
    photos = bar.photos(most=1, samples=("cat", "coffee"), start=("coffee",))
    st.text(",".join(photo.name for photo in photos))


def page_of_two() -> None:
    import streamlit as st

    from vizcore.ui import toolbar, tray
    from vizcore.ui.sections import Section

    tray.take_from_address()
    bar = toolbar.open_page("features", "Title")
    table = {"a": Section("First", print), "b": Section("Second", print)}
    chosen = bar.sections(table, key="features.section", default="a")
    photos = bar.photos(most=2, samples=("cat", "coffee", "bus"))
    cards = bar.models("classify", most=2, default=["cnn-mini"])
    st.text(",".join(photo.name for photo in photos))
    st.text(chosen + ":" + ",".join(card.key for card in cards))


def opened(page: object, **query: list[str]) -> AppTest:
    app = AppTest.from_function(page, default_timeout=PATIENCE_S)  # type: ignore[arg-type]
    for key, values in query.items():
        app.query_params[key.replace("__", ".")] = values
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return str(app.text[0].value)


def address(app: AppTest) -> list[str]:
    value = app.query_params.get("features.photos", [])
    return [value] if isinstance(value, str) else list(value)


def png(colour: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((16, 16, 3), colour, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def upload(app: AppTest, name: str, colour: int) -> None:
    app.file_uploader[0].set_value([(name, png(colour), "image/png")])
    app.run()
    assert not app.exception


def test_opens_on_its_sample_and_a_click_changes_it(engine: Engine) -> None:
    app = opened(page_of_one)
    assert shown(app) == "coffee"
    assert not address(app)
    app.pills[0].set_value("cat").run()
    assert shown(app) == "cat"
    assert address(app) == ["cat"]


def test_link_names_the_samples_also_those_of_other_pages(engine: Engine) -> None:
    assert shown(opened(page_of_one, features__photos=["astronaut"])) == "astronaut"
    assert shown(opened(page_of_one, features__photos=["no-such-sample"])) == "coffee"
    assert shown(opened(page_of_two, features__photos=["bus", "coffee"])) == "coffee,bus"


def test_a_picture_that_comes_in_is_the_subject_at_once(engine: Engine) -> None:
    app = opened(page_of_one)
    upload(app, "mine.png", 9)
    assert shown(app) == "mine.png"
    assert not address(app)
    upload(app, "second.png", 10)
    assert shown(app) == "second.png"


def test_a_chosen_sample_stays_beside_the_new_picture_where_two_fit(engine: Engine) -> None:
    app = opened(page_of_two)
    app.pills[0].set_value(["bus"]).run()
    upload(app, "mine.png", 11)
    assert shown(app) == "mine.png,bus"
    assert address(app) == ["bus"]


def test_one_more_than_fits_lets_go_of_the_first_and_the_last_stays(engine: Engine) -> None:
    app = opened(page_of_two)
    app.pills[0].set_value(["cat", "bus"]).run()
    app.pills[0].set_value(["cat", "bus", "coffee"]).run()
    assert shown(app) == "coffee,bus"
    app.pills[0].set_value([]).run()
    assert shown(app) == "coffee"
    assert app.pills[0].value == ["coffee"]


def test_removed_picture_gives_way_to_the_opening_sample(engine: Engine) -> None:
    app = opened(page_of_one)
    upload(app, "mine.png", 12)
    app.session_state["tray"].entries.clear()
    app.run()
    assert shown(app) == "coffee"


def test_a_sample_in_the_tray_is_offered_once(engine: Engine) -> None:
    app = opened(page_of_one, sample=["cat"])
    assert shown(app) == "cat"
    assert len(app.pills[0].options) == len({"cat", "coffee"})


@pytest.mark.parametrize(("models", "words"), [([], "CNN mini"), (["vit-mini", "cnn-mini"], "ViT mini")])
def test_fold_of_the_models_names_them(engine: Engine, models: list[str], words: str) -> None:
    app = opened(page_of_two, **({"features__models": models} if models else {}))
    labels = [each.proto.popover.label for each in app.get("popover")] or [str(app)]
    assert any(words in label for label in labels)
    assert app.text[1].value == "a:" + ",".join(models or ["cnn-mini"])
