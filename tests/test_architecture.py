"""Do the arrows between modules run one way only, and does opening the app load nothing heavy?"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.patience import PATIENCE_S

ROOT = Path(__file__).parent.parent

# From the bottom up. A part may import the layers below its own; in a layer marked "free" also its neighbours.
LAYERS: list[tuple[str, set[str]]] = [
    (
        "free",
        {
            "errors",
            "settings",
            "photo",
            "results",
            "history",
            "formula_guard",
            "snapshots",
            "images",
            "pictures",
            "samples",
            "scenes",
            "i18n",
            "access",
            "sign_in",
            "error_places",
            "app_files",
            "whole_files",
            "file_reading",
        },
    ),
    ("free", {"zoo", "preprocessing", "provenance"}),
    (
        "free",
        {
            "by_hand",
            "detection",
            "doctor",
            "features",
            "generation",
            "learning",
            "metrics",
            "monitoring",
            "presenting",
            "prompting",
            "reading",
            "robustness",
            "runtimes",
            "segmentation",
            "similarity",
            "tracking",
        },
    ),
    ("apart", {"engine", "figures", "lessons"}),
    ("free", {"cli", "__main__"}),
    ("apart", {"ui"}),
    ("apart", {"app", "pages"}),
]
RANK = {part: rank for rank, (_, parts) in enumerate(LAYERS) for part in parts}
SPEAKERS = {"i18n", "figures", "lessons", "cli", "__main__", "ui", "app", "pages"}  # may use gettext
HEAVY = ("torch", "torchvision", "transformers", "ultralytics", "sklearn", "timm", "segment_anything")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}

SOURCES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "vizcore").rglob("*.py"))]
FILES = [path for path in SOURCES if path.is_file()]
PAGES = [path for path in FILES if path.parent.name == "pages"]
UI_MODULES = [path for path in FILES if path.is_relative_to(ROOT / "vizcore" / "ui")]
PANELS_FOLDER = ROOT / "vizcore" / "ui" / "panels"
PANELS = [path for path in UI_MODULES if path.is_relative_to(PANELS_FOLDER)]


def part_of(path: Path) -> str:
    """vizcore/zoo/cards.py -> zoo; pages/features.py -> pages; vizcore/__init__.py -> vizcore."""
    steps = path.relative_to(ROOT).with_suffix("").parts
    if steps[0] != "vizcore":
        return steps[0]
    return "vizcore" if steps[1] == "__init__" else steps[1]


def module_of(path: Path) -> str:
    steps = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(steps[:-1] if steps[-1] == "__init__" else steps)


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Dotted names of every import statement in the file, those inside functions too."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module or ''}.{alias.name}" for alias in node.names}
    return frozenset(found)


def imported_parts(path: Path) -> set[str]:
    """The parts of this project that the file imports: {"zoo", "errors"}."""
    names = (name.split(".") for name in imported_modules(path))
    ours = [steps for steps in names if steps[0] in {"vizcore", "app", "pages"}]
    return {steps[1] if steps[0] == "vizcore" and len(steps) > 1 else steps[0] for steps in ours}


def libraries(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported_modules(path)}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def arrow_allowed(source: str, target: str) -> bool:
    if source == target:
        return True
    if target in {"cli", "__main__"}:
        return source == "__main__"
    if RANK[source] == RANK[target]:
        return LAYERS[RANK[source]][0] == "free"
    return RANK[target] < RANK[source]


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("ui", "engine", True),
        ("engine", "ui", False),
        ("engine", "zoo", True),
        ("engine", "figures", False),
        ("features", "metrics", True),
        ("zoo", "features", False),
        ("errors", "zoo", False),
        ("pages", "ui", True),
        ("ui", "cli", False),
        ("cli", "ui", False),
        ("__main__", "cli", True),
    ],
)
def test_the_rule_itself(source: str, target: str, allowed: bool) -> None:
    assert arrow_allowed(source, target) is allowed


def against_the_arrows(path: Path) -> set[str]:
    """The parts that the file imports and may not."""
    source = part_of(path)
    targets = imported_parts(path) - {"vizcore"}
    if source == "vizcore":  # vizcore/__init__.py imports nothing, so that importing any module stays cheap
        return targets
    return {target for target in targets if not arrow_allowed(source, target)}


def test_every_part_has_a_place() -> None:
    parts = {part for path in FILES for part in {part_of(path), *imported_parts(path)}}
    assert parts - RANK.keys() == {"vizcore"}, "give each a place in LAYERS"


def test_arrows_run_one_way() -> None:
    assert not {named(path): wrong for path in FILES if (wrong := against_the_arrows(path))}


def import_circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, each importing the next; [] if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_import_circle_finds_one() -> None:
    assert import_circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(import_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})) == {"b", "c"}


def test_no_file_imports_itself_in_a_circle() -> None:
    """Imports inside functions and under TYPE_CHECKING count too."""
    graph = grimp.build_graph("vizcore", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert imports["vizcore.engine.engine"] >= {"vizcore.zoo.catalogue", "vizcore.engine.worker"}
    assert import_circle(imports) == []


def test_no_package_of_vizcore_imports_itself_in_a_circle() -> None:
    parts = {part_of(path) for path in FILES if path.is_relative_to(ROOT / "vizcore")}
    imports = {part: set[str]() for part in parts}
    for path in FILES:
        if part_of(path) in parts:
            imports[part_of(path)] |= imported_parts(path) - {part_of(path), "vizcore"}
    assert import_circle(imports) == []


def test_only_the_ui_knows_streamlit() -> None:
    knowing = {path for path in FILES if "streamlit" in libraries(path)}
    assert {part_of(path) for path in knowing} == {"ui", "app", "pages"}


def test_only_speakers_translate() -> None:
    """A table further down may mark its sentences with N_; they are translated where they are shown."""
    others = [path for path in FILES if part_of(path) not in SPEAKERS]
    wanted = {
        named(path): {name for name in imported_modules(path) if name.startswith("vizcore.i18n")} for path in others
    }
    assert not {name: modules for name, modules in wanted.items() if modules - {"vizcore.i18n.N_"}}


def test_the_product_needs_no_workshop() -> None:
    workshop = {"training", "benchmarks", "tests", "tools", "pytest"}
    assert not {named(path): used for path in FILES if (used := libraries(path) & workshop)}


def test_names_say_what_is_inside() -> None:
    assert not [path for path in FILES if set(path.relative_to(ROOT).with_suffix("").parts) & EMPTY_NAMES]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_pages_are_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100
    assert not libraries(path) & {*HEAVY, "numpy", "cv2", "PIL", "pandas", "plotly"}


# What a panel shows is worked out below it: these compute, they do not show.
COMPUTING_LIBRARIES = {"torch", "scipy", "sklearn", "skimage", "statistics"}
COMPUTING_IN_NUMPY = {
    "average", "mean", "median", "percentile", "quantile", "std", "var", "nanmean", "nanmedian", "nanpercentile",
    "cumsum", "cumprod", "sum", "prod", "bincount", "histogram", "histogram2d", "digitize", "searchsorted", "diff",
    "gradient", "interp", "exp", "log", "log2", "log10", "log1p", "sqrt", "power", "dot", "matmul", "einsum", "outer",
    "cov", "corrcoef", "convolve", "correlate", "kron", "trace", "triu_indices", "tril_indices", "unique", "sort",
    "partition", "random", "linalg", "fft",
}  # fmt: skip
# The sum of a diagonal, for the label of the button that shows all mistakes.
PANELS_MAY = {"teach/confusion.py": {"trace"}}


def computes_in_numpy(code: str) -> set[str]:
    """The functions and parts of NumPy that the code reaches through `np` and that compute."""
    reached = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute))
    return {node.attr for node in reached if isinstance(node.value, ast.Name) and node.value.id == "np"} & (
        COMPUTING_IN_NUMPY
    )


def test_computes_in_numpy_finds_them() -> None:
    assert computes_in_numpy("np.mean(x); np.random.default_rng(0); np.array(x).sum(); np.float32") == {
        "mean",
        "random",
    }


def computed_in(panel: Path) -> set[str]:
    """What the panel computes with, but for what it may."""
    allowed = PANELS_MAY.get(str(panel.relative_to(PANELS_FOLDER)), set())
    return (computes_in_numpy(panel.read_text(encoding="utf-8")) - allowed) | (libraries(panel) & COMPUTING_LIBRARIES)


def test_panels_show_and_compute_nothing() -> None:
    """Matching, statistics and derived numbers belong to the operations, where they have a test of their own."""
    assert not {named(path): computed for path in PANELS if (computed := computed_in(path))}


def loaded_after(code: str) -> set[str]:
    """The heavy libraries, and those of downloads, in memory after running this code in a fresh process."""
    watched = (*HEAVY, "httpx", "tenacity")
    report = f"import json, sys; print(json.dumps([name for name in {watched} if name in sys.modules]))"
    command = [sys.executable, "-W", "ignore", "-c", f"{code}\n{report}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_loaded_after_sees_a_heavy_library() -> None:
    assert loaded_after("import segment_anything.utils") >= {"torch"}


def test_ui_modules_load_nothing_heavy() -> None:
    """Panels belong to pages that compute and are imported with them; everything else is there on every page."""
    everywhere = [path for path in UI_MODULES if path not in PANELS]
    assert loaded_after("\n".join(f"import {module_of(path)}" for path in everywhere)) == set()


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "app.py"], ids=named)
def test_home_page_loads_nothing_heavy(path: Path) -> None:
    code = f"""
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(path)!r}, default_timeout={PATIENCE_S}).run()
assert not app.exception, app.exception
"""
    assert loaded_after(code) == set()
