# Two commands matter: make demo, make test. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AT_ONCE ?= logical

.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

compiled: $(VENV)/installed ## machine code of what understands messages, anew where it changed (half a minute)
	$(BIN)/python tools/compile.py

demo: $(VENV)/installed ## start the whole hotline on this machine (ARGS="--port 9000 --data DIR")
	@exec $(BIN)/hotline demo $(ARGS)

check: $(VENV)/installed-dev ## format, lint, types, import contracts, flows, strings: under a minute
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/ruff check --no-cache .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/hotline prompts check

test: check compiled ## every check and every test, on every core (AT_ONCE=0: one after the other), browsers last
	$(BIN)/pytest -n $(AT_ONCE) --maxprocesses 4 --dist loadfile --ignore tests/browser $(ARGS)
	$(BIN)/pytest tests/browser $(ARGS)

docs: ## the documentation as a static site in var/site
	$(PYTHON) tools/site.py var/site

format: $(VENV)/installed-dev ## put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## renew requirements*.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade \
	  --group pyproject.toml:build --extra postgresql pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade \
	  --group pyproject.toml:build --group pyproject.toml:dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove everything that was installed or made
	rm -rf $(VENV) var dist .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hotline needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	-@$(BIN)/python tools/compile.py
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help compiled demo check test docs format lock clean
