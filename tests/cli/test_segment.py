"""segment: real runs of GrabCut, which needs no weights, and of sam-mini with random ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from pycocotools import mask as official
from safetensors.torch import save_file

import vizcore.engine
from tests.cli.invocation import invoke
from tests.tiny_models import noise_photo
from tests.zoo.test_promptable_models import disc
from vizcore.engine import Engine
from vizcore.pictures import encode_png
from vizcore.settings import current
from vizcore.zoo import catalogue
from vizcore.zoo.bundled.mini_sam import sam_mini
from vizcore.zoo.cards import WeightFile
from vizcore.zoo.catalogue.promptable_cards import read_sam_mini
from vizcore.zoo.weights import folders


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine(current())
    yield made
    made.close()


@pytest.fixture(scope="module")
def random_sam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(3)
    file = folder / "sam-mini.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in sam_mini().state_dict().items()}, file)
    content = file.read_bytes()
    report = {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content), "parameters_m": 4.0}
    report |= {"measured": [], "training_data": "random numbers"}
    (folder / "sam-mini.json").write_text(json.dumps(report))
    return folder


@pytest.fixture(autouse=True)
def small_models(random_sam: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    (mini,) = read_sam_mini(random_sam)
    assert isinstance(mini.files[0], WeightFile)
    others = {key: card for key, card in catalogue.CARDS.items() if key != "sam-mini"}
    monkeypatch.setattr(folders, "BUNDLED_WEIGHTS", random_sam)
    monkeypatch.setattr(catalogue, "CARDS", {"sam-mini": replace(mini), **others})
    monkeypatch.setattr(vizcore.engine, "shared_engine", lambda: engine)


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "disc.png"
    path.write_bytes(encode_png(disc()[0].rgb))
    return path


def test_a_box_gives_a_mask_that_pycocotools_reads(photo_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = invoke("segment", photo_file, "--model", "grabcut", "--box", "65,35,175,145", "--out", out, "--json")
    (line,) = answer.lines
    assert (answer.status, line["model"], len(line["masks"])) == (0, "grabcut", 1)
    (mask,) = line["masks"]
    assert set(mask) == {"segmentation", "predicted_iou", "stability", "area", "box_xyxy"}
    found = official.decode(mask["segmentation"]).astype(bool)
    truth = disc()[1]
    assert (found & truth).sum() / (found | truth).sum() > 0.97
    assert (mask["area"], mask["predicted_iou"]) == (found.sum(), None)
    coco, picture, cutout = (Path(path) for path in line["out"])
    assert json.loads(coco.read_text())["annotations"][0]["segmentation"] == mask["segmentation"]
    np.testing.assert_array_equal(np.asarray(Image.open(picture)) > 0, found)
    assert Image.open(cutout).mode == "RGBA"
    assert Image.open(cutout).size == (
        mask["box_xyxy"][2] - mask["box_xyxy"][0],
        mask["box_xyxy"][3] - mask["box_xyxy"][1],
    )


def test_one_point_gives_three_masks_by_the_bundled_model(photo_file: Path) -> None:
    answer = invoke("segment", photo_file, "--point", "120,90", "--json")
    (line,) = answer.lines
    assert (answer.status, line["model"], len(line["masks"])) == (0, "sam-mini", 3)
    qualities = [each["predicted_iou"] for each in line["masks"]]
    assert qualities == sorted(qualities, reverse=True)
    assert line["provenance"]["settings"]["prompts"]["points_xy"] == [[120.0, 90.0]]


def test_several_prompts_one_mask_and_several_boxes_one_each(photo_file: Path) -> None:
    several = invoke(
        "segment", photo_file, "--point", "120,90", "--point", "10,10,0", "--box", "60,30,180,150", "--json"
    )
    assert len(several.lines[0]["masks"]) == 1
    assert several.lines[0]["provenance"]["settings"]["prompts"]["labels"] == [1, 0]
    boxes = invoke("segment", photo_file, "--box", "60,30,180,150", "--box", "0,0,50,50", "--json")
    assert len(boxes.lines[0]["masks"]) == 2


def test_a_point_outside_is_moved_and_said_so(photo_file: Path) -> None:
    (line,) = invoke("segment", photo_file, "--point", "1200,90", "--json").lines
    assert len(line["notes"]) == 1
    text = invoke("segment", photo_file, "--point", "1200,90")
    assert "moved to its edge" in text.out
    assert "3 masks" in text.out


def test_everything(photo_file: Path, tmp_path: Path) -> None:
    arguments = (
        "--everything",
        "--points-per-side",
        2,
        "--predicted-iou",
        0,
        "--stability",
        0,
        "--out",
        tmp_path / "all",
    )
    (line,) = invoke("segment", photo_file, *arguments, "--json").lines
    assert len(line["masks"]) >= 1
    assert line["provenance"]["operation"] == "segmentation.everything"
    assert json.loads(Path(line["out"][0]).read_text())["images"][0]["width"] == 200
    none = invoke("segment", photo_file, "--everything", "--points-per-side", 2, "--predicted-iou", 1, "--json")
    assert (none.status, none.lines[0]["masks"]) == (0, [])
    assert none.lines[0]["provenance"]["settings"]["stability"] < 0.95, "the bundled model has limits of its own"


BAD = {
    "nothing": ((), "prompt_invalid"),
    "box of no area": (("--box", "5,5,5,90"), "prompt_invalid"),
    "label": (("--point", "5,5,3"), "prompt_invalid"),
    "not a number": (("--point", "nan,5"), "prompt_invalid"),
    "another task": (("--point", "5,5", "--model", "resnet18"), "model_cannot"),
    "no candidates": (("--everything", "--model", "grabcut"), "model_cannot"),
    "unknown": (("--point", "5,5", "--model", "sam-giga"), "unknown_model"),
    "no weights": (("--point", "5,5", "--model", "sam-vit-b"), "weights_missing"),
    "setting": (("--everything", "--points-per-side", "0"), "setting_out_of_range"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_a_sentence(name: str, photo_file: Path) -> None:
    arguments, code = BAD[name]
    answer = invoke("segment", photo_file, *arguments, "--json")
    assert answer.status == 2
    (line,) = answer.lines
    assert line["error"]["code"] == code
    assert line["error"]["message"].endswith(".")


@pytest.mark.parametrize(
    "arguments",
    [("--point", "5"), ("--point", "a,b"), ("--box", "1,2,3"), ("--everything", "--point", "1,2"),
     ("--point", "1,2", "--box", "1,2,3,4", "--box", "1,2,3,4")],
)  # fmt: skip
def test_wrong_usage(photo_file: Path, arguments: tuple[str, ...]) -> None:
    answer = invoke("segment", photo_file, *arguments)
    assert (answer.status, answer.out) == (2, "")


def test_a_folder_that_cannot_be_written(photo_file: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    answer = invoke("segment", photo_file, "--model", "grabcut", "--point", "120,90", "--out", blocked / "in", "--json")
    assert answer.lines[0]["error"]["code"] == "file_unreadable"


def test_any_photo(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(encode_png(noise_photo(1, 1).rgb))
    assert len(invoke("segment", path, "--point", "0,0", "--json").lines[0]["masks"]) == 3
