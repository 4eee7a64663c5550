"""What is sent to the step cursor: every tensor, every term, and the words, in the language in force."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import DIVERGING_SCALE
from vizcore.i18n import N_, _, current_language
from vizcore.ui.step_cursor.titles import step_note, step_title, symbol, tensor_title

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vizcore.by_hand.trace import Step, Trace

WORDS = {
    "forward": N_("Forward"),
    "backward": N_("Backward"),
    "products": N_("Products"),
    "previous": N_("◀ Cell"),
    "next": N_("Cell ▶"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "origin": N_("Where it comes from"),
    "use": N_("Where it goes"),
    "back": N_("Back"),
    "more": N_("{n} more"),
    "enters": N_("it enters {n} outputs"),
    "enters_one": N_("it enters one output"),
    "nowhere": N_("it enters no output of this step"),
    "nothing": N_("No term: nothing comes back to this cell, so its gradient is 0."),
    "label": N_("Matrices of one step with a cursor; the line above says how the number under it is made"),
    "help": N_(
        "Point at any number: at a result to see its terms, at an input or a weight to see every product it enters."
        " Keys: arrows move, Space goes to the next matrix, Page Up and Page Down to another step, Enter to where the"
        " number comes from, Shift+Enter to where it goes, Backspace back."
    ),
}


def trace_message(trace: Trace, *, start: str, cell: int) -> dict[str, Any]:
    """JSON types only; arrays as base64 of little-endian numbers."""
    tensors = {
        key: {
            "title": tensor_title(key, trace.layers),
            "symbol": symbol(key, trace.layers),
            "shape": list(each.values.shape),
            "data": packed(each.values, "<f8"),
            "role": each.role,
            "ring": each.ring,
            "origin": each.origin,
        }
        for key, each in trace.tensors.items()
    }
    steps = [_step_message(step, trace) for step in trace.steps]
    content = {"tensors": tensors, "steps": steps}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return {
        **content,
        "trace": digest,
        "rev": digest,
        "start": start,
        "cell": cell,
        "language": current_language(),
        "stops": [colour for _place, colour in DIVERGING_SCALE],
        "words": {key: _(text) for key, text in WORDS.items()},
    }


def packed(values: NDArray[Any], kind: str) -> str:
    """The numbers as bytes of this type, in base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def _step_message(step: Step, trace: Trace) -> dict[str, Any]:
    return {
        "key": step.key,
        "title": step_title(step, trace.layers),
        "note": step_note(step, trace.layers),
        "kind": step.kind,
        "out": step.out,
        "left": step.left,
        "right": step.right,
        "bias": step.bias,
        "scale": step.scale,
        "backward": step.backward,
        "offsets": packed(step.terms.offsets, "<i4"),
        "l": packed(step.terms.left, "<i4"),
        "r": packed(step.terms.right, "<i4") if len(step.terms.right) else "",
        "biasIndex": packed(step.bias_index, "<i4") if step.bias_index is not None else "",
        "layout": _layout(step, trace),
    }


def _layout(step: Step, trace: Trace) -> list[int] | None:
    """(channels, rows, columns) of the products of one output, for a convolution on its way forward."""
    if step.backward or not step.right or trace.tensors[step.right].values.ndim != 4:
        return None
    return list(trace.tensors[step.right].values.shape[1:])
