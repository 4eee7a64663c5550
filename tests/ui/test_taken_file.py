"""Does what was read of a file stay, with its bytes freed and the field empty?"""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S


def page() -> None:
    import streamlit as st

    from vizcore.errors import ImageEmpty, VizError
    from vizcore.ui.taken_file import take_file

    def read(content: bytes, name: str) -> str:
        if not content:
            raise ImageEmpty()
        return f"{name}: {content.decode()}"

    held = take_file("File", read, key="place", limit_mb=1, part=".a")
    if held is None:
        st.text("nothing yet")
    else:
        st.text(f"refused {held[0]}" if isinstance(held[1], VizError) else held[1])


def test_it_stays_until_the_next_file() -> None:
    app = AppTest.from_function(page, default_timeout=PATIENCE_S).run()
    assert [each.value for each in app.text] == ["nothing yet"]
    app.file_uploader(key="place.a.0").upload("one.txt", b"1").run()
    for _click in range(2):
        assert [each.value for each in app.text] == ["one.txt: 1"]
        assert app.file_uploader(key="place.a.1").value is None
        app.run()
    app.file_uploader(key="place.a.1").upload("two.txt", b"").run()
    assert [each.value for each in app.text] == ["refused two.txt"]
