# Verbs for people and CI alike. Each makes the environment it needs in .venv by itself.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.PHONY: help demo test check fix bench clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: .venv/user  ## train a network on the handwritten digits in the package
	$(BIN)/gradstone train

test: .venv/developer  ## run all tests
	$(BIN)/python -m pytest -q -n auto

check: .venv/developer  ## formatting, lint, types, layers, sizes
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict src tools
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/budget.py

fix: .venv/developer  ## format, and repair what can be repaired
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: .venv/user  ## side by side with the peers, in an environment of their own
	$(BIN)/python -m benchmarks

clean:  ## forget the environment and the caches
	rm -rf .venv .venv-peers build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Two stamps, so that a first demo does not wait for the developers' tools.
.venv/user: pyproject.toml
	@echo "Setting up .venv with Gradstone (once; under a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) -e '.[tune]'
	@touch $@

.venv/developer: pyproject.toml
	@echo "Setting up .venv with Gradstone and its test and development tools (once) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) -e '.[test,dev]'
	@touch .venv/user $@
