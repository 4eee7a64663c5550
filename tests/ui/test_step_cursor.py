"""What is sent to the step cursor: every tensor and term as the trace holds them, named in both languages."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from vizcore.by_hand.digit_network import LAYERS, initial_state
from vizcore.by_hand.digits import digit_split
from vizcore.by_hand.example import ExampleSettings, example
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.kernels import KERNELS, PICTURES
from vizcore.by_hand.trace import trace
from vizcore.i18n import use_language
from vizcore.ui.step_cursor.message import trace_message
from vizcore.ui.step_cursor.titles import symbol

LECTURE = np.array(PICTURES["lecture"], float)[None]


def numbers(code: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(code), kind)


def test_the_browser_can_add_the_terms_up() -> None:
    found = example(LECTURE, [KERNELS["lecture"].matrix[None]], ExampleSettings(Geometry(padding=1), bias=2.0))
    sent = trace_message(found, start="conv", cell=0)
    [conv] = [each for each in sent["steps"] if each["key"] == "conv"]
    left = numbers(sent["tensors"][conv["left"]]["data"], "<f8")[numbers(conv["l"], "<i4")]
    right = numbers(sent["tensors"][conv["right"]]["data"], "<f8")[numbers(conv["r"], "<i4")]
    sums = np.add.reduceat(left * right, numbers(conv["offsets"], "<i4")[:-1])
    bias = numbers(sent["tensors"][conv["bias"]]["data"], "<f8")[numbers(conv["biasIndex"], "<i4")]
    assert (sums + bias == found.tensors["conv"].values.reshape(-1)).all()
    assert (conv["layout"], sent["tensors"][conv["left"]]["ring"]) == ([1, 3, 3], 1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_step_is_named(language: str) -> None:
    use_language(language)
    try:
        found = trace(LAYERS, initial_state(0), digit_split().test.pictures[0], 3)
        sent = trace_message(found, start="conv1", cell=0)
        assert len({each["title"] for each in sent["steps"]}) == len(sent["steps"])
        assert all(each["note"] and each["title"] for each in sent["steps"])
        assert len({each["symbol"] for each in sent["tensors"].values()}) >= len(sent["tensors"]) - 4  # padded, gates
        assert len(json.dumps(sent)) < 1_000_000
    finally:
        use_language("en")


def test_symbols() -> None:
    names = ("picture", "conv1", "conv2.weight", "d conv1.bias", "relu2 gate", "d dense.weight", "softmax", "d picture")
    assert [symbol(name, LAYERS) for name in names] == ["x", "z₁", "W₂", "∂b₁", "g₂", "∂V", "p", "∂x"]


def test_equal_traces_are_known_as_equal() -> None:
    sent = [
        trace_message(example(LECTURE, [KERNELS[name].matrix[None]], ExampleSettings()), start="conv", cell=0)["trace"]
        for name in ("blur", "blur", "gauss")
    ]
    assert sent[0] == sent[1] != sent[2]
