"""In which folders may a card's files lie, and in what order are they searched?"""

from __future__ import annotations

import importlib.metadata
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS

# Every Hugging Face model calls its file this, so that without a folder of its own it could be anyone's.
GENERIC_NAMES = {"model.safetensors", "pytorch_model.bin", "config.json", "preprocessor_config.json"}


def cache_folder(settings: Settings) -> Path:
    """The project's own cache folder, not created: the setting, else the one in ~/.cache where earlier versions put it
    on every system, else the system's own place for caches; without a home folder, one in the temporary folder."""
    if settings.cache_dir:
        return Path(settings.cache_dir).expanduser()
    former = _user_cache() / "vizcore"
    if former.is_dir() or not _has_home():
        return former
    import platformdirs

    return platformdirs.user_cache_path("vizcore", appauthor=False)


def download_folder(card: ModelCard, settings: Settings) -> Path:
    """Where `fetch` puts the card's files."""
    return inside(cache_folder(settings) / "weights", folder_name(card))


def advised_folder(card: ModelCard, settings: Settings) -> Path:
    """Where a person can put the card's files by hand."""
    if not settings.weights:
        return download_folder(card, settings)
    return inside(Path(settings.weights).expanduser(), folder_name(card))


def folder_name(card: ModelCard) -> str:
    """Of the card's own folder: its key, or the fact `folder` where two cards have the same file."""
    return str(card.facts.get("folder", card.key))


def inside(folder: Path, name: str) -> Path:
    """folder / name; ValueError for a name that is absolute, climbs out, or means something else on another system."""
    steps = PurePosixPath(name).parts
    odd = set(name) & set('\\:*?"<>|') or any(ord(letter) < 32 for letter in name)
    if not steps or name.startswith("/") or ".." in steps or odd:
        raise ValueError(f"expected a plain relative name, got {name!r}")
    return folder.joinpath(*steps)


def candidate_folders(card: ModelCard, settings: Settings) -> Iterator[Path]:
    """Bundled, a Python package's, the administrator's, our downloads, the libraries' caches; they need not exist."""
    if card.bundled:
        yield BUNDLED_WEIGHTS
    if "package" in card.facts:
        yield from _packages(card)
    if settings.weights:
        yield from _administrators(card, Path(settings.weights).expanduser())
    yield download_folder(card, settings)
    yield from LIBRARY_CACHES.get(card.source, _no_cache)(card)


def is_installed(package: str) -> bool:
    """Whether this Python package, which brings a model's files, is here."""
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _packages(card: ModelCard) -> Iterator[Path]:
    """The folders of the installed package that hold a file of the card's first name; none without the package."""
    try:
        files = importlib.metadata.files(card.facts["package"]) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == card.files[0].name:
            yield Path(str(file.locate())).parent


def _administrators(card: ModelCard, folder: Path) -> Iterator[Path]:
    """FOLDER/KEY/FILE, FOLDER/ORG/NAME/FILE, the hub's own layout, or FOLDER/FILE where the name says whose it is."""
    yield inside(folder, folder_name(card))
    if "repo" in card.facts:
        yield inside(folder, card.facts["repo"])
        yield from _snapshots(card, folder)
    if not GENERIC_NAMES & {file.name for file in card.files}:
        yield folder


def _torch_cache(card: ModelCard) -> Iterator[Path]:
    home = os.environ.get("TORCH_HOME") or str(_user_cache() / "torch")
    yield Path(home).expanduser() / "hub" / "checkpoints"


def _huggingface_cache(card: ModelCard) -> Iterator[Path]:
    home = os.environ.get("HF_HOME") or str(_user_cache() / "huggingface")
    hub = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE") or str(Path(home) / "hub")
    yield from _snapshots(card, Path(hub).expanduser())


def _snapshots(card: ModelCard, hub: Path) -> Iterator[Path]:
    """The pinned revision; after it any other one if the hash is pinned, since the hash then decides."""
    snapshots = hub / f"models--{str(card.facts['repo']).replace('/', '--')}" / "snapshots"
    pinned = snapshots / card.facts["revision"]
    yield pinned
    if snapshots.is_dir() and all(file.sha256 for file in card.files):
        yield from sorted(folder for folder in snapshots.iterdir() if folder != pinned)


def _no_cache(card: ModelCard) -> Iterator[Path]:
    return iter(())


def _user_cache() -> Path:
    """$XDG_CACHE_HOME or ~/.cache, as PyTorch and Hugging Face have it on every system; on a machine without a home
    folder, one of this user's own that is temporary."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named)
    if _has_home():
        return Path.home() / ".cache"
    return _own_temporary_folder(tempfile.gettempdir())


@lru_cache(maxsize=4)
def _own_temporary_folder(place: str) -> Path:
    """A folder of this user's alone. Anybody may have put one there before us under the name that we would take, with
    files for us to trust: then it is one of this process's own."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = Path(place, f"vizcore-{user}")
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        foreign = hasattr(os, "getuid") and (found.st_uid != os.getuid() or bool(found.st_mode & 0o022))
        if foreign or not stat.S_ISDIR(found.st_mode):
            return Path(tempfile.mkdtemp(prefix="vizcore-", dir=place))
    except OSError:  # nothing can be written: whoever wants to will be told
        pass
    return folder


def _has_home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True


LIBRARY_CACHES: dict[str, Callable[[ModelCard], Iterator[Path]]] = {
    "torchvision": _torch_cache,
    "segment-anything": _torch_cache,
    "huggingface": _huggingface_cache,
}
