"""cam and attention: the operations' own numbers, pictures on disk, and errors for every input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke
from vizcore.cli.look_inside import KNOWN
from vizcore.features import METHODS, ClassMapsSettings, attention_maps, class_maps
from vizcore.samples import load_sample
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

pytestmark = pytest.mark.usefixtures("small_models")
COMMON = {"schema", "file", "provenance"}


def test_the_command_line_knows_every_method() -> None:
    assert tuple(METHODS) == KNOWN


@pytest.mark.parametrize("key", ["cnn-mini", "vit-mini"])
def test_cam_gives_the_operations_own_maps(key: str) -> None:
    answer = invoke(
        "cam", "sample:cat", "--model", key, "--method", "layercam", "--method", "hirescam", "--class", "7", "--json"
    )
    expected = class_maps(
        load_model(card(key), "cpu"), load_sample("cat"), ClassMapsSettings(("layercam", "hirescam"), 7)
    )
    [line] = answer.lines
    assert answer.status == 0
    assert set(line) == COMMON | {"model", "target", "probability", "region_xyxy", "maps", "timing_ms"}
    assert (line["model"], line["target"]) == (key, "thing 7")
    assert [each["method"] for each in line["maps"]] == ["layercam", "hirescam"]
    for found, own in zip(line["maps"], expected.maps, strict=True):
        assert np.allclose(found["grid"], own.grid, atol=1e-3)
        assert found["out"] is None


def test_cam_writes_pictures(tmp_path: Path) -> None:
    answer = invoke("cam", "sample:cat", "sample:bus", "--out", tmp_path / "new", "--json")
    paths = [line["maps"][0]["out"] for line in answer.lines]
    assert len(set(paths)) == 2
    for path in paths:
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert max(picture.size) <= 768


def test_faithfulness_rows_end_with_the_random_one() -> None:
    [line] = invoke("cam", "sample:cat", "--faithfulness", "--json").lines
    assert [row["method"] for row in line["faithfulness"]] == ["grad-cam", "random"]
    assert set(line["faithfulness"][0]) == {"method", "drop", "increased", "deletion_auc", "insertion_auc"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cam", "--class", "unheard of"), "unknown_class"),
        (("cam", "--class", "thing"), "ambiguous_class"),
        (("cam", "--model", "dinov2-small"), "model_cannot"),
        (("cam", "--model", "resnet18"), "weights_missing"),
        (("attention", "--model", "cnn-mini"), "model_cannot"),
        (("attention", "--layer", "9"), "setting_out_of_range"),
        (("attention", "--patch", "100"), "setting_out_of_range"),
    ],
)
def test_errors_are_said_for_every_file(arguments: tuple[str, ...], code: str) -> None:
    answer = invoke(arguments[0], "sample:cat", "sample:bus", *arguments[1:], "--json")
    assert answer.status == 2
    assert [line["error"]["code"] for line in answer.lines] == [code, code]


def test_an_unknown_method_is_a_usage_error() -> None:
    answer = invoke("cam", "sample:cat", "--method", "guesswork")
    assert answer.status == 2
    assert "guesswork" in answer.err


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    [line] = invoke("cam", "sample:cat", "--out", tmp_path / "file", "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", "unwritable")
    assert line["error"]["file"] == str(tmp_path / "file")


def test_attention_gives_the_operations_own_row(tmp_path: Path) -> None:
    arguments = ("--layer", 3, "--head", 2, "--patch", 10, "--out", tmp_path, "--json")
    [line] = invoke("attention", "sample:cat", *arguments).lines
    expected = attention_maps(load_model(card("vit-mini"), "cpu"), load_sample("cat")).heatmap(2, 1, 10)
    assert set(line) == COMMON | {"model", "layers", "heads", "grid_hw", "region_xyxy", "row", "rollout", "timing_ms"}
    assert (line["model"], line["layers"], line["heads"], line["grid_hw"]) == ("vit-mini", 8, 3, [10, 10])
    assert (line["row"]["layer"], line["row"]["of"]) == ("layer 3, head 2", "patch 10")
    assert np.allclose(line["row"]["grid"], expected.grid, atol=1e-2)
    assert np.array(line["rollout"]["grid"]).shape == (10, 10)
    assert Path(line["row"]["out"]).is_file()


def test_text_for_people() -> None:
    assert "grad-cam: 10x10" in invoke("cam", "sample:cat").out
    assert "8 layers of 3 heads" in invoke("attention", "sample:cat").out
