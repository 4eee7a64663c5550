"""search and evaluate-retrieval over a folder and a zip of drawn class folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke

pytestmark = pytest.mark.usefixtures("small_models")
COMMON = {"schema", "file", "provenance"}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of noise of one colour each, three pictures in each."""
    folder = tmp_path_factory.mktemp("gallery")
    rng = np.random.default_rng(0)
    for label, colour in (("red", (220, 30, 30)), ("blue", (30, 30, 220))):
        (folder / label).mkdir()
        for number in range(3):
            noise = rng.normal(0, 12, (64, 80, 3)) + np.array(colour)
            Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(folder / label / f"{number}.png")
    return folder


def test_search_finds_the_same_colour_and_not_itself(gallery: Path) -> None:
    answer = invoke("search", gallery / "red" / "1.png", "--gallery", gallery, "--top", 4, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert set(line) == COMMON | {"model", "layer", "pictures", "excluded", "results", "timing_ms"}
    assert (line["pictures"], line["excluded"], len(line["results"])) == (6, 1, 4)
    assert {each["file"] for each in line["results"][:2]} == {"red/0.png", "red/2.png"}
    assert line["results"][0]["label"] == "red"
    scores = [each["score"] for each in line["results"]]
    assert scores == sorted(scores, reverse=True)


def test_zip_and_folder_give_the_same_numbers(gallery: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "gallery"), "zip", gallery)
    answers = [
        invoke("evaluate-retrieval", place, "--model", "vit-mini", "--json").lines[0] for place in (gallery, packed)
    ]
    for key in ("recall", "map", "map_at_r", "queries", "pictures", "classes"):
        assert answers[0][key] == answers[1][key]


def test_evaluate_retrieval_of_separable_classes(gallery: Path) -> None:
    [line] = invoke("evaluate-retrieval", gallery, "--json").lines
    assert (line["pictures"], line["classes"], line["queries"], line["without_match"]) == (6, 2, 6, 0)
    assert set(line["recall"]) == {"1", "5", "10"}
    assert (line["recall"]["1"], line["map"], line["map_at_r"]) == (1, 1, 1)
    assert len(line["provenance"]["photos_sha256"]) == 6


def test_bad_files_of_a_gallery_are_said_and_the_rest_is_searched(gallery: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(gallery, copy)
    (copy / "red" / "broken.png").write_bytes(b"this is no picture at all")
    answer = invoke("search", "sample:cat", "--gallery", copy, "--json")
    assert answer.status == 2
    assert [line.get("error", {}).get("code") for line in answer.lines] == ["not_an_image", None]
    assert answer.lines[0]["file"].endswith("red/broken.png")
    assert len(answer.lines[1]["results"]) == 6


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "file_unreadable"),
        (lambda path: path.mkdir(), "gallery_empty"),
        (lambda path: path.write_bytes(b"no zip"), "not_an_archive"),
    ],
)
def test_no_gallery(make, code: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    place = tmp_path / "place"
    make(place)
    for arguments in (("search", "sample:cat", "--gallery", place), ("evaluate-retrieval", place)):
        answer = invoke(*arguments, "--json")
        assert answer.status == 2
        assert [line["error"]["code"] for line in answer.lines] == [code]


TOO_LONG = "a" * 300  # for the name of a file


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("search", "sample:cat", "--gallery", TOO_LONG), "file_unreadable"),
        (("evaluate-retrieval", TOO_LONG), "file_unreadable"),
        (("robustness", TOO_LONG), "file_unreadable"),
        (("train", TOO_LONG), "file_unreadable"),
        (("drift", TOO_LONG, TOO_LONG), "file_unreadable"),
        (("mnist-contest", "--idx", TOO_LONG), "file_unreadable"),
        (("classify", "sample:cat", "--model", TOO_LONG), "unknown_model"),
        (("export", "--calibration", TOO_LONG, "--format", "onnx-int8"), "file_unreadable"),
    ],
)
def test_a_name_that_the_system_refuses(
    arguments: tuple[str, ...], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = invoke(*arguments, "--json")
    assert (answer.status, [line["error"]["code"] for line in answer.lines]) == (2, [code])


@pytest.mark.parametrize("verb", ["evaluate-retrieval", "robustness", "train"])
def test_a_folder_that_may_not_be_read_is_not_called_empty(
    verb: str, gallery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "iterdir", refuse)
    [line] = invoke(verb, gallery, "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", "denied")


def test_pictures_without_class_folders(gallery: Path) -> None:
    [line] = invoke("search", "sample:cat", "--gallery", gallery / "red", "--json").lines
    assert line["results"][0]["label"] is None
    [line] = invoke("evaluate-retrieval", gallery / "red", "--json").lines
    assert line["error"]["code"] == "classes_missing"


def test_text_for_people(gallery: Path) -> None:
    assert "red/" in invoke("search", gallery / "red" / "0.png", "--gallery", gallery).out
    assert "Recall@1 100.00%" in invoke("evaluate-retrieval", gallery).out
