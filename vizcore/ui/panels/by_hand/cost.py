"""Section: what does each layer cost, and what does the same layer cost in cnn-mini and ResNet-18?"""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from vizcore.by_hand.costs import LayerCost, layer_costs
from vizcore.by_hand.digit_network import LAYERS, SHAPE
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.ui import downloads
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.by_hand import teacher
from vizcore.ui.panels.by_hand.url_values import choose_number, hidden
from vizcore.ui.step_cursor.titles import layer_title
from vizcore.ui.tables import show_table
from vizcore.zoo.module_costs import ModuleCost, module_costs

MODELS = {"cnn-mini": N_("cnn-mini (ours)"), "resnet18": N_("ResNet-18")}


def show() -> None:
    """The table of the digits' network at any side, its sums, and the first, largest and last layers of two others."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=200):
            side = int(choose_number(_("Side of the picture"), "cost_side", SHAPE[1], (4, 512), group="settings"))
        teacher.show()
    rows = layer_costs(LAYERS, (1, side, side))
    show_table([_row(each) for each in rows])
    st.markdown(
        _("Together: **{p}** parameters, **{m}** multiply-adds, **{b} kB** of activations for one picture.").format(
            p=number(sum(each.parameters for each in rows), 0),
            m=number(sum(each.multiply_adds for each in rows), 0),
            b=number(sum(each.memory_bytes for each in rows) / 1000, 1),
        )
    )
    _show_derivation(rows[3])
    st.subheader(_("The same layers in larger networks"), anchor=False)
    show_table(_compared(rows))
    st.caption(
        _(
            "One picture of {mini} px in cnn-mini and of {resnet} px in ResNet-18; biases and batch normalisation are"
            " left out."
        ).format(mini=costs_of("cnn-mini")[1], resnet=costs_of("resnet18")[1])
    )
    if "export" not in hidden():
        with downloads.export():
            downloads.download_csv([_record(each) for each in rows], name="layer-costs", key="by_hand.cost.csv")


@lru_cache(maxsize=2)
def costs_of(model: str) -> tuple[list[ModuleCost], int]:
    """The convolutions and dense layers of a network, without its weights, and the side of its input."""
    if model == "cnn-mini":
        from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE, cnn_mini

        return module_costs(cnn_mini, INPUT_SIZE), INPUT_SIZE
    from torchvision.models import resnet18

    return module_costs(lambda: resnet18(weights=None), 224), 224


def _row(cost: LayerCost) -> dict[str, str]:
    return {
        _("Layer"): layer_title(cost.name, LAYERS),
        _("Output"): " × ".join(map(str, cost.output)),
        _("Parameters"): number(cost.parameters, 0),
        _("Multiply-adds"): number(cost.multiply_adds, 0),
        _("Receptive field"): "{} × {} px".format(*cost.receptive_hw),
        _("Memory (float32)"): _("{n} kB").format(n=number(cost.memory_bytes / 1000, 2)),
    }


def _compared(rows: list[LayerCost]) -> list[dict[str, str]]:
    own = {
        _("first convolution"): (rows[0].parameters - LAYERS[0].filters, rows[0].multiply_adds),  # type: ignore[union-attr]
        _("last dense layer"): (rows[-1].parameters - 10, rows[-1].multiply_adds),
        _("all of them"): (
            sum(each.parameters for each in rows) - 8 - 16 - 10,
            sum(each.multiply_adds for each in rows),
        ),
    }
    table = []
    for place, (name, (parameters, products)) in enumerate(own.items()):
        line = {_("Layer"): name, _("By hand"): _pair(parameters, products)}
        for model, title in MODELS.items():
            costs, _side = costs_of(model)
            chosen = (costs[:1], costs[-1:], costs)[place]
            line[_(title)] = _pair(sum(each.weights for each in chosen), sum(each.multiply_adds for each in chosen))
        table.append(line)
    return table


def _pair(weights: int, products: int) -> str:
    return _("{w} weights, {m} multiply-adds").format(w=number(weights, 0), m=number(products, 0))


def _show_derivation(conv: LayerCost) -> None:
    filters, height, width = conv.output
    with derivation(layer_title(conv.name, LAYERS)):
        latex(rf"F\,(C\,k^2 + 1) = {filters}\,(8 \cdot 3^2 + 1) = {conv.parameters}")
        latex(rf"F\,h\,w\,C\,k^2 = {filters} \cdot {height} \cdot {width} \cdot 8 \cdot 3^2 = {conv.multiply_adds}")
        latex(r"r_l = r_{l-1} + (k - 1)\,j_{l-1} = 4 + 2 \cdot 2 = 8 \qquad j_l = s\,j_{l-1}")


def _record(cost: LayerCost) -> dict[str, downloads.Cell]:
    return {
        "layer": cost.name,
        "output": "x".join(map(str, cost.output)),
        "parameters": cost.parameters,
        "multiply_adds": cost.multiply_adds,
        "receptive_field": cost.receptive_hw[0],
        "memory_bytes": cost.memory_bytes,
    }
