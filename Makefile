# make run | test | check | bench | catalogues. Each sets up .venv by itself; only Python >= 3.11 has to be there.
.PHONY: run test check types arrows bench catalogues clean

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --quiet

# A stamp per content of the requirements: changing a pin installs again, nothing else does.
RUN_READY := .venv/.run-$(shell cksum < requirements.txt | cut -d ' ' -f 1)
DEV_READY := .venv/.dev-$(shell cat requirements.txt requirements-dev.txt requirements-oracles.txt | cksum | cut -d ' ' -f 1)

# Sleeping OpenMP threads instead of spinning ones, and fewer malloc arenas: both matter with several visitors.
export OMP_WAIT_POLICY ?= passive
export MALLOC_ARENA_MAX ?= 2

run: $(RUN_READY)
	$(PY) -m streamlit run app.py

test: $(DEV_READY)
	$(PY) -m pytest

check: $(DEV_READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@$(MAKE) --no-print-directory types arrows

types: $(DEV_READY)
	$(PY) -m mypy vizcore tools $(wildcard app.py pages)

arrows: $(DEV_READY)
	$(PY) -m tools.catalogues --check
	$(PY) -m tools.settings_table --check
	$(PY) -m pytest -q tests/test_architecture.py tests/test_i18n.py

bench: $(DEV_READY)
	$(PY) -m benchmarks

catalogues: $(DEV_READY)
	$(PY) -m tools.catalogues
	$(PY) -m tools.settings_table

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found. Try: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }

$(RUN_READY): | $(PY)
	@echo "Installing the libraries into .venv (once, some minutes, about 7 GB) ..."
	$(PIP) -r requirements.txt
	@touch $@

$(DEV_READY): | $(PY)
	@echo "Installing the libraries into .venv (once, some minutes, about 7 GB) ..."
	$(PIP) -r requirements-dev.txt
	$(PIP) --no-deps -r requirements-oracles.txt
	@touch $@ $(RUN_READY)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
