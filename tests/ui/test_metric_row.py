"""Does the arrow beside a change follow the sign that the change is written with?"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def script(change: str) -> None:
    from vizcore.ui.metric_row import Cell, show_metrics

    show_metrics([Cell("AP", "0.5", change=change)])


@pytest.mark.parametrize(
    ("change", "direction"), [("+0.1", "UP"), ("−0.1", "DOWN"), ("0.1 – 0.2", "NONE"), ("", "NONE")]
)
def test_arrows_follow_the_sign(change: str, direction: str) -> None:
    [metric] = AppTest.from_function(script, args=(change,)).run().metric
    assert metric.proto.MetricDirection.Name(metric.proto.direction) == direction
