"""What are the steps, matrices and numbers of a trace called?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.i18n import N_, _

if TYPE_CHECKING:
    from vizcore.by_hand.layers import Layer
    from vizcore.by_hand.trace import Step

LAYER_TITLES = {
    "conv": N_("Convolution"),
    "relu": N_("ReLU"),
    "max": N_("Max pooling"),
    "average": N_("Average pooling"),
    "flatten": N_("Flatten"),
    "dense": N_("Dense"),
    "softmax": N_("Softmax"),
    "loss": N_("Cross-entropy"),
}
SYMBOLS = {"conv": "z", "relu": "a", "max": "m", "average": "m", "flatten": "f", "dense": "s"}

NOTES = {
    "conv": N_(
        "The kernel lies on the input as it stands (cross-correlation, which libraries call convolution): products,"
        " their sum, the bias once."
    ),
    "relu": N_("ReLU keeps what is positive and turns the rest into 0."),
    "max": N_("Each window keeps its largest value, the first of equal ones; rows and columns that fill no window go."),
    "average": N_("Each window keeps its mean; rows and columns that fill no window are dropped."),
    "flatten": N_("The maps are written in one row, channel by channel; no number changes."),
    "dense": N_("Each class multiplies every number with a weight of its own, sums, and adds its bias."),
    "softmax": N_("Each logit becomes a share of e to its power; the shares sum to 1."),
    "loss": N_("The loss is minus the logarithm of the share that the true class got."),
}
BACKWARD_NOTES = {
    ("softmax", ""): N_("Softmax and cross-entropy together: (p − y) / N, here with N = 1 picture."),
    ("conv", "weight"): N_(
        "A weight met many cells: its gradient is the sum of each cell times the gradient of the output it went to"
        " (the input correlated with ∂z)."
    ),
    ("conv", "bias"): N_("The bias entered every output of its map once: its gradient is their gradients' sum."),
    ("conv", "input"): N_(
        "A cell went into many outputs: each hands back its gradient times the weight in between. Seen as a picture,"
        " that is a full convolution with the kernel turned by 180°."
    ),
    ("dense", "weight"): N_("Each weight has one term: its input times the gradient of its class."),
    ("dense", "bias"): N_("The gradient of the class itself."),
    ("dense", "input"): N_("Each number went to every class: the gradients times the weights in between, summed."),
    ("relu", "input"): N_("The gate: the gradient passes where the input was above 0, and stops elsewhere."),
    ("max", "input"): N_("Each window's gradient goes back to its winner alone; where windows overlap, they add up."),
    ("average", "input"): N_("Each cell of a window gets an equal share of its gradient."),
    ("flatten", "input"): N_("The row is laid out as maps again; no number changes."),
}


def kind_of(name: str, layers: Sequence[Layer]) -> str:
    """A key of LAYER_TITLES for the name of a layer; "softmax" and "loss" name themselves."""
    from vizcore.by_hand.layers import Pool

    layer = next((each for each in layers if each.name == name), None)
    if layer is None:
        return name
    return layer.kind if isinstance(layer, Pool) else type(layer).__name__.lower()


def layer_title(name: str, layers: Sequence[Layer]) -> str:
    """ "Convolution", or "Convolution 2" where there are several."""
    same = [each.name for each in layers if kind_of(each.name, layers) == kind_of(name, layers)]
    number = f" {same.index(name) + 1}" if len(same) > 1 else ""
    return _(LAYER_TITLES[kind_of(name, layers)]) + number


def symbol(key: str, layers: Sequence[Layer]) -> str:
    """As formulas write it: "x", "z₁", "W", "∂W"."""
    if key.startswith("d "):
        return "∂" + symbol(key.removeprefix("d "), layers)
    plain = key.removesuffix(" padded").removesuffix(" gate")
    if plain in ("picture", "softmax", "loss", "target"):
        return {"picture": "x", "softmax": "p", "loss": "L", "target": "y"}[plain]
    name, _dot, part = plain.partition(".")
    base = {"weight": "W", "bias": "b"}.get(part) or SYMBOLS[kind_of(name, layers)]
    if key.endswith(" gate"):
        base = "g"
    if part and kind_of(name, layers) == "dense":
        base = {"W": "V", "b": "c"}[base]
    same = [each.name for each in layers if kind_of(each.name, layers) == kind_of(name, layers)]
    return base + ("₀₁₂₃₄₅₆₇₈₉"[same.index(name) + 1] if len(same) > 1 else "")


def tensor_title(key: str, layers: Sequence[Layer]) -> str:
    """The words above a matrix, its symbol first."""
    sign = symbol(key, layers)
    if key.startswith("d "):
        return f"{sign} " + _("gradient")
    if key.endswith(" padded"):
        return f"{sign} " + _("with padding")
    if key.endswith(" gate"):
        return f"{sign} " + _("gate: input > 0")
    if key in ("picture", "target", "loss", "softmax"):
        words = {
            "picture": N_("picture"), "target": N_("truth"), "loss": N_("loss"), "softmax": N_("probabilities"),
        }  # fmt: skip
        return f"{sign} " + _(words[key])
    name, _dot, part = key.partition(".")
    if part:
        kernel = kind_of(name, layers) == "conv"
        return f"{sign} " + (_("bias") if part == "bias" else _("kernel") if kernel else _("weights"))
    return f"{sign} " + layer_title(name, layers)


def step_title(step: Step, layers: Sequence[Layer]) -> str:
    """What its button says."""
    if not step.backward:
        return layer_title(step.layer, layers)
    return symbol(step.out, layers)


def step_note(step: Step, layers: Sequence[Layer]) -> str:
    """One sentence on how its numbers are made."""
    kind = kind_of(step.layer, layers)
    return _(BACKWARD_NOTES[(kind, step.part)]) if step.backward else _(NOTES[kind])
