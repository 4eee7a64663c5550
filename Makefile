# make run | test | check | slow | bench | gpu-check | docs | catalogues | lock. Each sets up .venv by itself; only Python >= 3.11 has to be there.
.PHONY: run test slow check types style arrows bench gpu-check docs catalogues lock clean

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --quiet

# A stamp per content of the locks: changing a pin and `make lock` installs again, nothing else does.
RUN_READY := .venv/.run-$(shell cksum < requirements.lock | cut -d ' ' -f 1)
DEV_READY := .venv/.dev-$(shell cksum < requirements-dev.lock | cut -d ' ' -f 1)
# The locks name every package with its hashes, those that packages ask for too.
INSTALL := $(PIP) --no-deps --require-hashes

# Sleeping OpenMP threads instead of spinning ones, and fewer malloc arenas: both matter with several visitors.
export OMP_WAIT_POLICY ?= passive
export MALLOC_ARENA_MAX ?= 2
# Container images forbid bytecode: each of a thousand processes would then compile every module that it imports.
unexport PYTHONDONTWRITEBYTECODE

run: $(RUN_READY)
	$(PY) -m streamlit run app.py

# Two processes share the files (tests/conftest.py). The lines that ran are noted without a tracer,
# which would double the suite's time (tests/guard/executed_lines.py); their floor stands in pyproject.toml.
test: $(DEV_READY)
	rm -f .coverage .coverage.*
	NOTE_LINES=1 $(PY) -m pytest -q -n 2 --durations 15
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

# The long ones: the large fuzz, load and fault tests. `make test` and .ci/run leave them out.
slow: $(DEV_READY)
	$(PY) -m pytest -m slow

# The types take two minutes on two cores; with --jobs 2 everything else fits beside them.
check: types style arrows

style: $(DEV_READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(DEV_READY)
	$(PY) -m mypy --num-workers 2 vizcore tools $(wildcard app.py pages) tests training benchmarks

arrows: $(DEV_READY)
	$(PY) -m tools.catalogues --check
	$(PY) -m tools.settings_table --check
	$(PY) -m tools.lock --check
	$(PY) -m pytest -q tests/test_architecture.py tests/test_i18n.py

# The documentation site, in both languages, into build/docs: every link checked, nothing from another host.
docs: $(DEV_READY)
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet
	$(PY) -m tools.docs_check build/docs

bench: $(DEV_READY)
	$(PY) -m benchmarks

# For whoever has a CUDA device: a few minutes. Without one it says "not run".
gpu-check: $(DEV_READY)
	$(PY) -m tools.gpu_check

# After a change of pins; asks the package index. `.venv/bin/python -m tools.lock --upgrade` moves the unpinned ones.
lock: $(DEV_READY)
	$(PY) -m tools.lock

catalogues: $(DEV_READY)
	$(PY) -m tools.catalogues
	$(PY) -m tools.settings_table

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found. Try: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }

$(RUN_READY): | $(PY)
	@echo "Installing the libraries into .venv (once, some minutes, about 7 GB) ..."
	$(INSTALL) -r requirements.lock
	@touch $@

$(DEV_READY): | $(PY)
	@echo "Installing the libraries into .venv (once, some minutes, about 7 GB) ..."
	$(INSTALL) -r requirements-dev.lock
	@touch $@ $(RUN_READY)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
