"""What does a visitor take along from the walk: every number as JSON, the script, and the loops as code?"""

from __future__ import annotations

import inspect
import json

import streamlit as st

from vizcore.by_hand.loops import convolve_by_loops
from vizcore.by_hand.matrices import written
from vizcore.by_hand.script import walk_script
from vizcore.by_hand.trace import Trace
from vizcore.i18n import _
from vizcore.provenance import versions
from vizcore.results import SCHEMA, to_plain
from vizcore.ui import downloads
from vizcore.ui.panels.by_hand.url_values import hidden


def show(found: Trace, label: int) -> None:
    """Two downloads and two folds of code."""
    if "export" in hidden():
        return
    parameters = {name: each.values for name, each in found.tensors.items() if each.role == "weight"}
    picture = found.tensors["picture"].values

    def script() -> bytes:
        return walk_script(found.layers, parameters, picture, label).encode()

    with downloads.export():
        downloads.download_made(
            lambda: _json(found), name="cnn-by-hand.json", mime="application/json", key="by_hand.json", label="JSON"
        )
        downloads.download_made(
            script, name="cnn_by_hand.py", mime="text/x-python", key="by_hand.script", label=_("Script (NumPy)")
        )
    with st.expander(_("The convolution as loops"), icon=":material/code:"):
        st.markdown(
            _(
                "This is what the numbers above mean. The page computes the same with one matrix product (im2col), more"
                " than fifty times faster; the tests compare both."
            )
        )
        st.code(inspect.getsource(convolve_by_loops), language="python")
        st.markdown(_("The matrices in one line, for the command line or an address:"))
        st.code(f"{written(picture)}\n{written(parameters['conv.weight'][0])}", language="text")


def _json(found: Trace) -> bytes:
    content = {
        "schema": SCHEMA,
        "kind": "CnnByHand",
        "layers": [{"type": type(layer).__name__, **to_plain(layer)} for layer in found.layers],
        "tensors": {name: each.values for name, each in found.tensors.items()},
        "loss": found.run.loss,
        "provenance": {"operation": "by_hand", "versions": versions()},
    }
    return json.dumps(to_plain(content), allow_nan=False, indent=1).encode()
