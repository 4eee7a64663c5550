"""Are the lines that ran noted, and no others?"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from executed_lines import ProbedModules, measured
from slipcover import Slipcover  # type: ignore[import-untyped]

SOURCE = """\
def sign(number):
    if number < 0:
        return (
            -1
        )
    return 1


def never():
    return sign(0)
"""


def test_lines_that_ran_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "probed_example").mkdir()
    (tmp_path / "probed_example/__init__.py").touch()
    (tmp_path / "probed_example/signs.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    notes = Slipcover()
    monkeypatch.setattr(sys, "meta_path", [ProbedModules(notes, "probed_example"), *sys.meta_path])
    signs = importlib.import_module("probed_example.signs")
    assert [signs.sign(number) for number in (1, 2, 1)] == [1, 1, 1]
    (seen,) = (lines for name, lines in notes.get_coverage()["files"].items() if name.endswith("signs.py"))
    assert (seen["executed_lines"], seen["missing_lines"]) == ([1, 2, 6, 9], [3, 4, 10])
    assert signs.sign(-1) == -1
    (seen,) = (lines for name, lines in notes.get_coverage()["files"].items() if name.endswith("signs.py"))
    assert seen["missing_lines"] == [10]


def test_the_omitted_files_are_not_measured(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    files = measured(root)
    assert str(root / "vizcore/photo.py") in files
    assert str(root / "vizcore/tracking/decode_child.py") not in files
