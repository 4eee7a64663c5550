"""What does a moved threshold cost on the page of classification metrics, beside a rerun that changes nothing?

100,000 synthetic scores. The peer is the same page, run again with every control where it was.
"""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare

APP = str(Path(__file__).parents[1] / "app.py")
KEY = "classification_metrics"
EXAMPLES = 100_000


def main() -> list[Measurement]:
    page = _opened()
    places = iter([round(0.2 + 0.005 * step, 3) for step in range(100)])
    return [
        compare(
            "scores.threshold_move",
            lambda: _moved(page, next(places)),
            lambda: page.run(),
            rounds=9,
            target=1.3,
            peer_name="bare rerun",
        )
    ]


def _moved(page: AppTest, threshold: float) -> None:
    """ValueError unless the page now shows this threshold's counts and no longer those of the one before.

    The slider is looked up each time: one of an earlier run would be set without the page ever hearing of it.
    """
    before = _shown(page)
    page.slider(f"{KEY}.threshold").set_value(threshold).run()
    if page.slider(f"{KEY}.threshold").value != threshold or _shown(page) == before:
        raise ValueError(f"expected the page to show the threshold {threshold}")


def _shown(page: AppTest) -> list[str]:
    return [each.proto.spec for each in page.get("plotly_chart")]


def _opened() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    app.query_params |= {f"{KEY}.source": "synthetic", f"{KEY}.examples": str(EXAMPLES)}
    page = app.switch_page(f"pages/{KEY}.py").run()
    if page.exception or page.error:
        raise ValueError(f"expected the page to open, got {[each.message for each in page.exception]}")
    return page
