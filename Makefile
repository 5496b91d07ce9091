# Everything is driven by these few commands; `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all:

export ONBOARDING_WORKSPACE := $(WORKSPACE)
export DO_NOT_TRACK := 1
ifdef OULAD_DIR
export OULAD_DIR := $(abspath $(OULAD_DIR))
endif

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV) (a minute or two)"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing the locked packages for development"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.installed ## Make the demo company, score it and publish (ACCOUNTS=600)
	@$(BIN)/python -m orchestration demo $(if $(ACCOUNTS),--accounts $(ACCOUNTS))

run: $(VENV)/.installed ## Pull, score and publish one day (WORKSPACE=… DATE=…)
	@$(BIN)/python -m orchestration run $(if $(DATE),--date $(DATE))

backfill: $(VENV)/.installed ## The same for a range, by default all the sources hold (WORKSPACE=… FROM=… TO=…)
	@$(BIN)/python -m orchestration backfill $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))

dev: $(VENV)/.installed ## Open Dagster's UI
	@$(BIN)/python -m orchestration dev

unlock: $(VENV)/.installed ## Heal what a killed run left behind
	@$(BIN)/python -m orchestration unlock

lint: $(VENV)/.installed-dev ## Check style and types of Python and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 models dbt_project/tests

test: $(VENV)/.installed-dev lint ## The checks of every push (at most 10 minutes)
	@$(BIN)/pytest -m "not heavy"

test-heavy: $(VENV)/.installed-dev ## What is heavy or needs a system package or data
	@$(BIN)/pytest -m heavy

test-all: test test-heavy ## Both

lock: ## Renew the hash-locked requirements (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev pyproject.toml -o requirements-dev.txt

clean: ## Remove everything made here except the environment
	rm -rf data target logs

.PHONY: help demo run backfill dev unlock lint test test-heavy test-all lock clean
