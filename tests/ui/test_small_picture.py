"""Does a small picture reach the browser as it is, however narrow it is drawn?"""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.elements.lib import image_utils
from streamlit.testing.v1 import AppTest

from vizcore.pictures import encode_jpeg


def page(narrow: bool) -> None:
    import streamlit as st

    from vizcore.ui.small_picture import show_small

    (show_small if narrow else st.image)(st.session_state["picture"], width=56, alt="a tile")


@pytest.mark.parametrize("narrow", [True, False])
def test_nothing_is_encoded_again(narrow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Streamlit's own width it is: what is saved here is there to be lost again."""
    encoded: list[object] = []
    monkeypatch.setattr(image_utils, "_pil_to_bytes", lambda *given, **how: encoded.append(given) or b"")
    script = AppTest.from_function(page, kwargs={"narrow": narrow})
    script.session_state["picture"] = encode_jpeg(np.full((96, 96, 3), 90, np.uint8))
    script.run()
    assert not script.exception
    assert len(encoded) == (0 if narrow else 1)
