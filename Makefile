# Two commands: `make run` starts the app, `make test` runs everything that must hold.
# Both install what is missing, and only then.

PORT ?= 8501
# The first Python that runs and that TensorFlow has packages for; a name on the path may be an empty shim.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
  $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# Debian keeps the server's programs off the path.
POSTGRESQL ?= $(shell command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | head -n 1)
ROOT := $(shell test "$$(id -u)" = 0 || command -v sudo)
ifneq ($(CHROMIUM),)
export CHROMIUM
endif

.PHONY: run test lint bench abuse runs format clean

run: $(VENV)/installed
	@echo "NormLab: http://localhost:$(PORT)  (stop with Ctrl+C)"
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

# Two files at a time. One thread each for arrays: otherwise the processes' threads wait for each other, up to ten times as long.
test: $(VENV)/installed-tests browser postgresql lint
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The figures in README, on a machine that nobody else uses; some sections alone: make bench ONLY=loading,moving
bench: $(VENV)/installed-tests browser
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

# Everything of which `make test` tries a share: hostile links, files and lessons, random walks, killed processes. Takes a
# quarter of an hour; NORMLAB_ABUSE_SEED=7 tries other cases.
abuse: $(VENV)/installed-tests browser
	NORMLAB_ABUSE=full OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 tests/abuse

# The results that come with NormLab, trained anew; takes minutes.
runs: $(VENV)/installed
	$(BIN)/python -m normlib.training.jobs.make_runs

format: $(VENV)/installed-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || \
	  { echo "NormLab needs Python 3.11 to 3.13, and none was found: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Installing python3-venv, which Debian keeps apart."; $(ROOT) apt-get update -q && $(ROOT) apt-get install -y -q python3-venv; } || \
	  { echo "Python's venv module is missing: install the package python3-venv, then try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "Installing what requirements.txt names; this takes a few minutes the first time."
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-tests: $(VENV)/installed tests/requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.PHONY: browser
browser:
	@test -n "$(CHROMIUM)" || { echo "Installing Chromium for the browser tests."; \
	  $(ROOT) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -q --no-install-recommends chromium; } || \
	  { echo "The browser tests need Chromium: install it, or name one with make CHROMIUM=/path test."; exit 1; }

# The tests start a server of their own with it, in a temporary folder.
.PHONY: postgresql
postgresql:
	@test -n "$(POSTGRESQL)" || { echo "Installing PostgreSQL for the tests of learners' progress."; \
	  $(ROOT) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -q --no-install-recommends postgresql; } || \
	  { echo "The tests of learners' progress start a PostgreSQL server: install PostgreSQL, with initdb and pg_ctl on the path."; exit 1; }
