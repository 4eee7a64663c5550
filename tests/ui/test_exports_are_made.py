"""Is a file made by each button of a page that offers many, and nothing of it before the button is pressed?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_similarity_page import small_gallery
from vizcore.ui import downloads

APP = str(Path(__file__).parents[2] / "app.py")
SMALL = {"similarity.models": "cnn-mini"}
PLACES: dict[str, tuple[str, dict[str, str], int]] = {
    "features": ("features", {"features.models": "cnn-mini"}, 4),
    "many": ("similarity", SMALL | {"similarity.part": "many"}, 5),
    "map": ("similarity", SMALL | {"similarity.part": "map"}, 3),
    "quality": ("similarity", SMALL | {"similarity.part": "quality"}, 3),
    "detection": ("detection", {}, 5),
    "boxes": ("detection_metrics", {"detection_metrics.section": "threshold", "detection_metrics.pictures": "8"}, 4),
    "scores": ("classification_metrics", {"classification_metrics.source": "synthetic"}, 2),
    "tracks": ("tracking", {"tracking.section": "toy"}, 3),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_button_gives_a_file(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr("vizcore.similarity.builtin.builtin_gallery", small_gallery)
    monkeypatch.setattr(downloads, "_offered", lambda _label, make, name, *_rest: offered.update({name: make}))
    page, settings, least = PLACES[place]
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = "en"
    app.run()
    for name, value in settings.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert len(offered) >= least, offered
    for name, make in offered.items():
        content = make()
        starts = {"json": (b"{", b"["), "csv": (b"\xef\xbb\xbf",), "png": (b"\x89PNG",), "parquet": (b"PAR1",)}
        assert content.startswith(starts.get(name.rpartition(".")[2], b"")), name
        assert content
