"""Does a click on a mark that was clicked before count again, once something else was chosen elsewhere?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S

APP = str(Path(__file__).parents[2] / "app.py")
CASES = [
    # page, its settings, chart, point, control, its values: as opened, as clicked, as chosen elsewhere
    (
        "classification_metrics", {"source": "synthetic", "section": "threshold"}, "chart.cells",
        {"customdata": [0, 0, 9]}, ("button_group", "cell.widget"), ("fp", "tn", "fn"),
    ),
    ("teach", {}, "matrix.", {"customdata": [0, 0, 9]}, ("selectbox", "cell.widget"), ("mistakes", "0-0", "1-1")),
    ("tracking", {"toy": "golden"}, "timeline.", {"x": 2, "y": 0}, ("slider", "frame.toy.golden.6"), (4, 2, 5)),
]  # fmt: skip


def open_page(name: str, settings: dict[str, str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = "en"
    app.run()
    for key, value in settings.items():
        app.query_params[f"{name}.{key}"] = value
    page = app.switch_page(f"pages/{name}.py").run()
    assert not page.exception
    return page


def clicked(page: AppTest, chart: str, points: list[dict[str, Any]]) -> AppTest:
    """The page after the chart whose id has this part told that these of its points are selected now."""
    [found] = [each.proto.id for each in page.get("plotly_chart") if chart in each.proto.id]
    states = page._tree.get_widget_states()
    selection = {"points": points, "point_indices": [], "box": [], "lasso": []}
    states.widgets.append(WidgetState(id=found, string_value=json.dumps({"selection": selection})))
    page = page._run(states)
    assert not page.exception
    return page


@pytest.mark.parametrize(("name", "settings", "chart", "point", "control", "values"), CASES)
def test_the_same_mark_counts_again(
    name: str,
    settings: dict[str, str],
    chart: str,
    point: dict[str, Any],
    control: tuple[str, str],
    values: tuple[Any, Any, Any],
) -> None:
    page = open_page(name, settings)
    kind, key = control
    chosen = lambda: next(each for each in page.get(kind) if each.key == f"{name}.{key}")  # noqa: E731
    first, wanted, elsewhere = values
    assert chosen().value == first
    page = clicked(page, f"{name}.{chart}", [point])
    assert chosen().value == wanted
    page = clicked(page, f"{name}.{chart}", [])
    assert chosen().value == wanted, "a click beside the marks changes nothing"
    page = chosen().set_value(elsewhere).run()
    assert chosen().value == elsewhere
    page = clicked(page, f"{name}.{chart}", [point])
    assert chosen().value == wanted
