# The environment lives in .venv and is made again only when pyproject.toml or constraints.txt change.
# Another interpreter: make demo PYTHON=/path/to/python3.12

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format docs notebooks bench clean

# Bytecode is kept whatever the shell says: without it each of the hundred processes of the tests compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --constraint constraints.txt

# Tests run on every core; each worker begins with a share of the files in a row, so that what a file makes is made once.
WORKERS := --numprocesses logical --maxprocesses 8 --dist worksteal

# Names tried in turn; one that is on the path may still not run, or lack venv.
CANDIDATES = $(if $(PYTHON),$(PYTHON),python3 python3.13 python3.12 python3.11 python)
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

help:
	@echo "make demo       cluster and name the demo cohort, write out/demo/report.html"
	@echo "make test       all tests"
	@echo "make check      format, lint, types, imports and the fast tests"
	@echo "make lint       the first four of them"
	@echo "make format     put the code in the project's format"
	@echo "make docs       the documentation as pages, in out/docs"
	@echo "make notebooks  run the notebooks and store what they show"
	@echo "make bench      speed, quality and rare cells beside six other programs, written to benchmarks/RESULTS.md"
	@echo "make clean      remove .venv, out and caches"

demo: .venv/user.stamp
	$(BIN)/cytoclust run data/demo/samples.csv -o out/demo --rules msc
	@echo "The report is $(CURDIR)/out/demo/report.html"

test: .venv/developer.stamp
	$(BIN)/python -m pytest $(WORKERS)

check: lint
	$(BIN)/python -m pytest $(WORKERS) -m "not slow"

lint: .venv/developer.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/developer.stamp
	$(BIN)/ruff check --fix --select I
	$(BIN)/ruff format

docs: .venv/developer.stamp
	$(BIN)/python -m sphinx -W --keep-going -n -q docs out/docs
	@echo "The first page is $(CURDIR)/out/docs/index.html"

notebooks: .venv/developer.stamp
	$(BIN)/python -m tests.notebooks.renew

bench: .venv/user.stamp
	$(BIN)/python -m benchmarks --seed $(or $(SEED),501)

clean:
	rm -rf .venv out docs/notebooks docs/measured .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/user.stamp: pyproject.toml constraints.txt
	@python=; for name in $(CANDIDATES); do \
	  if "$$name" -c '$(USABLE)' >/dev/null 2>&1; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "cytoclust needs Python 3.11 or later with venv and pip; found none among: $(CANDIDATES)." >&2; \
	  echo "Install one (on Debian or Ubuntu also python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
	  exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version) (about a minute)" >&2; \
	"$$python" -m venv --clear .venv
	@$(PIP) --editable .
	@touch $@

.venv/developer.stamp: .venv/user.stamp
	@echo "Installing the tools for tests and checks" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@
