# make run    .venv, the main job on samples/, tables in outputs/, a summary
# make test   the tests
# make check  all that CI asks: format, lint, types, tests, docs, wheel, floors
# make bench  processor time a plan
# make scale  time and memory of a run over 3,321 made plans
# make docs   writes the generated pages of docs/ again
# make pictures makes the pictures of docs/ again (Chromium, LibreOffice)
# make floors raises the floors of accuracy to what is reached now

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench scale docs pictures floors
.DELETE_ON_ERROR:

run: .venv/ready
	$(BIN)/kehoach run samples -o outputs

test: .venv/ready
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python docs/build.py --check
	$(BIN)/python -m pytest

bench: .venv/ready
	$(BIN)/python benchmarks/bench_extract.py

scale: .venv/ready
	$(BIN)/python -m benchmarks.scale

docs: .venv/ready
	$(BIN)/python docs/build.py

pictures: .venv/ready
	$(BIN)/python docs/pictures.py

# Python 3.11 or later; on Debian and Ubuntu the package python3-venv must be there
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "needs Python 3.11 or later: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

floors: .venv/ready
	$(BIN)/python -m tests.update_floors
