# Two commands do everything on a machine with Python 3.11 or newer: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The package alone, without building extension/: what is installed here needs no node.
INSTALL := HATCH_BUILD_NO_HOOKS=true $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test reference lint extension dev clean

demo: $(VENV)/installed
	$(BIN)/sudare demo --out demo

test: $(VENV)/installed-dev
	$(BIN)/python tests/run_tiers.py

# The generated pages and the JSON Schema; a test fails when they are stale.
reference: $(VENV)/installed-dev
	$(BIN)/python -m sudare.reports.reference

lint: $(VENV)/installed-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

# The JupyterLab extension, with the node that the dev extra brings; installed where this environment's Lab finds it.
EXTENSION := $(VENV)/share/jupyter/labextensions/sudare
JLPM := cd extension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm

extension: $(VENV)/installed-dev
	$(JLPM) install --immutable
	$(JLPM) build:prod
	rm -rf $(EXTENSION)
	mkdir -p $(dir $(EXTENSION))
	cp -r extension/labextension $(EXTENSION)
	cp extension/install.json $(EXTENSION)/

# Builds it again at every change; reload the page to see it.
dev: extension
	rm -rf $(EXTENSION)
	ln -s $(CURDIR)/extension/labextension $(EXTENSION)
	$(JLPM) watch

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[lab]'
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[dev]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) demo
