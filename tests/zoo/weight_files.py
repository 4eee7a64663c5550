"""Cards, good files and bad files for the tests of the weights."""

from __future__ import annotations

import hashlib
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from tests.patience import PATIENCE_S
from vizcore.settings import Settings
from vizcore.zoo.cards import Licences, ModelCard, WeightFile

FREE = Licences(code="MIT", weights="MIT", training_data="none", permissive=True)


def state(width: int = 3) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    return {"weight": torch.randn(2, width, generator=generator), "bias": torch.randn(2, generator=generator)}


def safetensors_bytes(width: int = 3) -> bytes:
    return save(state(width))


def card_for(
    content: bytes,
    name: str = "model.safetensors",
    *,
    url: str = "",
    key: str = "toy",
    source: str = "torchvision",
    pinned: bool = True,
    **facts: object,
) -> ModelCard:
    """A card that promises exactly this content."""
    sha256, size = (hashlib.sha256(content).hexdigest(), len(content)) if pinned else (None, None)
    return ModelCard(
        key=key,
        title="Toy",
        family="cnn",
        task="classify",
        source=source,
        loader="vizcore.zoo.torchvision_models:load_classifier",
        files=(WeightFile(name, url, sha256, size),),
        recipe="mini-160",
        labels="",
        parameters_m=0.0,
        licences=FREE,
        paper="",
        facts=facts,
    )


def settings_for(tmp_path: Path, **values: Any) -> Settings:
    """Settings whose folders lie under tmp_path; online unless said otherwise."""
    return Settings(
        **{"cache_dir": str(tmp_path / "cache"), "offline": False, "connect_timeout_s": PATIENCE_S} | values
    )


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class Payload:
    """Writes a marker file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def hostile_files(marker: Path, folder: Path) -> dict[str, bytes]:
    """Name of the trick -> content. Each would create `marker` when read by an unrestricted unpickler."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = pickle.dumps({"weight": Payload(marker)})
    torch.save({"weight": torch.zeros(2, 3), "bias": Payload(marker)}, folder / "new")
    torch.save({"weight": Payload(marker)}, folder / "old", _use_new_zipfile_serialization=False)
    text = f"cos\nsystem\n(S'touch {marker}'\ntR.".encode()
    with zipfile.ZipFile(folder / "zip", "w") as archive:
        archive.writestr("archive/data.pkl", plain)
        archive.writestr("archive/version", "3\n")
    return {
        "pickle protocol 4": plain,
        "pickle protocol 0": pickle.dumps({"weight": Payload(marker)}, protocol=0),
        "text pickle": text,
        "torch zip": (folder / "new").read_bytes(),
        "torch legacy": (folder / "old").read_bytes(),
        "hand-made zip": (folder / "zip").read_bytes(),
    }


def broken_files() -> dict[str, bytes]:
    """Name of the fault -> content that is no weights at all, but harmless."""
    whole = safetensors_bytes()
    return {
        "empty": b"",
        "eight bytes": whole[:8],
        "cut": whole[:-5],
        "cut in the header": whole[:20],
        "longer": whole + b"x",
        "text": b"404: Not Found",
        "html": b"<!DOCTYPE html><html><body>Sign in</body></html>" * 20,
        "header that lies": (1 << 60).to_bytes(8, "little") + b"{}",
        "header of nothing": (2).to_bytes(8, "little") + b"{}",
        "header of lists": (4).to_bytes(8, "little") + b"{[]}",
        "deep header": (90_000).to_bytes(8, "little") + b'{"a":' * 18_000,
    }
