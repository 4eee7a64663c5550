"""ideal, attack, transfer, robustness: real runs of two small models with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import LABELS
from tests.cli.invocation import invoke
from tests.tiny_models import noise_photo
from vizcore.cli import trials
from vizcore.pictures import encode_png

pytestmark = pytest.mark.usefixtures("small_models")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    place.mkdir()
    for seed in (0, 1):
        (place / f"{seed}.png").write_bytes(encode_png(noise_photo(seed=seed).rgb))
    return place


def test_attack_writes_the_picture_that_it_measured(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "fooled.png"
    file = str(folder / "0.png")
    answer = invoke("attack", file, "--model", "cnn-mini", "--epsilon", "4/255", "--steps", 3, "--out", out, "--json")
    (line,) = answer.lines
    assert answer.status == 0
    assert {"model", "attack", "epsilon_255", "target", "success", "linf_255", "l2", "steps"} <= line.keys()
    assert (line["attack"], line["epsilon_255"], line["target"], line["out"]) == ("pgd", 4.0, None, str(out))
    assert 0 < line["linf_255"] <= 4
    again = invoke("classify", out, "--model", "cnn-mini", "--json").lines[0]
    assert again["top"][0]["label"] == line["after"][0]["label"]
    assert again["top"][0]["probability"] == pytest.approx(line["after"][0]["probability"], abs=1e-6)


@pytest.mark.parametrize(
    ("method", "epsilon", "expected"),
    [("fgsm", "0.03", (7.65, None)), ("pgd-l2", "1.5", (None, 1.5)), ("deepfool", None, (None, None))],
)
def test_budgets(folder: Path, method: str, epsilon: str | None, expected: tuple[float | None, float | None]) -> None:
    budget = ["--epsilon", epsilon] if epsilon else []
    (line,) = invoke("attack", folder / "0.png", "--attack", method, "--steps", 2, *budget, "--json").lines
    assert (line["epsilon_255"], line["epsilon_l2"]) == pytest.approx(expected)
    assert line["budget_kept"] is (True if epsilon else None)


@pytest.mark.parametrize(
    "arguments",
    [("--attack", "wish"), ("--epsilon", "a lot"), ("--epsilon", "8"), ("--epsilon", "1/0"), ("--epsilon", "-1/255"),
     ("--attack", "deepfool", "--epsilon", "8/255")],
)  # fmt: skip
def test_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    answer = invoke("attack", folder / "0.png", *arguments)
    assert (answer.status, answer.out) == (2, "")


@pytest.mark.parametrize(("target", "code"), [("unicorn", "unknown_class"), ("thing", "ambiguous_class")])
def test_a_class_that_is_not_there(folder: Path, target: str, code: str) -> None:
    answer = invoke("attack", folder / "0.png", "--target", target, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == code


def test_ideal(tmp_path: Path) -> None:
    out, film = tmp_path / "ideal.png", tmp_path / "ideal.gif"
    answer = invoke("ideal", "--class", "thing 7", "--steps", 4, "--seed", 1, "--out", out, "--film", film, "--json")
    (line,) = answer.lines
    assert answer.status == 0
    assert (line["model"], line["target"], line["steps"]) == ("cnn-mini", "thing 7", 4)
    assert 0 <= line["probability"] <= 1
    assert line["total_variation"] > 0
    assert line["provenance"]["seed"] == 1
    assert np.asarray(Image.open(out)).shape == (160, 160, 3)
    assert Image.open(film).n_frames == 4  # type: ignore[attr-defined]


def test_a_place_that_cannot_be_written(folder: Path) -> None:
    answer = invoke("ideal", "--class", "0", "--steps", 1, "--out", folder / "0.png" / "x.png", "--json")
    assert answer.lines[0]["error"]["code"] == "file_unreadable"


@pytest.mark.parametrize("models", ["cnn-mini", "cnn-mini, cnn-mini"])
def test_transfer_takes_two_models(folder: Path, models: str) -> None:
    answer = invoke("transfer", folder, "--models", models, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == "models_too_few"


def test_transfer_answers_for_every_pair(folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"not a picture at all, but long enough to be looked at" * 9)
    answer = invoke("transfer", folder, "--models", "cnn-mini,vit-mini", "--attack", "fgsm", "--json")
    bad, *pairs = answer.lines
    assert answer.status == 2
    assert bad["error"]["code"] == "not_an_image"
    assert [(line["made_on"], line["judged_by"]) for line in pairs] == [
        (made, by) for made in ("cnn-mini", "vit-mini") for by in ("cnn-mini", "vit-mini")
    ]
    assert all(line["counted"] == 2 and 0 <= line["success_rate"] <= 1 for line in pairs)


def test_robustness(folder: Path) -> None:
    labelled = folder / "thing 5"
    labelled.mkdir()
    (folder / "1.png").rename(labelled / "1.png")
    (line,) = invoke("robustness", folder, "--model", "vit-mini", "--json").lines
    assert (line["pictures"], line["labelled"]) == (2, 1)
    assert len(line["corruptions"]) == 15
    assert all(len(row["confidence"]) == len(row["kept"]) == 5 for row in line["corruptions"])
    assert line["worst"]["file"] in {"0.png", "thing 5/1.png"}
    text = invoke("robustness", folder, "--model", "vit-mini")
    assert "gaussian-noise" in text.out


def test_a_folder_of_cats_is_not_judged_by_one_breed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CNN mini called the sample cat an Egyptian cat, and robustness 0 % right, since "cat" meant the tabby."""
    labels = ("tabby, tabby cat", "Egyptian cat", "golden retriever", *LABELS[3:])
    monkeypatch.setattr(trials, "labels_of", lambda card: labels)
    for name, picture in (("cat", "0.png"), ("Egyptian cat", "1.png")):
        (folder / name).mkdir()
        (folder / picture).rename(folder / name / picture)
    [line] = invoke("robustness", folder, "--json").lines
    assert (line["pictures"], line["labelled"]) == (2, 1)


@pytest.mark.parametrize("arguments", [("attack", "sample:cat"), ("ideal", "--class", "5"), ("robustness", "photos")])
def test_a_seed_that_no_generator_takes(arguments: tuple[str, ...]) -> None:
    answer = invoke(*arguments, "--seed", 10**23)
    assert answer.status == 2
    assert "--seed" in answer.err


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    answer = invoke("robustness", tmp_path / "none", "--json")
    assert (answer.status, answer.lines[0]["error"]["code"]) == (2, "gallery_empty")
