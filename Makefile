# Every command a newcomer types. A target exists only when something real stands behind it.

PY := .venv/bin/python
# Two workers: the suite is timed for a machine with two cores.
WORKERS ?= 2

.PHONY: setup demo tour test soak soak-security fuzz sabotage bench oidc sbom check fix

setup:  ## make .venv with the locked dependencies, and install what Qt needs
	@bash tools/setup.sh

demo: setup  ## a server with a made-up suite and two PCs; opens PC 1 (KEEP=1 goes on with the last)
	@PYTHONPATH=. $(PY) tools/demo.py

tour: setup  ## walk through the whole program offscreen; a picture of each screen in build/tour
	@QT_QPA_PLATFORM=offscreen PYTHONPATH=. $(PY) -m tools.tour

test: setup  ## the whole suite; sonar_core must be covered to the last branch
	@bash tools/test.sh $(WORKERS)

# 300 kills, 1,000,000 rows, every fault point with every kind; then MINUTES=60 runs an hour of
# histories that nobody has run before, and prints faults survived and each failing seed.
MINUTES ?= 5
soak: setup  ## the full numbers of the proofs, then new simulated histories on every core
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n $(WORKERS) -m soak -o faulthandler_timeout=0
	@PYTHONPATH=. $(PY) -m tests.simulation --minutes $(MINUTES)

# R1, R2, R4, A10 by their full numbers. Power cuts of a real file system need root.
soak-security: setup  ## cut the power, refuse each call of the disk, raise errors: nothing may be lost
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n $(WORKERS) -m soak -o faulthandler_timeout=0 \
		tests/durability tests/security/test_injected_errors.py

# RUNS of each decoder by atheris (Linux on x86-64); then bodies and operations sent to a real server.
RUNS ?= 1000000
fuzz: setup  ## try what no program writes on every decoder and endpoint, and say how much was tried
	@$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements/fuzz.txt
	@mkdir -p build/fuzz
	@for one in $$(PYTHONPATH=. $(PY) -m tests.fuzz.decoders 2>/dev/null); do \
		PYTHONPATH=. $(PY) -m tests.fuzz.decoders $$one $(RUNS) >build/fuzz/$$one.log 2>&1 \
			|| { tail -40 build/fuzz/$$one.log; exit 1; }; \
		echo "$(RUNS) $$one"; \
	done
	@$(PY) -m pytest -s -p no:xdist -m soak tests/fuzz

# TRAPS=7-12 tries those of some of the fifty traps alone; 0 is what is beyond them.
TRAPS ?= 0-50
sabotage: setup  ## make the product wrong line by line in copies; each must turn its tests red
	@PYTHONPATH=. $(PY) -m tests.simulation.sabotage --traps $(TRAPS)

# BENCH="--sizes 100,1000" chooses sizes; --peer and --peer-python add the like-for-like peer.
bench: setup  ## print speed and memory beside the machine's limits as one JSON
	@PYTHONPATH=. $(PY) -m bench $(BENCH)

# Needs node, npm and its registry: what `make test` proves with a provider of PyPI, once more here.
oidc: setup  ## sign in against a certified provider of npm, which insists on PKCE
	@PYTHONPATH=. $(PY) -m tests.server.certified build/certified-provider

sbom: setup  ## write what the program is made of, as CycloneDX, to build/sbom.json
	@$(PY) tools/sbom.py build/sbom.json

check: setup  ## lint, format, types, layers, sizes; changes nothing
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) -m pytest -q -p no:randomly tests/architecture

fix: setup  ## put right what the linter and the formatter can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
