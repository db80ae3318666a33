# `make run` on a fresh machine with Python 3.11 or newer is all it takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
DATA ?=
SQUAD := $(DATA)/squad-dev-16-articles-v2.0.json.gz

.DEFAULT_GOAL := help
.PHONY: help install run test test-slow check bench widget clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.run  ## Make .venv with what Footnote needs

run: $(VENV)/.run  ## Index corpus/ and serve the page on http://127.0.0.1:7860
	$(BIN)/python app.py --port $(PORT)

test: $(VENV)/.dev browser postgres  ## Run the tests (some 20 minutes)
	$(BIN)/python -m pytest

test-slow: $(VENV)/.dev browser postgres  ## Run the long tests too
	$(BIN)/python -m pytest -m ""

check: $(VENV)/.dev  ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## Measure what the docs state (DATA=FOLDER: the files that models/reader/README.md names)
	$(BIN)/python -m benchmarks.embedding $(if $(DATA),$(SQUAD))
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.acceptance
	$(BIN)/python -m benchmarks.tables
	$(BIN)/python -m benchmarks.intervals
	$(BIN)/python -m benchmarks.pdf
	$(BIN)/python -m benchmarks.widget
ifneq ($(DATA),)
	$(BIN)/python -m benchmarks.reading $(SQUAD)
	$(BIN)/python -m benchmarks.squad $(SQUAD)
	$(BIN)/python -m benchmarks.ranking $(SQUAD)
	$(BIN)/python -m benchmarks.travel $(SQUAD) $(DATA)/qamr
	$(BIN)/python -m benchmarks.disagreements $(SQUAD)
	$(BIN)/python -m benchmarks.followups $(SQUAD)
	$(BIN)/python -m benchmarks.stop_early $(SQUAD)
	$(BIN)/python -m benchmarks.large $(DATA)/squad-train-v1.1.json.gz
	$(BIN)/python -m benchmarks.ingest $(DATA)/squad-train-v1.1.json.gz
	$(BIN)/python -m benchmarks.ray_ingest $(DATA)/squad-train-v1.1.json.gz
	$(BIN)/python -m benchmarks.scale $(DATA)/squad-train-v1.1.json.gz
	$(BIN)/python -m benchmarks.load $(DATA)/squad-train-v1.1.json.gz
endif

widget:  ## Build the chat for other sites again from its sources (needs Node.js)
	cd footnote/web/widget && npm ci --ignore-scripts --no-audit --no-fund && npm run check && npm run build

clean:  ## Remove .venv, caches and the index
	rm -rf $(VENV) footnote/web/widget/node_modules index .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: browser postgres
browser: $(VENV)/.dev
	@scripts/find-browser $(BIN)/python

postgres:
	@scripts/find-postgres

$(VENV)/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Footnote needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1); give another: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian: sudo apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
