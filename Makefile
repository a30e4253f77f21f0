# The verbs of the project; `make` alone lists them. Continuous integration calls these and no others.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOMS := cot_flows domain events projections deployments
# A folder without Python in it is left out: the type checkers refuse to be given one.
CHECKED := $(foreach room,$(ROOMS) tests bench,$(if $(shell find $(room) -name '*.py' -print -quit 2>/dev/null),$(room)))
ARGS ?=
# Tests run in this many processes; some wait for others, so two cores are used well by two.
WORKERS ?= 2

# Nothing here reports its use to anybody.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Root may install here: the environment is the project's own, never the system's.
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help install check test bench demo format lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.project-installed ## make .venv with the locked packages and the project; nothing if up to date

# The lock names every package, so pip has nothing to resolve (--no-deps, which also spares older pips
# a known confusion about extras under --require-hashes); `pip check` then proves the set complete.
$(VENV)/.lock-installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make install PYTHON=python3.11")'
	@echo "Installing the locked packages into $(VENV) (a minute or two the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip check
	@touch $@

$(VENV)/.project-installed: $(VENV)/.lock-installed pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

check: install ## format, lint, types (twice), import contracts, dependencies
	$(BIN)/ruff format --check --output-format concise $(CHECKED)
	$(BIN)/ruff check --output-format concise $(CHECKED)
	$(BIN)/mypy $(CHECKED)
	$(BIN)/pyrefly check
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .

test: install ## run the tests; narrow them with ARGS="tests/unit -k name"
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

bench: install ## measure; pass options with ARGS="..."
	$(BIN)/python -m bench $(ARGS)

demo: install ## the product on a real and a fictional district; leaves nothing running
	$(BIN)/cot demo $(ARGS)

format: install ## format the code and mend what the linter can mend
	$(BIN)/ruff format $(CHECKED)
	$(BIN)/ruff check --fix $(CHECKED)

lock: install ## pin again after a change of dependencies; ARGS=--upgrade takes newer releases
	$(BIN)/pip-compile --quiet --extra dev --extra packets --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(ARGS) \
	  --output-file requirements.lock pyproject.toml
	@sed -i -e '1i # Every package the project runs on and is developed with, at one version, by the hashes of its files.' \
	  -e '1i # Written from the ranges in pyproject.toml; change those, never this.\n' requirements.lock

clean: ## remove what builds and tools left behind; .venv stays
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .pyrefly_cache
	find $(CHECKED) -name __pycache__ -type d -prune -exec rm -rf {} +
