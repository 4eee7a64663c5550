"""Which lines of vizcore did the tests execute? `NOTE_LINES=1 pytest` writes `.coverage.*`, which coverage.py reports.

coverage.py's own tracer makes this suite take twice its processor time before Python 3.12, since it is asked at every
line of every library. SlipCover compiles its probes into our own modules alone, as they are imported. What counts as a
statement, and the floor, stay coverage.py's (pyproject.toml).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from coverage import Coverage, CoverageData
from slipcover import Slipcover  # type: ignore[import-untyped]
from slipcover.importer import SlipcoverLoader  # type: ignore[import-untyped]

PACKAGE = "vizcore"
NEVER = 2**31 - 1  # taking probes out that were passed often enough walks all objects of all modules, again and again


class ProbedModules:
    """Finds a package's modules as Python does and gives each its probes (a finder of sys.meta_path)."""

    def __init__(self, notes: Slipcover, package: str = PACKAGE) -> None:
        self._notes = notes
        self._package = package

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] != self._package:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = SlipcoverLoader(self._notes, spec.loader, spec.origin)
        return spec


class ExecutedLines:
    """Plugin of one test process: notes lines from its making on and writes them down when the session ends."""

    def __init__(self) -> None:
        early = sorted(name for name in sys.modules if name.partition(".")[0] == PACKAGE)
        if early:
            raise pytest.UsageError(f"imported before its lines could be noted: {', '.join(early)}")
        self._notes = Slipcover(d_miss_threshold=NEVER)
        sys.meta_path.insert(0, ProbedModules(self._notes))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        root = session.config.rootpath
        process = getattr(session.config, "workerinput", {}).get("workerid", "first")
        data = CoverageData(str(root / f".coverage.{process}"))
        data.erase()
        data.add_lines({file: [] for file in measured(root)})  # those that no test imports count too
        for name, lines in self._notes.get_coverage()["files"].items():
            if (file := str(Path(name).resolve())) in measured(root):
                data.add_lines({file: lines["executed_lines"]})
        data.write()


@cache
def measured(root: Path) -> frozenset[str]:
    """The package's files without those that pyproject.toml omits."""
    omitted = Coverage(config_file=str(root / "pyproject.toml")).get_option("run:omit")
    assert isinstance(omitted, list)
    files = {path.relative_to(root) for path in (root / PACKAGE).rglob("*.py")}
    return frozenset(str(root / file) for file in files if not any(fnmatch(str(file), each) for each in omitted))
