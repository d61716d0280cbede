# A person's commands, and CI's. The first one makes .venv from the hash-pinned locks; nothing else is needed.
PYTHON ?= python3
BIN := .venv/bin
export UV_LINK_MODE ?= copy
# Not the environment of whoever types, if they are in another one.
export VIRTUAL_ENV := $(CURDIR)/.venv
# Where this is set, as in many containers, each process of aqss compiles every module again: two seconds more.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check campaign bench install lock browser clean

run: install               ## the site with its demonstration: prints the address and who can sign in
	$(BIN)/aqss migrate
	$(BIN)/aqss demo --if-empty
	$(BIN)/aqss serve

test: .venv/dev browser    ## every test, a browser included; every branch of domain and services
	$(BIN)/python -m pytest -n auto --dist loadgroup --cov

check: .venv/dev           ## lint, types, import contracts, templates, shipped definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint aqss --lint --quiet
	$(BIN)/aqss check

campaign: .venv/dev browser  ## the fault and bad-input counts in full
	$(BIN)/python -m tests.campaign

bench: .venv/dev           ## each figure beside its yardstick; also in bench.json
	$(BIN)/python -m tests.bench

install: .venv/run         ## leaves .venv/bin/aqss

lock:                      ## pins again, within the ranges of pyproject.toml
	echo "uv" | $(BIN)/uv pip compile - $(LOCK) -o requirements/uv.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra postgresql --extra build -o requirements/run.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra postgresql --extra build --extra dev -c requirements/run.lock -o requirements/dev.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

browser: .venv/dev
	@$(BIN)/python -m tests.browser

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/uv: requirements/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "aqss needs Python 3.11 or later: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "this Python cannot make an environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.lock
	@touch $@

.venv/run: .venv/uv requirements/run.lock pyproject.toml
	@if test -e .venv/dev; then $(MAKE) --no-print-directory .venv/dev; else \
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/run.lock && \
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .; fi
	@touch $@

.venv/dev: .venv/uv requirements/dev.lock pyproject.toml
	$(BIN)/uv pip sync --quiet --require-hashes requirements/dev.lock
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/uv.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/run
