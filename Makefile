# Two commands do everything on a machine that has Python 3.11 or later and a package index: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
WORKERS ?= 2
DEMO ?= demo

.PHONY: env demo test lint types lock docs bench clean

env: .venv/.ready

.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

demo: env
	rm -rf $(DEMO)
	$(BIN)/landmark simulate $(DEMO)
	$(BIN)/landmark run $(DEMO)
	$(BIN)/landmark score $(DEMO) $(DEMO)/truth.json

test: env
	$(BIN)/python -m pytest -n $(WORKERS)

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: env
	$(BIN)/mypy

docs: env
	$(BIN)/python -m landmark.reference docs

# The lock holds hashes and no addresses.
lock: env
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.txt

clean:
	rm -rf .venv dist $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
