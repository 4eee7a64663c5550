"""How are runtimes, steps and conditions called on the page?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent, small

if TYPE_CHECKING:
    from vizcore.runtimes.parity import Parity, SliceAgreement
    from vizcore.runtimes.profiling import Profile

RUNTIME_NAMES = {
    "eager": N_("torch, eager"),
    "compile": N_("torch.compile"),
    "onnx": N_("ONNX Runtime"),
    "int8": N_("ONNX Runtime, INT8"),
}
STEP_NAMES = {
    "pre": N_("Preprocess"),
    "transfer": N_("To a tensor"),
    "model": N_("Model"),
    "post": N_("Postprocess"),
}
SLICE_SHORT = {"all": N_("all"), "small": N_("small"), "dark": N_("dark"), "blurred": N_("blurred")}


def runtime_name(name: str) -> str:
    """The runtime in the visitor's language."""
    return _(RUNTIME_NAMES[name])


def milliseconds(value: float | None, refused: str = "–") -> str:
    """ "3.4 ms"; the dash of a percentile that too few runs forbid."""
    return refused if value is None else _("{n} ms").format(n=number(value, 2 if value < 10 else 1))


def agreement_text(found: SliceAgreement) -> str:
    """ "39 of 40 (98 %; 87 – 100 %)", or that no photo belongs to it."""
    if not found.n:
        return "–"
    return _("{agreed} of {n} ({rate}; {low} – {high})").format(
        agreed=found.agreed,
        n=found.n,
        rate=percent(found.rate, 0),
        low=percent(found.low, 0),
        high=percent(found.high, 0),
    )


def parity_text(parity: Parity | None) -> str:
    """The first step of the ladder in words."""
    if parity is None:
        return _("the reference")
    words = _("equal to 1e-3") if parity.tensor_ok else _("different")
    return _("{words} (largest difference {difference} of {scale})").format(
        words=words, difference=small(parity.difference), scale=number(parity.scale, 1)
    )


def conditions(found: Profile) -> str:
    """Everything that the numbers depend on, in one line."""
    height, width = found.size_hw
    return _("{runs} each, in turn; {device}, {threads}; batch {batch}; float32; input {width} × {height} px.").format(
        runs=ngettext("{n} counted run", "{n} counted runs", found.n).format(n=found.n),
        device=found.provenance.device or "cpu",
        threads=ngettext("{n} thread", "{n} threads", found.threads).format(n=found.threads),
        batch=found.batch,
        width=width,
        height=height,
    )
