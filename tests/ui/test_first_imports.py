"""Does a fresh server with many visitors at once import its heavy modules in one thread only?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]

EIGHT_AT_ONCE = """
import importlib, sys, threading
from vizcore.ui import first_imports

importing, real = [], importlib.import_module
def watched(name, package=None):
    if name in first_imports.NAMES:
        importing.append(threading.current_thread().name)
    return real(name, package)
first_imports.importlib.import_module = watched

def visit(errors):
    try:
        first_imports.import_once()
        import pandas, plotly.graph_objects
        pandas.DataFrame({"a": [1]}); plotly.graph_objects.Figure()
    except BaseException as error:
        errors.append(error)

errors = []
threads = [threading.Thread(target=visit, args=(errors,)) for _ in range(8)]
[each.start() for each in threads]; [each.join() for each in threads]
assert not errors, errors
assert len(importing) == 2 and len(set(importing)) == 1, importing
"""


def test_eight_visitors_of_a_fresh_process_import_once() -> None:
    command = [sys.executable, "-c", EIGHT_AT_ONCE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
