"""Do charts and formulas write their numbers as the visitor's language does?"""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from vizcore.i18n import speaking
from vizcore.i18n.numbers import ratio, signed
from vizcore.ui.derivation import area, localised, term

UI = Path(__file__).parents[2] / "vizcore" / "ui"


def script(language: str) -> None:
    import plotly.graph_objects as go

    from vizcore.i18n import use_language
    from vizcore.ui.charts import show_chart
    from vizcore.ui.derivation import latex

    use_language(language)
    figure = go.Figure(go.Bar(x=[0.5], y=[1]))
    figure.update_xaxes(tickformat=".0%", tickvals=[0, 0.5])
    figure.update_yaxes(ticksuffix=" %")
    figure.update_xaxes(title="Share of all photos that are still taken for what they show")
    figure.update_layout(height=280, legend_y=-0.3)
    figure.add_heatmap(z=[[50]], colorbar={"ticksuffix": " %"})
    show_chart(figure, key="chart", alt="one bar")
    latex(r"\frac{1}{2} = 0.5000")


@pytest.mark.parametrize(
    ("language", "signs", "percent", "tex"),
    [("en", ".,", "%", "0.5000"), ("fr", ",\u202f", "\u00a0%", "0{,}5000")],
)
def test_numbers_of_axes_and_formulas(language: str, signs: str, percent: str, tex: str) -> None:
    app = AppTest.from_function(script, args=(language,)).run()
    chart = app.get("plotly_chart")[0].proto
    layout = json.loads(chart.spec)["layout"]
    assert layout["separators"] == signs
    assert layout["xaxis"]["ticktext"] == ["0" + percent, "50" + percent]
    assert layout["yaxis"]["ticksuffix"] == percent
    assert layout["xaxis"]["title"]["text"] == "Share of all photos that are still<br>taken for what they show"
    assert json.loads(chart.spec)["data"][1]["colorbar"]["ticksuffix"] == percent
    assert layout["legend"]["y"] == pytest.approx(-0.4)  # makes way for the second line
    assert json.loads(chart.config)["displayModeBar"] is False
    assert tex in app.latex[0].value


@pytest.mark.parametrize(
    ("tex", "french"),
    [("1.5", "1{,}5"), ("x_1.y", "x_1.y"), ("a. 5", "a. 5"), ("1, 2.25", "1, 2{,}25"), ("", "")],
)
def test_only_decimal_points_change(tex: str, french: str) -> None:
    with speaking("en"):
        assert localised(tex) == tex
    with speaking("fr"):
        assert localised(tex) == french


def test_ratios_signs_and_terms() -> None:
    with speaking("fr"):
        assert [ratio(0.8333), ratio(None), ratio(float("nan")), signed(1.25), signed(-0.5)] == [
            "0,833", "–", "–", "+1,2", "−0,5",
        ]  # fmt: skip
        assert [term(0.5), term(None)] == ["0.5000", r"\text{–}"]


@pytest.mark.parametrize(
    ("value", "tex", "french"),
    [
        (0, "0", "0"),
        (100, "100", "100"),
        (4800.0, r"4\,800", r"4\,800"),
        (12345.5, r"12\,345.5", r"12\,345{,}5"),
    ],
)
def test_sizes_inside_formulas(value: float, tex: str, french: str) -> None:
    assert area(value) == tex
    with speaking("fr"):
        assert localised(area(value)) == french


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.relative_to(UI)))
def test_charts_and_formulas_go_one_way(path: Path) -> None:
    """`st.plotly_chart` and `st.latex` write English numbers; `show_chart` and `latex` do not."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)]
    assert not {node.attr for node in calls} & {"plotly_chart", "latex"} or path.name in {"charts.py", "derivation.py"}
