# Two commands do everything on a machine that has Python 3.11 or later and a package index: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
WORKERS ?= 2
DEMO ?= demo

.PHONY: env dev demo test lint types lock docs bench wheelhouse clean

env: .venv/.ready
dev: .venv/.ready-for-tests

.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

.venv/.ready-for-tests: .venv/.ready requirements-dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	touch $@

demo: env
	rm -rf $(DEMO)
	$(BIN)/landmark simulate $(DEMO)
	$(BIN)/landmark run $(DEMO)
	$(BIN)/landmark score $(DEMO) $(DEMO)/truth.json

test: dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: dev
	$(BIN)/mypy

docs: env
	$(BIN)/python -m landmark.reference docs

# What it takes, beside what would be done without it; BENCH=--full for the sizes of docs/performance.md.
bench: env
	$(BIN)/python -m bench.resolver $(BENCH)
	$(BIN)/python -m bench.reading $(BENCH)

# The locks hold hashes and no addresses: requirements.txt is what a run and the build need, requirements-dev.txt
# what the tests need besides.
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: env
	$(COMPILE) --group build pyproject.toml -o requirements.txt
	$(COMPILE) --group dev --group build --extra spark -c requirements.txt pyproject.toml -o requirements-dev.txt

# Everything that an installation needs, for a machine of this kind that has no package index.
WHEELHOUSE ?= wheelhouse
wheelhouse: env
	rm -rf $(WHEELHOUSE)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt \
		--wheel-dir $(WHEELHOUSE)
	$(UV) build --quiet --wheel --python $(BIN)/python --no-build-isolation --out-dir $(WHEELHOUSE)
	rm -f $(WHEELHOUSE)/.gitignore
	printf '%s\n' '# Landmark without a package index' '' \
		"Every wheel that Landmark needs, for $$($(BIN)/python -V) on $$(uname -s) $$(uname -m):" '' \
		'    python3 -m venv landmark' \
		'    landmark/bin/python -m pip install --no-index --find-links . landmark' \
		'    landmark/bin/landmark --version' '' \
		'Run it in this folder. `sha256sum -c SHA256SUMS` says whether the copy is whole.' >$(WHEELHOUSE)/README.md
	cd $(WHEELHOUSE) && sha256sum *.whl >SHA256SUMS

clean:
	rm -rf .venv dist wheelhouse $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
