"""Are weights found in the right order, verified, and loaded into the right places?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs
import pytest
import torch
from torch import nn

from tests.zoo.weight_files import card_for, put, safetensors_bytes, settings_for, state
from vizcore.errors import BundledDamaged, WeightsDamaged, WeightsMismatch, WeightsMissing
from vizcore.i18n.sentences import sentence_for
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights import (
    availability,
    digest,
    download_folder,
    folders,
    is_pinned,
    load_into,
    load_state,
    locate,
    require,
    verify,
)
from vizcore.zoo.weights.folders import cache_folder, candidate_folders, inside

GOOD = safetensors_bytes()
HUB = {"repo": "someone/toy", "revision": "a" * 40}


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The libraries' own caches, empty, under tmp_path."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def places(card: ModelCard, settings: Settings, root: Path) -> list[tuple[str, Path]]:
    revision = str(card.facts["revision"])
    snapshot = Path("models--someone--toy") / "snapshots" / revision
    return [
        ("administrator, by key", root / "admin" / card.key),
        ("administrator, by repository", root / "admin" / "someone" / "toy"),
        ("administrator, hub layout", root / "admin" / snapshot),
        ("our downloads", download_folder(card, settings)),
        ("hub cache", root / "hf" / "hub" / snapshot),
    ]


def test_order_of_places(homes: Path) -> None:
    card = card_for(GOOD, source="huggingface", url="https://example.org/x", **HUB)
    settings = settings_for(homes, weights=str(homes / "admin"))
    assert locate(card, settings) is None
    for _, folder in reversed(places(card, settings, homes)):  # each earlier place wins over all later ones
        put(folder, "model.safetensors", GOOD)
        assert locate(card, settings) == folder


def test_torch_checkpoints_and_a_flat_administrators_folder(homes: Path) -> None:
    card = card_for(GOOD, "toy-1234.safetensors")
    settings = settings_for(homes, weights=str(homes / "admin"))
    theirs = homes / "torch" / "hub" / "checkpoints"
    put(theirs, "toy-1234.safetensors", GOOD)
    assert require(card, settings) == theirs
    put(homes / "admin", "toy-1234.safetensors", GOOD)
    assert require(card, settings) == homes / "admin"


def test_a_flat_folder_is_no_place_for_a_name_that_everyone_uses(homes: Path) -> None:
    card = card_for(GOOD, source="huggingface", pinned=False, **HUB)
    settings = settings_for(homes, weights=str(homes / "admin"))
    put(homes / "admin", "model.safetensors", GOOD)
    assert locate(card, settings) is None


def test_another_snapshot_counts_only_where_the_hash_decides(homes: Path) -> None:
    other = homes / "hf" / "hub" / "models--someone--toy" / "snapshots" / ("b" * 40)
    put(other, "model.safetensors", GOOD)
    settings = settings_for(homes)
    assert locate(card_for(GOOD, source="huggingface", **HUB), settings) == other
    assert locate(card_for(GOOD, source="huggingface", pinned=False, **HUB), settings) is None


def test_missing_names_file_and_folder(homes: Path) -> None:
    card = card_for(GOOD)
    with pytest.raises(WeightsMissing) as caught:
        require(card, settings_for(homes))
    assert caught.value.values == {
        "model": "toy",
        "file": "model.safetensors",
        "folder": str(homes / "cache" / "weights" / "toy"),
    }
    with pytest.raises(WeightsMissing) as caught:
        require(card, settings_for(homes, weights=str(homes / "admin")))
    assert caught.value.values["folder"] == str(homes / "admin" / "toy")


def test_damaged_copy_is_named_and_a_good_one_further_on_is_used(homes: Path) -> None:
    card, settings = card_for(GOOD), settings_for(homes, weights=str(homes / "admin"))
    bad = put(homes / "admin" / "toy", "model.safetensors", GOOD[:-1] + b"x")
    with pytest.raises(WeightsDamaged) as caught:
        require(card, settings)
    assert caught.value.values == {"model": "toy", "file": str(bad)}
    put(download_folder(card, settings), "model.safetensors", GOOD)
    assert require(card, settings) == download_folder(card, settings)


def test_a_file_is_hashed_once_until_it_changes(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, settings = card_for(GOOD), settings_for(homes)
    path = put(download_folder(card, settings), "model.safetensors", GOOD)
    hashed: list[Path] = []
    monkeypatch.setattr(verify, "_hashed", lambda p: hashed.append(p) or hashlib.sha256(p.read_bytes()).hexdigest())
    for _ in range(3):
        require(card, settings)
    assert hashed == [path]
    path.write_bytes(GOOD[:-1] + b"x")
    os.utime(path, ns=(1, 1))
    with pytest.raises(WeightsDamaged):
        require(card, settings)
    assert len(hashed) == 2
    assert digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "offline", "expected"),
    [
        (None, False, "download"),
        (None, True, "blocked"),
        (GOOD, True, "here"),
        (GOOD[:-1], False, "download"),
        (GOOD[:-1], True, "blocked"),
    ],
)
def test_availability(homes: Path, content: bytes | None, offline: bool, expected: str) -> None:
    card = card_for(GOOD, url="https://example.org/model.safetensors")
    settings = settings_for(homes, offline=offline)
    if content is not None:
        put(download_folder(card, settings), "model.safetensors", content)
    assert availability(card, settings) == expected


def test_availability_reads_no_file_but_learns_from_what_was_read(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, settings = card_for(GOOD, url="https://example.org/x"), settings_for(homes)
    put(download_folder(card, settings), "model.safetensors", GOOD[:-1] + b"x")  # the right size, wrong content
    with monkeypatch.context() as patch:
        patch.setattr(verify, "_hashed", lambda path: pytest.fail("a list must not hash"))
        assert availability(card, settings) == "here"
    with pytest.raises(WeightsDamaged):
        require(card, settings)
    assert availability(card, settings) == "download"


def test_availability_without_an_address_is_blocked(homes: Path) -> None:
    assert availability(card_for(GOOD), settings_for(homes)) == "blocked"


def test_bundled(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, settings = card_for(GOOD, "toy.safetensors", source="bundled"), settings_for(homes, offline=True)
    monkeypatch.setattr(folders, "BUNDLED_WEIGHTS", homes / "bundled")
    assert availability(card, settings) == "blocked"
    put(homes / "bundled", "toy.safetensors", GOOD)
    put(download_folder(card, settings), "toy.safetensors", GOOD)
    assert availability(card, settings) == "bundled"
    assert require(card, settings) == homes / "bundled"


@pytest.mark.parametrize("content", [None, b"", GOOD[:-10], b"text"], ids=["deleted", "empty", "cut", "text"])
def test_a_bundled_file_that_is_not_what_it_was_has_its_own_sentence(
    content: bytes | None, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, settings = card_for(GOOD, "toy.safetensors", source="bundled"), settings_for(homes, offline=True)
    monkeypatch.setattr(folders, "BUNDLED_WEIGHTS", homes / "bundled")
    if content is not None:
        put(homes / "bundled", "toy.safetensors", content)
    with pytest.raises(BundledDamaged) as problem:
        require(card, settings)
    assert problem.value.values == {"model": card.key, "file": "toy.safetensors"}
    assert "installed again" in sentence_for(problem.value)


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/passwd", "", ".", "a\\b", "C:x", "a\x00b", "a\nb", "..", "con*"]
)
def test_names_cannot_climb_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain relative name"):
        inside(tmp_path, name)
    with pytest.raises(ValueError, match="plain relative name"):
        locate(card_for(GOOD, name), settings_for(tmp_path))
    with pytest.raises(ValueError, match="plain relative name"):
        download_folder(card_for(GOOD, key=name), settings_for(tmp_path))


def test_names_may_have_folders(tmp_path: Path) -> None:
    assert inside(tmp_path, "org/name/model.safetensors") == tmp_path / "org" / "name" / "model.safetensors"


def test_a_machine_without_a_home_folder_still_has_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CACHE_HOME", "TORCH_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert cache_folder(Settings()).is_absolute()
    assert len(list(candidate_folders(card_for(GOOD), Settings()))) == 2


def test_the_cache_lies_where_the_system_has_its_caches_unless_there_is_one_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name, appauthor: tmp_path / "Library" / "Caches" / name)
    assert cache_folder(Settings()) == tmp_path / "Library" / "Caches" / "vizcore"
    former = tmp_path / ".cache" / "vizcore"
    former.mkdir(parents=True)
    assert cache_folder(Settings()) == former
    assert cache_folder(Settings(cache_dir=str(tmp_path / "own"))) == tmp_path / "own"


def test_a_folder_that_may_not_be_entered_is_passed_over(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.is_file

    def refuse(self: Path) -> bool:
        if "torch" in self.parts:
            raise PermissionError(13, "no entry")
        return real(self)

    monkeypatch.setattr(Path, "is_file", refuse)
    assert locate(card_for(GOOD), settings_for(homes)) is None


# Loading


def test_load_state_of_safetensors_and_of_a_verified_pickle(homes: Path) -> None:
    path = put(homes, "model.safetensors", GOOD)
    assert torch.equal(load_state(path)["weight"], state()["weight"])
    torch.save(state(), homes / "made.pth")
    content = (homes / "made.pth").read_bytes()
    card, settings = card_for(content, "toy.pth"), settings_for(homes)
    put(download_folder(card, settings), "toy.pth", content)
    loaded = load_state(require(card, settings) / "toy.pth")
    assert torch.equal(loaded["bias"], state()["bias"])


def toy_module() -> nn.Linear:
    return nn.Linear(3, 2)


def test_load_into_turns_half_precision_into_full() -> None:
    module = toy_module()
    half = {name: tensor.half() for name, tensor in state().items()}
    load_into(module, half, card_for(GOOD))
    assert module.weight.dtype == torch.float32
    assert torch.equal(module.weight, half["weight"].float())


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({"weight": None}, (1, 0, 0)),
        ({"weight": None, "bias": None}, (2, 0, 0)),
        ({"extra": torch.zeros(1)}, (0, 1, 0)),
        ({"weight": torch.zeros(2, 4)}, (0, 0, 1)),
        ({"weight": None, "weights": torch.zeros(2, 3)}, (1, 1, 0)),
    ],
)
def test_load_into_counts_and_leaves_the_module_alone(
    change: dict[str, torch.Tensor | None], counts: tuple[int, int, int]
) -> None:
    module = toy_module()
    before = module.weight.clone()
    given = {name: tensor for name, tensor in (state() | change).items() if tensor is not None}
    with pytest.raises(WeightsMismatch) as caught:
        load_into(module, given, card_for(GOOD))
    names = ("missing", "unexpected", "reshaped")
    assert tuple(caught.value.values[name] for name in names) == counts
    assert torch.equal(module.weight, before)


def test_load_into_tolerates_missing_counters_only() -> None:
    module = nn.BatchNorm2d(2)
    wanted = {name: torch.full_like(tensor, 3) for name, tensor in module.state_dict().items()}
    del wanted["num_batches_tracked"]
    module_in_front = nn.Sequential(module)
    load_into(module_in_front, {f"0.{name}": tensor for name, tensor in wanted.items()}, card_for(GOOD))
    assert torch.equal(module.running_mean, torch.full((2,), 3.0))
    with pytest.raises(WeightsMismatch):
        load_into(module_in_front, {"0.weight": wanted["weight"]}, card_for(GOOD))


def test_load_into_follows_renames_and_keeps_names_apart() -> None:
    module = toy_module()
    old = {f"encoder.{name}": tensor for name, tensor in state().items()}
    load_into(module, old, card_for(GOOD, renames=((r"^encoder\.", ""),)))
    assert torch.equal(module.bias, state()["bias"])
    with pytest.raises(ValueError, match="doubles"):
        load_into(module, state(), card_for(GOOD, renames=((r".*", "weight"),)))


def test_is_pinned() -> None:
    assert is_pinned(card_for(GOOD))
    assert not is_pinned(card_for(GOOD, pinned=False))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners of folders")
def test_a_folder_that_somebody_else_may_have_filled_is_no_cache(tmp_path: Path) -> None:
    """Without a home the cache lies where everybody may write: in our own folder, or in none that was there before."""
    ours = folders._own_temporary_folder(str(tmp_path))
    assert ours.stat().st_mode & 0o777 == 0o700
    folders._own_temporary_folder.cache_clear()
    assert folders._own_temporary_folder(str(tmp_path)) == ours
    ours.chmod(0o777)
    folders._own_temporary_folder.cache_clear()
    other = folders._own_temporary_folder(str(tmp_path))
    assert other != ours
    ours.rmdir()
    ours.symlink_to(other)
    folders._own_temporary_folder.cache_clear()
    assert folders._own_temporary_folder(str(tmp_path)) not in {ours, other}
    folders._own_temporary_folder.cache_clear()
