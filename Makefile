# `make run` and `make test` need Python 3.11+ and nothing else; everything is installed into .venv.

VENV := .venv
PY := $(VENV)/bin/python
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
# What takes pip a minute takes uv seconds. Where only pip can reach an index, pip does it.
UV := $(PY) -m uv pip
INSTALL = @$(UV) install --quiet --require-hashes --python $(PY) $(1) 2>/dev/null || $(PIP) install --quiet $(1)
# Of an area: the units that import it, what stands for its words and content, and its stories.
OF_AREA = $(shell grep -lE '(services|views)\.$(AREA)\b' tests/unit/test_*.py) \
	$(addprefix tests/unit/,test_catalogs.py test_plurals.py test_content.py) tests/bot/$(AREA)
PYTEST := $(PY) -m pytest -q -n auto --maxprocesses 8 --dist worksteal

# Variables of the caller that would change what is imported or what the tests see, or have every process compile anew.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help run install test test-fast demo soak pictures docs format lock migration

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*##/  make \1\t/' | expand -t 20

run: $(VENV)/runtime.stamp  ## start the bot (without BOT_TOKEN: the playground, in the browser)
	@exec $(PY) bot.py

install: $(VENV)/runtime.stamp  ## install the libraries that this version needs, and start nothing

test: $(VENV)/dev.stamp  ## lint, imports, types and all tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-cache --no-logo
	@# What the tests import is compiled on the processor that mypy leaves free: each worker would compile it anew.
	$(PY) -m pytest --collect-only -qq >/dev/null 2>&1 & $(PY) -m mypy . && wait
	$(PYTEST)

test-fast: $(VENV)/dev.stamp  ## one area's quick units and stories, on SQLite (AREA=wellbeing; without it all quick units)
	$(PY) -m pytest -q -n 2 --dist worksteal -m "not soak and not slow" --sqlite-only $(if $(AREA),$(OF_AREA),tests/unit)

demo: $(VENV)/runtime.stamp  ## play the whole story in the terminal
	@exec $(PY) -m playground.demo

soak: $(VENV)/dev.stamp  ## the long checks and the benchmarks
	$(PY) -m pytest -m soak -o faulthandler_timeout=0
	$(PY) -m benchmarks.press
	$(PY) -m benchmarks.latency
	$(PY) -m benchmarks.startup
	$(PY) -m benchmarks.tick
	$(PY) -m benchmarks.gate
	$(PY) -m benchmarks.causes

pictures: $(VENV)/dev.stamp  ## take every picture of the README again, and a sheet of all screens into data/ (needs Chromium)
	SCREENSHOTS=docs/screenshots $(PY) -m pytest -q -m '' tests/e2e -k browser
	$(PY) -m tests.e2e.film docs/screenshots
	$(PY) -m tests.e2e.contact_sheet data/pictures

docs: $(VENV)/docs.stamp  ## build the documentation as a site into .site/html
	@rm -rf .site/pages .site/html && mkdir -p .site/pages
	@cp -R *.md LICENSE compose.yaml .env.example docs deploy .site/pages/
	@for file in services/gate/gate.py services/wellbeing/checkin/states.py; do \
		mkdir -p .site/pages/$$(dirname $$file) && cp $$file .site/pages/$$file; \
	done  # what pages link to
	$(VENV)/bin/zensical build --clean --strict

format: $(VENV)/dev.stamp  ## put the code into the one format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: $(VENV)/uv.txt  ## choose the newest versions that the lists in requirements*.in allow
	@for name in requirements requirements-dev requirements-docs; do \
		$(UV) compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
			$$name.in --output-file $$name.txt || exit 1; \
	done

migration: $(VENV)/dev.stamp  ## write the migration from the schema to the models (NAME=what_changes)
	$(PY) -m migrations.generate $(NAME)

$(VENV)/runtime.stamp: requirements.txt | $(VENV)/uv.txt
	@echo "Installing into $(VENV) (a minute the first time)"
	$(call INSTALL,--requirement requirements.txt)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	@echo "Installing the tools for the tests"
	$(call INSTALL,--requirement requirements-dev.txt)
	@touch $@

$(VENV)/docs.stamp: requirements-docs.txt | $(VENV)/uv.txt
	$(call INSTALL,--requirement requirements-docs.txt)
	@touch $@

$(VENV)/uv.txt: | $(PY)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $@
	@$(PIP) install --quiet --require-hashes --only-binary :all: --requirement $@ 2>/dev/null || true

$(PY):
	@for python in $(CANDIDATES); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$python has no venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "Python 3.11 or newer is needed; none was found (PYTHON=/path/to/python names one)." >&2; exit 1
