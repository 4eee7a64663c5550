"""Faults 1 to 7: no room on the disk, and weights that are gone, cut off, corrupt or hostile. Nothing is lost, nothing
half-written stays, and one sentence says what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.faults import ROOT, command, files_in
from tests.zoo.loopback_server import serve
from tests.zoo.weight_files import safetensors_bytes
from vizcore.zoo.catalogue import card

pytestmark = pytest.mark.slow

BODY = safetensors_bytes(100_000)  # 800 kB
SIDE_BY_SIDE = ("classify", "sample:cat", "--model")
FETCH = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
from tests.zoo.weight_files import card_for, settings_for
from vizcore.errors import DownloadFailed
from vizcore.zoo.weights import fetch
try:
    fetch(card_for(b"x" * int(sys.argv[3]), url=sys.argv[1]), settings_for(Path(sys.argv[2])))
except DownloadFailed as error:
    sys.exit("reason " + str(error.values["reason"]))
"""


def test_1_disk_full_at_a_download(tmp_path: Path) -> None:
    paths = os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])
    with serve(BODY) as server:
        done = subprocess.run(
            [sys.executable, "-c", FETCH, server.url("model.safetensors"), str(tmp_path), str(len(BODY))],
            cwd=ROOT, env={**os.environ, "no_proxy": "*", "PYTHONPATH": paths},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert "reason disk" in done.stderr
    assert not [name for name in files_in(tmp_path) if name.endswith(("model.safetensors", ".part"))]


def test_2_disk_full_at_the_cache(tmp_path: Path) -> None:
    """An ONNX file that cannot be kept is made again next time; the answer comes all the same."""
    status, lines, _said = command(
        "profile", "sample:cat", "--model", "cnn-mini", "--runtimes", "eager,onnx", "--runs", "1",
        full_at=20_000, VIZCORE_CACHE_DIR=str(tmp_path),
    )  # fmt: skip
    assert status == 0, lines
    assert all(each["refused"] is None for each in lines[0]["runtimes"])
    assert not [name for name in files_in(tmp_path) if "runtimes" in name]


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--model", "cnn-mini", "--format", "onnx", "--out", "made.onnx"),
        ("attack", "sample:cat", "--model", "cnn-mini", "--attack", "fgsm", "--target", "dog", "--out", "made.png"),
        ("segment", "sample:cat", "--point", "200,200", "--out", "made"),
    ],
    ids=lambda words: words[0],
)
def test_3_disk_full_at_an_export(words: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    status, lines, _said = command(*words[:-1], str(out / words[-1]), full_at=2_000, VIZCORE_CACHE_DIR=str(tmp_path))
    assert status == 2
    assert lines[-1]["error"]["code"] == "file_unreadable"
    assert lines[-1]["error"]["reason"] == "unwritable"
    assert all((out / name).stat().st_size < 2_000 for name in files_in(out))
    assert not [name for name in files_in(out) if Path(name).name.startswith(".")]


@pytest.mark.parametrize("fault", ["gone", "truncated", "corrupt", "hostile"])
def test_4_to_7_weights(fault: str, tmp_path: Path) -> None:
    """In the administrator's folder. What is refused names itself; other models go on answering in the same call."""
    model = card("resnet18")
    folder = tmp_path / "weights" / model.key
    folder.mkdir(parents=True)
    marker = tmp_path / "it ran"
    contents = {
        "truncated": BODY[:1000],
        "corrupt": os.urandom(50_000),
        "hostile": b"\x80\x02cposix\nsystem\nX\x20\x00\x00\x00touch " + str(marker).encode()[:26] + b"\x85R.",
    }
    if fault != "gone":
        (folder / model.files[0].name).write_bytes(contents[fault])
    environment = {"VIZCORE_WEIGHTS": str(tmp_path / "weights"), "VIZCORE_CACHE_DIR": str(tmp_path / "cache")}
    status, lines, said = command(*SIDE_BY_SIDE, model.key, **environment)
    assert status == 2
    assert lines[0]["error"]["code"] in {"weights_missing", "weights_damaged", "weights_unsafe"}
    assert "Traceback" not in said
    assert not marker.exists()
    status, lines, _said = command(*SIDE_BY_SIDE, "cnn-mini", **environment)
    assert status == 0
    assert lines[0]["top"]


@pytest.mark.parametrize("fault", ["gone", "truncated"])
def test_4_and_5_a_file_that_came_with_the_program(fault: str, tmp_path: Path) -> None:
    """In a copy of the package, made of links. The sentence says to install again, not to download."""
    shutil.copytree(ROOT / "vizcore", tmp_path / "vizcore", copy_function=os.symlink)
    (weights,) = (tmp_path / "vizcore" / "zoo" / "bundled" / "weights").glob("cnn-mini.safetensors")
    content = weights.read_bytes()
    weights.unlink()
    if fault == "truncated":
        weights.write_bytes(content[: len(content) // 2])
    status, lines, _said = command(*SIDE_BY_SIDE, "cnn-mini", folder=tmp_path)
    assert status == 2
    assert lines[0]["error"]["code"] == "bundled_damaged"
    assert "install" in lines[0]["error"]["message"]
    status, lines, _said = command(*SIDE_BY_SIDE, "vit-mini", folder=tmp_path)
    assert status == 0
    assert lines[0]["top"]
