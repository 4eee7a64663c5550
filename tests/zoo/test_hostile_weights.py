"""Can a weights file run code, or pass for a model it is not? Every loader path, every trick; a marker would tell."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.patience import PATIENCE_S
from tests.zoo.loopback_server import serve
from tests.zoo.weight_files import broken_files, card_for, hostile_files, put, safetensors_bytes, settings_for, state
from vizcore.errors import DownloadFailed, VizError, WeightsDamaged, WeightsMismatch, WeightsUnsafe
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model
from vizcore.zoo.weights import download_folder, fetch, load_into, load_state, require, verify_file
from vizcore.zoo.weights.folders import folder_name

NAMES = ["model.pth", "model.pt", "model.safetensors", "model.bin"]
TRICKS = ["pickle protocol 4", "pickle protocol 0", "text pickle", "torch zip", "torch legacy", "hand-made zip"]


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


def hostile(trick: str, marker: Path, tmp_path: Path) -> bytes:
    return hostile_files(marker, tmp_path / "workshop")[trick]


@pytest.mark.parametrize("trick", TRICKS)
def test_the_tricks_work_on_an_unrestricted_reader(trick: str, marker: Path, tmp_path: Path) -> None:
    """Otherwise the tests below could not fail."""
    path = put(tmp_path, "weights", hostile(trick, marker, tmp_path))
    try:
        torch.load(path, weights_only=False)
    except Exception:  # whatever it makes of the rest: the payload comes first
        assert marker.exists()
    assert marker.exists()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("trick", TRICKS)
def test_unverified_file_is_refused(name: str, trick: str, marker: Path, tmp_path: Path) -> None:
    path = put(tmp_path, name, hostile(trick, marker, tmp_path))
    with pytest.raises((WeightsUnsafe, WeightsDamaged)) as caught:
        load_state(path)
    assert caught.value.values["file"] == str(path)
    assert not marker.exists()


def test_a_harmless_pickle_nobody_vouches_for_is_refused_too(tmp_path: Path) -> None:
    torch.save(state(), tmp_path / "toy.pth")
    with pytest.raises(WeightsUnsafe):
        load_state(tmp_path / "toy.pth")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("trick", TRICKS)
def test_file_that_matches_its_hash_still_runs_nothing(name: str, trick: str, marker: Path, tmp_path: Path) -> None:
    """As if the publisher himself had turned: the hash is right, the content hostile."""
    content = hostile(trick, marker, tmp_path)
    path = put(tmp_path, name, content)
    verify_file(path, card_for(content, name).files[0], "toy")
    with pytest.raises((WeightsUnsafe, WeightsDamaged)):
        load_state(path)
    assert not marker.exists()


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("pinned", [True, False])
def test_hostile_file_in_the_administrators_folder(trick: str, pinned: bool, marker: Path, tmp_path: Path) -> None:
    card = card_for(safetensors_bytes(), pinned=pinned)
    settings = settings_for(tmp_path, weights=str(tmp_path / "admin"), offline=True)
    put(tmp_path / "admin" / "toy", "model.safetensors", hostile(trick, marker, tmp_path))
    with pytest.raises((WeightsUnsafe, WeightsDamaged)):
        load_model(card, "cpu", settings)
    assert not marker.exists()


@pytest.mark.parametrize("trick", TRICKS)
def test_hostile_download_of_an_unpinned_card(
    trick: str, marker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    content = hostile(trick, marker, tmp_path)
    with serve(content) as server, pytest.raises(DownloadFailed) as caught:
        fetch(card_for(content, url=server.url("x"), pinned=False), settings_for(tmp_path))
    assert caught.value.values["reason"] == "hash"
    assert not marker.exists()


@pytest.mark.parametrize("key", sorted(key for key, card in CARDS.items() if card.files))  # GrabCut reads no file
def test_no_loader_of_the_catalogue_reads_a_hostile_file(key: str, marker: Path, tmp_path: Path) -> None:
    card = CARDS[key]
    facts = {name: value for name, value in card.facts.items() if name != "package"}  # found before any folder
    card = replace(card, source="torchvision" if card.bundled else card.source, facts=facts)
    settings = settings_for(tmp_path, weights=str(tmp_path / "admin"), offline=True)
    for trick in TRICKS:
        for file in card.files:
            put(tmp_path / "admin" / folder_name(card), file.name, hostile(trick, marker, tmp_path))
        with pytest.raises((WeightsUnsafe, WeightsDamaged)):
            load_model(card, "cpu", settings)
    assert not marker.exists()


def as_promised(card: ModelCard, content: bytes) -> ModelCard:
    """The card, promising this content: only the loader itself stands between the file and the process then."""
    pinned = card_for(content, card.files[0].name).files
    return replace(card, files=pinned, source="torchvision")


@pytest.mark.parametrize("key", ["resnet18", "vit-b-16", "dinov2-small"])
@pytest.mark.parametrize("trick", ["torch zip", "torch legacy", "text pickle"])
def test_loaders_read_nothing_hostile_even_with_the_right_hash(
    key: str, trick: str, marker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = as_promised(CARDS[key], hostile(trick, marker, tmp_path))
    settings = settings_for(tmp_path, weights=str(tmp_path / "admin"), offline=True)
    put(tmp_path / "admin" / key, card.files[0].name, hostile(trick, marker, tmp_path))
    with torch.device("meta"), pytest.raises((WeightsUnsafe, WeightsDamaged)):
        load_model(card, "cpu", settings)
    assert not marker.exists()


@pytest.mark.parametrize("key", ["resnet18", "swin-t", "dinov2-small", "dinov2-small-registers"])
def test_weights_of_another_architecture_are_a_mismatch(key: str, tmp_path: Path) -> None:
    card = as_promised(CARDS[key], safetensors_bytes())
    settings = settings_for(tmp_path, weights=str(tmp_path / "admin"), offline=True)
    put(tmp_path / "admin" / key, card.files[0].name, safetensors_bytes())
    with torch.device("meta"), pytest.raises(WeightsMismatch) as caught:
        load_model(card, "cpu", settings)
    assert caught.value.values["model"] == key
    assert int(str(caught.value.values["missing"])) > 10


@pytest.mark.parametrize("fault", sorted(broken_files()))
@pytest.mark.parametrize("pinned", [True, False])
def test_broken_files_are_damaged(fault: str, pinned: bool, tmp_path: Path) -> None:
    card = card_for(safetensors_bytes(), pinned=pinned)
    path = put(download_folder(card, settings_for(tmp_path)), "model.safetensors", broken_files()[fault])
    with pytest.raises(WeightsDamaged) as caught:
        require(card, settings_for(tmp_path))
    assert caught.value.values == {"model": "toy", "file": str(path)}
    with pytest.raises(WeightsDamaged):
        load_state(path)


@pytest.mark.parametrize("fault", sorted(broken_files()))
def test_broken_files_with_the_right_hash_are_damaged(fault: str, tmp_path: Path) -> None:
    content = broken_files()[fault]
    path = put(tmp_path, "toy.pth", content)
    verify_file(path, card_for(content, "toy.pth").files[0], "toy")
    with pytest.raises(WeightsDamaged):
        load_state(path)


@pytest.mark.parametrize(
    "content",
    [
        torch.zeros(3),
        [torch.zeros(3)],
        {},
        {"weight": [1, 2]},
        {"model": {"weight": torch.zeros(3)}},
        {3: torch.zeros(3)},
    ],
    ids=["tensor", "list", "empty", "numbers", "nested", "numbered"],
)
def test_a_pickle_of_something_else_is_damaged(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "toy.pth")
    path = tmp_path / "toy.pth"
    verify_file(path, card_for(path.read_bytes(), "toy.pth").files[0], "toy")
    with pytest.raises(WeightsDamaged):
        load_state(path)


def test_cut_torch_files_are_damaged(tmp_path: Path) -> None:
    torch.save(state(), tmp_path / "whole.pth")
    whole = (tmp_path / "whole.pth").read_bytes()
    for share in (0.01, 0.2, 0.5, 0.95):
        content = whole[: int(len(whole) * share)]
        path = put(tmp_path, f"cut{share}.pth", content)
        verify_file(path, card_for(content, path.name).files[0], "toy")
        with pytest.raises((WeightsDamaged, WeightsUnsafe)):
            load_state(path)


def test_a_whole_model_pickle_is_unsafe(tmp_path: Path) -> None:
    torch.save(nn.Linear(3, 2), tmp_path / "toy.pth")
    path = tmp_path / "toy.pth"
    verify_file(path, card_for(path.read_bytes(), "toy.pth").files[0], "toy")
    with pytest.raises(WeightsUnsafe):
        load_state(path)


def test_a_file_swapped_after_verification_is_not_unpickled(marker: Path, tmp_path: Path) -> None:
    torch.save(state(), tmp_path / "toy.pth")
    path = tmp_path / "toy.pth"
    verify_file(path, card_for(path.read_bytes(), "toy.pth").files[0], "toy")
    path.write_bytes(pickle.dumps({"weight": 1}) + b" " * 40_000)
    with pytest.raises(WeightsUnsafe):
        load_state(path)


def test_nan_names_and_huge_counts_do_not_reach_the_module() -> None:
    module = nn.Linear(3, 2)
    crowd = {f"layer{i}.weight": torch.zeros(1) for i in range(5000)}
    with pytest.raises(WeightsMismatch) as caught:
        load_into(module, crowd, card_for(b""))
    assert caught.value.values["unexpected"] == 5000
    assert len(str(caught.value)) < 200, "counts, not five thousand names"


def test_ultralytics_reads_nothing_hostile(marker: Path, tmp_path: Path) -> None:
    """Its own reader runs code by default; behind the guard it does not."""
    path = put(tmp_path, "yolo.pt", hostile("torch zip", marker, tmp_path))
    script = f"""
from vizcore.settings import Settings
from vizcore.zoo.guards import import_ultralytics, process_kept
library = import_ultralytics(Settings(cache_dir={str(tmp_path / "cache")!r}))
with process_kept():
    try:
        library.YOLO({str(path)!r})
    except Exception as problem:
        print("refused", type(problem).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert "refused" in done.stdout, done.stderr
    assert not marker.exists()


def test_all_refusals_are_named_errors() -> None:
    assert all(issubclass(kind, VizError) for kind in (WeightsDamaged, WeightsUnsafe, WeightsMismatch))
