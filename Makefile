# `make run` and `make test` are all it takes. PYTHON=python3.12 chooses another interpreter.
.DEFAULT_GOAL := help
.PHONY: help run test lint check eval bench chaos base tools stock models
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
export VENV

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

run: base ## install what is missing and start the demo
	@given=$$(export -p | grep KAIDIAN_ || true); set -a; \
	if [ -f .env ]; then . ./.env; fi; eval "$$given"; exec $(PY) server.py run --demo

test: tools ## install what the tests need and run them; ARGS="-k word" picks some
	@$(PY) -m pytest $(ARGS)

lint: tools ## format, lint, strict types, layers
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

check: lint test ## lint, then test

eval: tools ## how good are the answers? ARGS are passed on
	@$(PY) -m tests.evals $(ARGS)

bench: stock ## how fast is it? ARGS are passed on
	@$(PY) -m benchmarks $(ARGS)

chaos: tools ## is every message answered once, whatever breaks? ARGS="--setup postgres-4 --seed 2"
	@$(PY) -m tests.chaos $(ARGS)

base: ; @sh requirements/install.sh base
tools: base ; @sh requirements/install.sh test && sh requirements/node.sh
stock: tools ; @sh requirements/install.sh bench

models: tools ## also what other embedding models need: torch, large
	@sh requirements/install.sh test-models
