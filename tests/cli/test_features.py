"""classify, embed, similarity: the operations' own numbers, in the promised keys, for every input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.invocation import invoke
from tests.tiny_clip import KEY, theirs, written
from vizcore.engine import Engine
from vizcore.features import EmbedSettings, classify, embed
from vizcore.features.zero_shot import ZeroShotSettings, zero_shot
from vizcore.samples import load_sample
from vizcore.settings import current
from vizcore.similarity import cosine
from vizcore.zoo import catalogue
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

pytestmark = pytest.mark.usefixtures("small_models")
COMMON = {"schema", "file", "provenance"}
CLOSE = {"rel": 1e-4, "abs": 1e-6}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"no picture at all")
    return path


@pytest.mark.parametrize("key", ["cnn-mini", "vit-mini"])
def test_classify_gives_the_operations_own_numbers(key: str) -> None:
    answer = invoke("classify", "sample:cat", "--model", key, "--top", 3, "--json")
    expected = classify(load_model(card(key), "cpu"), load_sample("cat")).top(3)
    [line] = answer.lines
    assert answer.status == 0
    assert set(line) == COMMON | {"model", "top", "timing_ms"}
    assert line["model"] == key
    assert [each["label"] for each in line["top"]] == [label for _, label, _ in expected]
    assert [each["probability"] for each in line["top"]] == pytest.approx([p for _, _, p in expected], **CLOSE)
    assert line["provenance"]["model"] == key
    assert line["provenance"]["photos_sha256"] == [load_sample("cat").sha256]
    assert line["provenance"]["device"]
    assert all(isinstance(value, float) for value in line["timing_ms"].values())


@pytest.mark.parametrize(("top", "count"), [(0, 104), (1, 1), (500, 104)])
def test_how_many_classes(top: int, count: int) -> None:
    [line] = invoke("classify", "sample:cat", "--top", top, "--json").lines
    assert len(line["top"]) == count
    if count == 104:
        assert sum(each["probability"] for each in line["top"]) == pytest.approx(1.0)


def test_without_a_model_the_bundled_one_answers() -> None:
    [line] = invoke("classify", "sample:cat", "--json").lines
    assert line["model"] == "cnn-mini"


def test_a_bad_file_among_good_ones(broken: Path) -> None:
    files = ["sample:cat", broken, "sample:bus"]
    for verb in ("classify", "embed"):
        answer = invoke(verb, *files, "--model", "cnn-mini", "--json")
        assert answer.status == 2
        assert [line["provenance"]["model"] for line in answer.lines] == ["cnn-mini"] * 3
        assert [line["file"] for line in answer.lines] == [str(file) for file in files]
        assert ["error" in line for line in answer.lines] == [False, True, False]


@pytest.mark.parametrize(
    ("verb", "model", "code"),
    [
        ("classify", "no-such-model", "unknown_model"),
        ("classify", "dinov2-small", "model_cannot"),
        ("classify", "resnet18", "weights_missing"),
        ("embed", "resnet18", "weights_missing"),
    ],
)
def test_a_model_that_cannot_answer_is_said_for_every_file(verb: str, model: str, code: str) -> None:
    answer = invoke(verb, "sample:cat", "sample:bus", "--model", model, "--json")
    assert answer.status == 2
    assert [line["error"]["code"] for line in answer.lines] == [code, code]
    assert [line["provenance"]["model"] for line in answer.lines] == [model, model]


@pytest.mark.parametrize(("layer", "dimension"), [("embedding", 256), ("logits", 104)])
def test_embed_gives_the_vector_and_its_length(layer: str, dimension: int) -> None:
    [line] = invoke("embed", "sample:cat", "--layer", layer, "--model", "cnn-mini", "--json").lines
    expected = embed(load_model(card("cnn-mini"), "cpu"), load_sample("cat"), EmbedSettings(layer))  # type: ignore[arg-type]
    assert set(line) == COMMON | {"model", "layer", "dimension", "norm", "vector"}
    assert (line["layer"], line["dimension"], len(line["vector"])) == (layer, dimension, dimension)
    assert line["vector"] == pytest.approx(expected.vector.tolist(), **CLOSE)
    assert line["norm"] == pytest.approx(np.linalg.norm(line["vector"]), rel=1e-5)


def test_similarity_is_the_cosine_of_the_two_vectors() -> None:
    model = load_model(card("cnn-mini"), "cpu")
    expected = cosine(embed(model, load_sample("cat")), embed(model, load_sample("bus"))).cosine
    [line] = invoke("similarity", "sample:cat", "sample:bus", "--json").lines
    assert set(line) == COMMON | {"model", "layer", "cosine"}
    assert (line["file"], line["model"], line["layer"]) == (["sample:cat", "sample:bus"], "cnn-mini", "embedding")
    assert line["cosine"] == pytest.approx(expected, abs=1e-5)
    assert line["provenance"]["operation"] == "similarity"
    assert line["provenance"]["photos_sha256"] == [load_sample(key).sha256 for key in ("cat", "bus")]
    [same] = invoke("similarity", "sample:cat", "sample:cat", "--json").lines
    assert same["cosine"] == pytest.approx(1.0)


def test_similarity_names_each_picture_that_is_bad(broken: Path) -> None:
    answer = invoke("similarity", broken, "sample:cat", "--json")
    assert answer.status == 2
    [line] = answer.lines
    assert (line["file"], line["error"]["code"]) == (str(broken), "not_an_image")
    assert len(invoke("similarity", broken, broken, "--json").lines) == 2


def test_text_for_people() -> None:
    classes = invoke("classify", "sample:cat", "--top", 2).out.splitlines()
    assert classes[0] == "sample:cat (cnn-mini)"
    assert len(classes) == 3
    assert "%" in classes[1]
    assert "256 numbers" in invoke("embed", "sample:cat").out
    assert invoke("similarity", "sample:cat", "sample:cat").out.startswith("1.0000")


def test_zero_shot_gives_the_operations_own_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = written(tmp_path, theirs())
    monkeypatch.setitem(catalogue.CARDS, KEY, made)
    mine = replace(current(), weights=str(tmp_path))
    monkeypatch.setattr("vizcore.settings.current", lambda: mine)
    engine = Engine(mine)
    monkeypatch.setattr("vizcore.engine.shared_engine", lambda: engine)
    expected = zero_shot(load_model(made, "cpu", mine), load_sample("cat"), ZeroShotSettings(("cat", "dog", "red bus")))  # type: ignore[arg-type]
    [line] = invoke("zero-shot", "sample:cat", "--labels", "cat, dog,red bus", "--json").lines
    assert set(line) == COMMON | {"model", "sentence", "labels", "timing_ms"}
    assert (line["model"], line["sentence"]) == (KEY, "a photo of a {}")
    assert [row["label"] for row in line["labels"]] == [expected.labels[place] for place in expected.order()]
    shares = {row["label"]: row["probability"] for row in line["labels"]}
    assert shares == pytest.approx(dict(zip(expected.labels, expected.probabilities, strict=True)), **CLOSE)
    engine.close()
    few = invoke("zero-shot", "sample:cat", "--labels", "cat", "--json")
    assert (few.status, few.lines[0]["error"]["code"]) == (2, "labels_invalid")


@pytest.mark.parametrize(
    ("model", "code"), [(KEY, "weights_missing"), ("cnn-mini", "model_cannot"), ("no-such-model", "unknown_model")]
)
def test_zero_shot_says_why_it_cannot_answer(model: str, code: str) -> None:
    answer = invoke("zero-shot", "sample:cat", "sample:bus", "--labels", "cat,dog", "--model", model, "--json")
    assert answer.status == 2
    assert [line["error"]["code"] for line in answer.lines] == [code, code]
    assert invoke("zero-shot", "sample:cat", "--labels", "cat,dog", "--sentence", "a photo").status == 2
