"""Does an ONNX file answer as its own arithmetic says, and is every file that could do more than answer refused?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from tests.tiny_models import noise_photo
from tests.tiny_onnx import SIDE, nodes, onnx_model, weights
from vizcore.errors import ModelCannot, OnnxRefused, UnknownModel
from vizcore.features import ClassMapsSettings, class_maps, classify, embed
from vizcore.features.overview import overview
from vizcore.learning import onnx_checks
from vizcore.learning import own_onnx as own
from vizcore.learning.onnx_checks import checked_onnx
from vizcore.learning.own_onnx import OnnxClassifier, OnnxSettings, own_onnx
from vizcore.robustness.evaluation import RobustnessSettings, robustness
from vizcore.zoo import session_cards
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import FeatureModel
from vizcore.zoo.session_cards import SessionModel

HALF = OnnxSettings("tiny.onnx", side=SIDE, mean=(0.5, 0.4, 0.3), deviation=(0.2, 0.3, 0.4))


@pytest.fixture
def loaded() -> Iterator[Callable[[SessionModel], OnnxClassifier]]:
    kept = []

    def load(made: SessionModel) -> OnnxClassifier:
        session_cards.keep(made)
        kept.append(made.card.key)
        found = load_model(made.card, "cpu")
        assert isinstance(found, OnnxClassifier)
        return found

    yield load
    for key in kept:
        session_cards.forget(key)


def by_hand(model: OnnxClassifier, photo: Any) -> np.ndarray:
    seen = model.prepare(photo).rgb.astype(np.float64) / 255
    return ((seen.mean(axis=(0, 1)) - HALF.mean) / HALF.deviation) @ weights()


@pytest.mark.parametrize("softmax", [False, True])
@pytest.mark.parametrize("shape", [("n", 3, SIDE, SIDE), (1, 3, "h", "w"), (1, "c", SIDE, SIDE)])
def test_it_answers_as_its_arithmetic_says(loaded: Any, softmax: bool, shape: tuple[int | str, ...]) -> None:
    file = onnx_model(nodes(softmax), shape=shape).SerializeToString()
    model = loaded(own_onnx(file, HALF, ["mug", "stapler", "pen"]))
    assert isinstance(model, FeatureModel)
    with torch.inference_mode():
        found = classify(model, photo := noise_photo(60, 90))
    scores = np.exp(by_hand(model, photo))
    assert found.labels == ("mug", "stapler", "pen")
    assert found.probabilities == pytest.approx(scores / scores.sum(), abs=1e-5)


def test_robustness_takes_it(loaded: Any) -> None:
    model = loaded(own_onnx(onnx_model().SerializeToString(), HALF))
    assert model.labels == ("class 1", "class 2", "class 3")
    settings = RobustnessSettings(corruptions=("brightness",), severities=(1, 5))
    *_, last = robustness(model, noise_photo(60, 60), settings)
    found: Any = last.result
    assert found.confidence.shape == (1, 2, 1)
    assert np.isfinite(found.confidence).all()


@pytest.mark.parametrize("softmax", [False, True])
def test_its_vector_is_what_the_last_product_is_given(loaded: Any, softmax: bool) -> None:
    model = loaded(own_onnx(onnx_model(nodes(softmax)).SerializeToString(), HALF))
    photo = noise_photo(60, 90)
    vector = embed(model, photo).vector
    seen = model.prepare(photo).rgb.astype(np.float64) / 255
    assert vector == pytest.approx((seen.mean(axis=(0, 1)) - HALF.mean) / HALF.deviation, abs=1e-5)
    assert model.card.embedding == own.VECTOR


def test_without_such_a_vector_the_scores_stand_for_the_photo(loaded: Any) -> None:
    head = helper.make_node("MatMul", ["flat", "w"], ["half"])
    doubled = [*nodes()[:2], head, helper.make_node("Add", ["half", "half"], ["y"])]
    model = loaded(own_onnx(onnx_model(doubled).SerializeToString(), HALF))
    photo = noise_photo(60, 90)
    assert embed(model, photo).vector == pytest.approx(2 * by_hand(model, photo), abs=1e-5)
    assert (model.card.embedding, model.card.limits) == (own.SCORES, own.OF_SCORES)


def test_a_glance_shows_occlusion(loaded: Any) -> None:
    model = loaded(own_onnx(onnx_model().SerializeToString(), HALF))
    found = overview(model, noise_photo(60, 60))
    assert found.evidence is not None
    assert (found.evidence.method, found.evidence.layer, found.evidence.grid.shape) == ("occlusion", "input", (8, 8))


def test_what_is_inside_cannot_be_asked(loaded: Any) -> None:
    made = own_onnx(onnx_model().SerializeToString(), HALF)
    model = loaded(made)
    pixels = torch.rand(2, 3, SIDE, SIDE)
    assert model.logits(pixels).shape == (2, 3)
    for ask in (model.attentions, lambda each: model.logits(each.requires_grad_())):
        with pytest.raises(ModelCannot):
            ask(pixels)
    with pytest.raises(ModelCannot):
        class_maps(model, noise_photo(60, 60), ClassMapsSettings(("grad-cam",)))
    session_cards.forget(made.card.key)
    with pytest.raises(UnknownModel):
        load_model(made.card, "cpu")


def external() -> Any:
    model = onnx_model()
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return model


def external_constant() -> Any:
    tensor = helper.make_tensor("c", TensorProto.FLOAT, [1], [1.0])
    tensor.external_data.add(key="location", value="../numbers.bin")
    return onnx_model([*nodes(), helper.make_node("Constant", [], ["c"], value=tensor)])


def branching() -> Any:
    body = helper.make_graph([], "body", [], [])
    return onnx_model([*nodes(), helper.make_node("If", ["w"], ["z"], then_branch=body, else_branch=body)])


def grown(size: int) -> Any:
    shape = helper.make_tensor("s", TensorProto.INT64, [4], [1, 1, size, size])
    return onnx_model(
        [
            helper.make_node("Constant", [], ["s"], value=shape),
            helper.make_node("Tile", ["x", "s"], ["big"]),
            helper.make_node("GlobalAveragePool", ["big"], ["pooled"]),
            *nodes()[1:],
        ]
    )


def grown_by_the_picture() -> Any:
    return onnx_model(
        [
            helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0),
            helper.make_node("Cast", ["m"], ["i"], to=TensorProto.INT64),
            helper.make_node("Reshape", ["i", "one"], ["s"]),
            helper.make_node("Constant", [], ["one"], value=helper.make_tensor("o", TensorProto.INT64, [1], [1])),
            helper.make_node("ConstantOfShape", ["s"], ["big"]),
            *nodes(),
        ]
    )


def divided(kind: str, number: int, by: int, *, dtype: str = "int64", constant: bool = False, size: int = 1) -> Any:
    """number divided by `by`, one of a row of `size` whose others are 1, and the result added to every pixel."""
    divisors = np.array([1] * (size - 1) + [by], dtype)
    numbers = {"a": np.array([number], dtype)} | ({} if constant else {"b": divisors})
    made = onnx_model(
        [
            *([helper.make_node("Constant", [], ["b"], value=numpy_helper.from_array(divisors))] if constant else []),
            helper.make_node(kind, ["a", "b"], ["c"]),
            helper.make_node("Cast", ["c"], ["d"], to=TensorProto.FLOAT),
            helper.make_node("ReduceSum", ["d"], ["e"], keepdims=0),
            helper.make_node("Add", ["x", "e"], ["more"]),
            helper.make_node("GlobalAveragePool", ["more"], ["pooled"]),
            *nodes()[1:],
        ]
    )
    made.graph.initializer.extend(numpy_helper.from_array(each, name) for name, each in numbers.items())
    return made


def divided_by_the_picture(kind: str) -> Any:
    """By what the file does not give: a size, and the numbers of the picture itself."""
    return onnx_model(
        [
            helper.make_node("Cast", ["x"], ["whole"], to=TensorProto.INT32),
            helper.make_node(kind, ["whole", "whole"], ["c"]),
            helper.make_node("Cast", ["c"], ["more"], to=TensorProto.FLOAT),
            helper.make_node("GlobalAveragePool", ["more"], ["pooled"]),
            *nodes()[1:],
        ]
    )


@pytest.mark.parametrize("kind", ["Div", "Mod"])
@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize(
    ("number", "by", "dtype", "size"),
    [
        (-(2**63), -1, "int64", 1),
        (-(2**31), -1, "int32", 1),
        (1, 0, "int64", 1),
        (7, 0, "uint8", 1),
        (7, -2, "int64", 4),
    ],
)
def test_a_division_that_may_end_the_process_is_refused(
    kind: str, constant: bool, number: int, by: int, dtype: str, size: int
) -> None:
    data = divided(kind, number, by, dtype=dtype, constant=constant, size=size).SerializeToString()
    with pytest.raises(OnnxRefused) as caught:
        checked_onnx(data, SIDE)
    assert caught.value.values == {"reason": "operator", "found": kind, "limit": 0}


def test_what_no_check_foresees_ends_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.learning.onnx_checks.faulty_operator", lambda graph, shapes: "")
    data = divided("Div", -(2**63), -1, dtype="int64", constant=False, size=1).SerializeToString()
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(data, HALF)
    assert caught.value.values["reason"] == "run"


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.learning.own_onnx.TRIAL_S", 0.01)
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(onnx_model(nodes()).SerializeToString(), HALF)
    assert caught.value.values["reason"] == "run"


@pytest.mark.parametrize("kind", ["Div", "Mod"])
def test_whole_numbers_of_the_picture_divide_nothing(kind: str) -> None:
    with pytest.raises(OnnxRefused) as caught:
        checked_onnx(divided_by_the_picture(kind).SerializeToString(), SIDE)
    assert caught.value.values["found"] == kind


@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize("dtype", ["int64", "int32", "float32"])
def test_a_division_by_numbers_above_zero_is_taken(loaded: Any, constant: bool, dtype: str) -> None:
    model = loaded(own_onnx(divided("Div", -9, 2, dtype=dtype, constant=constant, size=2).SerializeToString(), HALF))
    photo = noise_photo(60, 90)
    more = -9 + (-4.5 if dtype == "float32" else -4)
    with torch.inference_mode():
        found = model.logits(model.pixels([model.prepare(photo)]))[0].numpy()
    assert found == pytest.approx(by_hand(model, photo) + more * weights().sum(axis=0), abs=1e-4)


def emptied(kind: str, *more: str, end: int = 0, **attributes: int) -> Any:
    """The first `end` columns of the picture, or as many as its largest number says (-1), for an operator."""
    cut = [
        helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0),
        helper.make_node("Cast", ["m"], ["i"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["i", "one"], ["bright"]),
        helper.make_node("Slice", ["x", "from", "bright" if end < 0 else "to", "axis"], ["cut"]),
    ]
    use = [
        helper.make_node("Squeeze", ["cut", "from"], ["rows"]) if more[0] == "rows" else cut[0],
        helper.make_node(kind, more, ["normal"], **attributes),
        helper.make_node("ReduceMax", ["normal"], ["e"], keepdims=0),
        helper.make_node("Add", ["x", "e"], ["more"]),
        helper.make_node("GlobalAveragePool", ["more"], ["pooled"]),
    ]
    made = onnx_model([*cut, *use[more[0] != "rows" :], *nodes()[1:]])
    numbers = {"from": [0], "to": [end], "axis": [2], "one": [1], "ones": np.ones(3, np.float32)}
    numbers |= {"recurrent": np.ones((1, 6, SIDE), np.float32), "square": np.ones((1, 6, 2), np.float32)}
    made.graph.initializer.extend(numpy_helper.from_array(np.asarray(each), name) for name, each in numbers.items())
    return made


@pytest.mark.parametrize(
    "model",
    [
        emptied("InstanceNormalization", "cut", "ones", "ones"),
        emptied("InstanceNormalization", "cut", "ones", "ones", end=-1),
        emptied("GRU", "rows", "recurrent", "square", hidden_size=2),
    ],
    ids=["nothing to normalise", "perhaps nothing", "no sequence"],
)
def test_what_may_be_given_nothing_is_refused(model: Any) -> None:
    with pytest.raises(OnnxRefused) as caught:
        checked_onnx(model.SerializeToString(), SIDE)
    assert caught.value.values["reason"] == "operator"
    assert caught.value.values["found"] in ("InstanceNormalization", "GRU")


def test_what_is_given_a_part_of_the_picture_is_taken() -> None:
    model = emptied("InstanceNormalization", "cut", "ones", "ones", end=5)
    assert checked_onnx(model.SerializeToString(), SIDE).side == SIDE


def test_fractions_may_be_divided_by_anything() -> None:
    parts = [helper.make_node("Div", ["x", "x"], ["q"]), helper.make_node("GlobalAveragePool", ["q"], ["pooled"])]
    assert checked_onnx(onnx_model([*parts, *nodes()[1:]]).SerializeToString(), SIDE).side == SIDE


FLAT = [helper.make_node("Identity", ["x"], ["y"])]
DOUBLE = onnx_model()
DOUBLE.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE
GRAPH_TWO_ENDS = onnx_model()
GRAPH_TWO_ENDS.graph.output.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, ["n", 3]))
CUSTOM = helper.make_node("Anything", ["x"], ["z"], domain="com.example")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (onnx_model(more_inputs=["second"]), "input"),
        (DOUBLE, "input"),
        (onnx_model(shape=("n", 3, SIDE)), "input"),
        (onnx_model(shape=("n", 1, SIDE, SIDE)), "input"),
        (onnx_model(shape=("n", SIDE, SIDE, 3)), "input"),
        (onnx_model(shape=(4, 3, SIDE, SIDE)), "input"),
        (onnx_model(shape=(1, 3, 4096, 4096)), "input"),
        (external(), "external"),
        (external_constant(), "external"),
        (onnx_model([*nodes(), CUSTOM], domain="com.example"), "domain"),
        (onnx_model([*nodes(), CUSTOM]), "domain"),
        (onnx_model(opset=6), "opset"),
        (onnx_model(opset=99), "opset"),
        (branching(), "operator"),
        (onnx_model([*nodes(), helper.make_node("RandomNormal", [], ["z"], shape=[1])]), "operator"),
        (grown_by_the_picture(), "format"),  # not in order
        (grown(10_000), "memory"),
        (onnx_model(FLAT, output=("n", 3, SIDE, SIDE)), "output"),
        (onnx_model(classes=1), "output"),
        (onnx_model(classes=onnx_checks.MOST_CLASSES + 1), "output"),
        (GRAPH_TWO_ENDS, "output"),
        (onnx_model([helper.make_node("NoSuchOperator", ["x"], ["y"])]), "format"),
        (onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"])]), "shapes"),
    ],
)
def test_what_could_do_more_than_answer_is_refused(model: Any, reason: str) -> None:
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(model.SerializeToString(), HALF)
    assert caught.value.values["reason"] == reason


def test_a_size_that_the_picture_decides_is_refused() -> None:
    model = grown_by_the_picture()
    parts = list(model.graph.node)
    parts[2], parts[3] = parts[3], parts[2]
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(onnx_model(parts).SerializeToString(), HALF)
    assert caught.value.values == {"reason": "operator", "found": "ConstantOfShape", "limit": 0}


@pytest.mark.parametrize("data", [b"", b"\x80\x04K\x01.", b"PK\x03\x04", onnx_model().SerializeToString()[:-40]])
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(data, HALF)
    assert caught.value.values["reason"] == "format"


def test_limits_of_size_and_of_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    data = onnx_model().SerializeToString()
    for name, limit, reason in (("MOST_NODES", 2, "nodes"), ("LIMIT_MB", 0, "large"), ("MOST_VALUES_ALL", 5, "memory")):
        with monkeypatch.context() as patch:
            patch.setattr(onnx_checks, name, limit)
            with pytest.raises(OnnxRefused) as caught:
                own_onnx(data, HALF)
        assert caught.value.values["reason"] == reason


@pytest.mark.parametrize(
    ("settings", "labels", "reason"),
    [
        (HALF, ["one", "two"], "labels"),
        (OnnxSettings("x", deviation=(0.2, 0.0, 0.2)), [], "numbers"),
        (OnnxSettings("x", mean=(float("nan"), 0.0, 0.2)), [], "numbers"),
    ],
)
def test_what_is_said_of_it_must_fit(settings: OnnxSettings, labels: list[str], reason: str) -> None:
    with pytest.raises(OnnxRefused) as caught:
        own_onnx(onnx_model().SerializeToString(), settings, labels)
    assert caught.value.values["reason"] == reason


def test_one_file_under_another_name_or_family_is_another_model() -> None:
    file = onnx_model().SerializeToString()
    given = (HALF, HALF, replace(HALF, title="mine.onnx"), replace(HALF, family="vit"))
    keys = [own_onnx(file, each).card.key for each in given]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
