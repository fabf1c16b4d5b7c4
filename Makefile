# make run    sets everything up and serves the page on http://127.0.0.1:7860
# make test   sets everything up, checks the code and runs the tests
PYTHON ?= python3
BIN := .venv/bin
export OPENBLAS_NUM_THREADS ?= 1
export PYTHONUTF8 ?= 1

.PHONY: run test setup lint check campaign bench shots train lock clean

run: setup
	$(BIN)/hanfolio

setup: .venv/.ready
test: .venv/.ready-dev lint check
lint: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
check: .venv/.ready-dev
	$(BIN)/python -m pytest -m "not campaign"
campaign: .venv/.ready-dev
	HYPOTHESIS_PROFILE=campaign $(BIN)/python -m pytest -m campaign
bench: .venv/.ready-dev
	$(BIN)/python -m benchmarks
shots: .venv/.ready-dev
	$(BIN)/python -m tests.shots
train: .venv/.ready-dev
	$(BIN)/python -m agent.builtin.train

# uv, installed by pip into the venv, turns a ten-minute install into seconds. An install that was cut off is repaired
# by the next call: the mark is made last.
.venv/.uv:
	$(PYTHON) -c 'import sys; sys.exit("Hanfolio needs Python 3.11, 3.12 or 3.13; choose one: make PYTHON=python3.11") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "uv>=0.5"
	touch $@
.venv/.ready: .venv/.uv pyproject.toml
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet -e '.[live]'
	touch $@
.venv/.ready-dev: .venv/.uv pyproject.toml
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet -e '.[dev,live]'
	touch $@ .venv/.ready

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
