# `make serve` and `make test` set up what they need: Python 3.11 or newer, and nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
SECONDS ?= 60
SIZES ?= 1,10,50
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(VENV)/tools/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header

.PHONY: help serve t test shuffled soak fuzz lint types check build validate queries docs site benchmarks man release container wheel sbom lock audit clean
.DEFAULT_GOAL := serve

help: ## Say what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

serve: $(VENV)/serve.stamp ## Serve the graph at port 8000, or PORT=
	$(BIN)/eakg serve --port $(PORT)

t: $(VENV)/dev.stamp ## Run the quick tests; k=WORD picks some
	$(BIN)/python -m pytest -q -m fast --ignore=tests/browser --ignore=tests/conformance --durations=5 --durations-min=0.5 $(if $(k),-k '$(k)',-n auto)

test: $(VENV)/dev.stamp ## Run all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

shuffled: $(VENV)/dev.stamp ## Run all tests in an order of chance; SEED=N repeats one
	$(BIN)/python -m pytest -n auto --dist worksteal -p randomly $(if $(SEED),--randomly-seed=$(SEED) --hypothesis-seed=$(SEED))

soak: $(VENV)/dev.stamp ## Run long tests of chance, faults and floods
	EAKG_FUZZ=20000 $(BIN)/python -m pytest tests/serve/protocol/test_fuzz.py
	EAKG_KILLS=200 $(BIN)/python -m pytest tests/store/test_kills.py
	EAKG_STORM=200 EAKG_STOPS=20 $(BIN)/python -m pytest -s tests/serve/host/test_storm.py
	EAKG_MIXED=30 $(BIN)/python -m pytest -s tests/serve/host/test_mixed.py
	EAKG_WORKER_KILLS=1000 $(BIN)/python -m pytest tests/store/test_lanes.py
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/browser tests/evidence tests/graph tests/serve
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/check tests/commands tests/conformance tests/dataset tests/docs tests/lift
	EAKG_SOAK=1 $(BIN)/python -m pytest tests/queries tests/rdf tests/reason tests/sparql tests/store tests/text
	EAKG_SOAK=20 $(BIN)/python -m pytest tests/reason/test_engine.py
	EAKG_KILLS=20 $(BIN)/python -m pytest tests/reason/test_disk_kills.py
	EAKG_FLOOD=1 $(BIN)/python -m pytest tests/serve/host/test_flood.py tests/serve/host/test_large.py tests/serve/host/test_long_texts.py

fuzz: $(VENV)/fuzz.stamp ## Fuzz what reads foreign bytes, SECONDS= each; k=WORD picks some; SEED=N repeats
	PYTHONPATH=$(VENV)/fuzz:tests $(BIN)/python -m fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(k)

lint: $(VENV)/dev.stamp ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## Check types
	$(BIN)/mypy

build: $(VENV)/dev.stamp ## Build the graph from its sources
	$(BIN)/eakg build

validate: $(VENV)/dev.stamp ## Validate the graph
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

site: $(VENV)/dev.stamp ## Make the documentation as a site in dist/site; broken links are errors
	PYTHONPATH=tests $(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html --doctree-dir dist/.site docs dist/site

benchmarks: $(VENV)/dev.stamp ## Measure the service beside others, draw docs/serving-benchmark.md; SIZES= of LUBM, O= options
	$(BIN)/python benchmarks/all.py --sizes $(SIZES) $(O)

man: $(VENV)/dev.stamp ## Write the manual of each command into dist/man
	PYTHONPATH=tests $(BIN)/python -m helpers.manual dist/man

release: wheel sbom man ## Make all that a release has in dist/, with its checksums
	$(BIN)/python -m build --sdist --no-isolation
	tar --create --gzip --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --directory dist --file dist/eakg-man.tar.gz man
	cd dist && sha256sum eakg*.whl eakg*.tar.gz eakg.cdx.json > SHA256SUMS

container: $(VENV)/dev.stamp ## Take the steps of the Containerfile without a builder, as root, and run what comes of them
	$(BIN)/python tests/helpers/container.py

wheel: $(VENV)/dev.stamp ## Build the wheel, and that of eakg-queries, into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist light
	$(BIN)/python -m build --wheel --no-isolation

sbom: $(VENV)/dev.stamp $(VENV)/tools.stamp ## Say in dist/ what the package brings along (CycloneDX)
	$(VENV)/tools/bin/python tests/helpers/bill_of_materials.py $(BIN)/python dist/eakg.cdx.json

lock: $(VENV)/tools.stamp ## Write versions and hashes anew; U=-U takes the newest (network)
	$(LOCK) $(U) pyproject.toml --group build --extra compression --output-file requirements.txt
	$(LOCK) $(U) pyproject.toml --group build --extra dev --output-file requirements-ci.txt
	$(LOCK) $(U) --group pyproject.toml:tools --output-file requirements-tools.txt
	$(LOCK) $(U) --group pyproject.toml:fuzz --output-file requirements-fuzz.txt
	npm install --prefix .ci/comunica --package-lock-only --ignore-scripts --no-audit --no-fund --silent

audit: $(VENV)/tools.stamp ## Ask for known weaknesses of what is pinned (network)
	$(VENV)/tools/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.txt
	$(VENV)/tools/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements-ci.txt
	npm audit --prefix .ci/comunica --package-lock-only

clean: ## Take away what was made here
	rm -rf $(VENV) dist build

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "EAKG needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

# Only what the lists name, by their hashes; the package itself is made by what they brought.
$(VENV)/serve.stamp: pyproject.toml requirements.txt | $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: pyproject.toml requirements-ci.txt | $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements-ci.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/serve.stamp

$(VENV)/tools.stamp: requirements-tools.txt | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/tools
	$(VENV)/tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-tools.txt
	touch $@

# Not for every system and Python; where there is none, `make fuzz` says so.
$(VENV)/fuzz.stamp: requirements-fuzz.txt | $(VENV)/dev.stamp
	-$(INSTALL) --require-hashes --only-binary :all: --upgrade --target $(VENV)/fuzz --requirement requirements-fuzz.txt
	touch $@
