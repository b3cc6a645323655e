# `make serve` and `make test` set up what they need: Python 3.11 or newer, and nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: serve test soak lint types check build validate queries wheel clean

serve: $(VENV)/serve.stamp
	$(BIN)/eakg serve --port $(PORT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto

soak: $(VENV)/dev.stamp
	EAKG_FUZZ=20000 $(BIN)/python -m pytest tests/serve/protocol/test_fuzz.py
	EAKG_KILLS=200 $(BIN)/python -m pytest tests/store/test_kills.py
	EAKG_WORKER_KILLS=1000 $(BIN)/python -m pytest tests/store/test_lanes.py
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/browser tests/serve/test_whole.py
	EAKG_SOAK=20 $(BIN)/python -m pytest tests/reason/test_engine.py
	EAKG_FLOOD=1 $(BIN)/python -m pytest tests/serve/host/test_flood.py

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

build: $(VENV)/serve.stamp
	$(BIN)/eakg build

validate: $(VENV)/serve.stamp
	$(BIN)/eakg validate

queries: $(VENV)/serve.stamp
	$(BIN)/eakg lint-queries --strict
	$(BIN)/eakg test --strict

check: test lint types
	$(BIN)/eakg build --check
	$(BIN)/eakg validate
	$(BIN)/eakg lint-queries --strict
	$(BIN)/eakg test --strict

wheel: $(VENV)/dev.stamp
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) dist build

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "EAKG needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: pyproject.toml requirements-ci.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements-ci.txt --editable .
	touch $@

$(VENV)/dev.stamp: pyproject.toml requirements-ci.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements-ci.txt --editable '.[dev]'
	touch $@ $(VENV)/serve.stamp
