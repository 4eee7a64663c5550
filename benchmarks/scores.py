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
    slider = next(each for each in page.slider if each.key == f"{KEY}.threshold")
    places = iter([0.2 + 0.005 * step for step in range(100)])
    return [
        compare(
            "scores.threshold_move",
            lambda: slider.set_value(round(next(places), 3)).run(),
            lambda: page.run(),
            rounds=9,
            target=1.3,
            peer_name="bare rerun",
        )
    ]


def _opened() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    app.query_params |= {f"{KEY}.source": "synthetic", f"{KEY}.examples": str(EXAMPLES)}
    page = app.switch_page(f"pages/{KEY}.py").run()
    if page.exception or page.error:
        raise ValueError(f"expected the page to open, got {[each.message for each in page.exception]}")
    return page
