# `make serve` and `make test` set up what they need: Python 3.11 or newer, and nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help serve t test shuffled soak lint types check build validate queries docs wheel clean
.DEFAULT_GOAL := serve

help: ## Say what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

serve: $(VENV)/serve.stamp ## Serve the graph at port 8000, or PORT=
	$(BIN)/eakg serve --port $(PORT)

t: $(VENV)/dev.stamp ## Run the quick tests; k=WORD picks some
	$(BIN)/python -m pytest -q -m fast --ignore=tests/browser --ignore=tests/conformance $(if $(k),-k '$(k)',-n auto)

test: $(VENV)/dev.stamp ## Run all tests
	$(BIN)/python -m pytest -n auto

shuffled: $(VENV)/dev.stamp ## Run all tests in an order of chance; SEED=N repeats one
	$(BIN)/python -m pytest -n auto -p randomly $(if $(SEED),--randomly-seed=$(SEED) --hypothesis-seed=$(SEED))

soak: $(VENV)/dev.stamp ## Run long tests of chance, faults and floods
	EAKG_FUZZ=20000 $(BIN)/python -m pytest tests/serve/protocol/test_fuzz.py
	EAKG_KILLS=200 $(BIN)/python -m pytest tests/store/test_kills.py
	EAKG_WORKER_KILLS=1000 $(BIN)/python -m pytest tests/store/test_lanes.py
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/browser tests/serve/test_whole.py
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/sparql tests/store/test_differential.py
	EAKG_SOAK=20 $(BIN)/python -m pytest tests/reason/test_engine.py
	EAKG_FLOOD=1 $(BIN)/python -m pytest tests/serve/host/test_flood.py tests/serve/host/test_large.py tests/serve/host/test_long_texts.py

lint: $(VENV)/dev.stamp ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## Check types
	$(BIN)/mypy

build: $(VENV)/serve.stamp ## Build the graph from its sources
	$(BIN)/eakg build

validate: $(VENV)/serve.stamp ## Validate the graph
	$(BIN)/eakg validate

queries: $(VENV)/serve.stamp ## Check the saved queries
	$(BIN)/eakg lint-queries --strict
	$(BIN)/eakg test --strict

check: test lint types ## Run all that a change must pass
	$(BIN)/eakg build --check
	$(BIN)/eakg validate
	$(BIN)/eakg lint-queries --strict
	$(BIN)/eakg test --strict

docs: $(VENV)/dev.stamp ## Write the pages that are made from the code
	PYTHONPATH=tests $(BIN)/python -m helpers.pages

wheel: $(VENV)/dev.stamp ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## Take away what was made here
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
