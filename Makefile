# Every command a newcomer types. A target exists only when something real stands behind it.

PY := .venv/bin/python
# Two workers: the suite is timed for a machine with two cores.
WORKERS ?= 2

.PHONY: setup test check fix

setup:  ## make .venv with the locked dependencies, and install what Qt needs
	@bash tools/setup.sh

test: setup  ## the whole suite; sonar_core must be covered to the last branch
	@bash tools/test.sh $(WORKERS)

check: setup  ## lint, format, types, layers, sizes; changes nothing
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) -m pytest -q -p no:randomly tests/architecture

fix: setup  ## put right what the linter and the formatter can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
