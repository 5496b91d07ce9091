# Everything is driven by these few commands; `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all:
INSTALL := $(BIN)/$(PIP)
SPARK := $(VENV)-spark
SUPERSET := $(VENV)-superset
ifneq ($(filter-out duckdb,$(TARGET)),)
RUN := $(SPARK)/bin
READY := $(SPARK)/.installed
else
RUN := $(BIN)
READY := $(VENV)/.installed
endif

export ONBOARDING_WORKSPACE := $(value WORKSPACE)
export ONBOARDING_TARGET := $(value TARGET)
# what somebody types for a variable arrives as it is: neither make nor the shell reads it again
export GIVEN_ACCOUNT := $(value ACCOUNT)
export GIVEN_ACCOUNTS := $(value ACCOUNTS)
export GIVEN_BY := $(value BY)
export GIVEN_DATE := $(value DATE)
export GIVEN_FROM := $(value FROM)
export GIVEN_METRICS := $(value METRICS)
export GIVEN_PERIOD := $(value PERIOD)
export GIVEN_PORT := $(value PORT)
export GIVEN_SOURCE := $(value SOURCE)
export GIVEN_TO := $(value TO)
export GIVEN_USER := $(if $(findstring command,$(origin USER)),$(value USER))
export DO_NOT_TRACK := 1
ifdef OULAD_DIR
export OULAD_DIR := $(abspath $(OULAD_DIR))
endif

help: ## List the commands
	@awk -F ':.*## ' '/^#@ / {printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV) (a minute or two)"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing the locked packages for development"
	@$(INSTALL) --no-binary autograd-gamma,halo -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-tableau: requirements-tableau.txt $(VENV)/.installed
	@echo "installing the locked packages for Tableau (60 MB)"
	@$(INSTALL) -r requirements-tableau.txt
	@touch $@

$(SPARK)/.installed: requirements-spark.txt
	@test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	@echo "installing the locked packages with Spark into $(SPARK) (a few minutes)"
	@$(SPARK)/bin/$(PIP) --no-binary pyspark -r requirements-spark.txt
	@touch $@

$(SPARK)/.installed-bench: requirements-bench.txt $(SPARK)/.installed
	@echo "installing the locked packages for the benchmark"
	@$(SPARK)/bin/$(PIP) --no-binary pyspark -r requirements-bench.txt
	@touch $@

.browser/.installed: orchestration/publishing/site/browser/package-lock.json
	@mkdir -p .browser && cp orchestration/publishing/site/browser/package*.json .browser/
	@echo "installing DuckDB for the browser (150 MB)"
	@cd .browser && npm ci --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Superset pins what the rest has newer; these of its packages exist as source only
$(SUPERSET)/.installed: orchestration/publishing/superset/server/requirements.txt
	@test -x $(SUPERSET)/bin/python || $(PYTHON) -m venv $(SUPERSET)
	@echo "installing Superset into $(SUPERSET) (a minute or two)"
	@$(SUPERSET)/bin/$(PIP) --no-binary odfpy,parsedatetime,wtforms-json,python-geohash,prison,pyparsing -r orchestration/publishing/superset/server/requirements.txt
	@touch $@

#@ Run
demo: $(READY) ## Make the demo company, score it and publish (ACCOUNTS=600)
	@$(RUN)/python -m orchestration demo $${GIVEN_ACCOUNTS:+--accounts "$$GIVEN_ACCOUNTS"}

run: $(READY) ## Pull, score and publish one day (WORKSPACE=… DATE=…)
	@$(RUN)/python -m orchestration run $${GIVEN_DATE:+--date "$$GIVEN_DATE"}

backfill: $(READY) ## The same for a range, by default all the sources hold (WORKSPACE=… FROM=… TO=…)
	@$(RUN)/python -m orchestration backfill $${GIVEN_FROM:+--from "$$GIVEN_FROM"} $${GIVEN_TO:+--to "$$GIVEN_TO"}

rebuild: $(READY) ## Build the warehouse again from the lake, without asking any source (WORKSPACE=…)
	@$(RUN)/python -m orchestration rebuild

remap: $(READY) ## Map again what a source has brought, with its mapping of now (SOURCE=…)
	@$(RUN)/python -m orchestration remap --source "$$GIVEN_SOURCE"

forget: $(READY) ## Remove a person or an account everywhere, for good (USER=… or ACCOUNT=…)
	@$(RUN)/python -m orchestration forget $${GIVEN_USER:+--user "$$GIVEN_USER"} $${GIVEN_ACCOUNT:+--account "$$GIVEN_ACCOUNT"}

#@ Read what was published
metrics: $(VENV)/.installed-dev ## Ask for metrics (METRICS="mrr_at_risk nps" BY=account__region); without METRICS list them
	@$(BIN)/python -m orchestration metrics $$GIVEN_METRICS $${GIVEN_BY:+--by "$$GIVEN_BY"}

quality: $(READY) ## Print which checks fail, since when and whose they are
	@$(RUN)/python -m orchestration quality

docs: $(READY) ## Write dbt's documentation of the warehouse as one page
	@$(RUN)/python -m orchestration docs

site: $(READY) site-setup ## Open the site over HTTP, with SQL in the browser (PORT=8000)
	@$(RUN)/python -m orchestration site $${GIVEN_PORT:+--port "$$GIVEN_PORT"}

review: $(READY) ## Write the review of a month or quarter as PDF, through Chromium (PERIOD=2026-Q2)
	@$(RUN)/python -m orchestration review $${GIVEN_PERIOD:+--period "$$GIVEN_PERIOD"}

site-setup: ## Install DuckDB for the browser, where npm is there
	@command -v npm >/dev/null || echo "npm is not installed: pages open, SQL in the browser does not"
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory .browser/.installed

superset: $(READY) superset-setup ## Open Superset with the dashboards (PORT=8088)
	@$(RUN)/python -m orchestration superset $${GIVEN_PORT:+--port "$$GIVEN_PORT"}

superset-setup: $(SUPERSET)/.installed ## Install Superset in an environment of its own

dev: $(READY) ## Open Dagster's UI (PORT=3000)
	@$(RUN)/python -m orchestration dev $${GIVEN_PORT:+--port "$$GIVEN_PORT"}

unlock: $(READY) ## Recover from a run that was killed, or a lost pointer to what is published
	@$(RUN)/python -m orchestration unlock

#@ More than one machine, and speed
parity: $(SPARK)/.installed ## Prove that Spark and DuckDB make the same marts (ACCOUNTS=40 UNIT_TESTS=yes; needs Java 17)
	@$(SPARK)/bin/python -m orchestration parity $${GIVEN_ACCOUNTS:+--accounts "$$GIVEN_ACCOUNTS"} $(if $(UNIT_TESTS),--unit-tests)

parity-cluster: $(SPARK)/.installed ## The same on a Spark cluster of a master and two workers, on this machine
	@$(SPARK)/bin/python -m orchestration parity --cluster $${GIVEN_ACCOUNTS:+--accounts "$$GIVEN_ACCOUNTS"}

bench: $(SPARK)/.installed-bench ## Measure speed (SIZE=5000000 REPEAT=1 PARTS="scan full daily engines landing rerun checks spark")
	@$(SPARK)/bin/python -m benchmarks --events $(or $(SIZE),5000000) --repeat $(or $(REPEAT),1) $(if $(PARTS),--parts $(PARTS)) $(if $(OUT),--out $(OUT))

install-tableau: $(VENV)/.installed-tableau ## Install what writes the snapshot as a Tableau extract

install-spark: $(SPARK)/.installed ## Install dbt-spark and Spark beside the rest

#@ Develop
lint: $(VENV)/.installed-dev ## Check style and types of Python and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 models dbt_project/tests

test-fast: $(VENV)/.installed-dev ## Unit and structure tests of what has changed since BASE (HEAD), within a minute
	@$(BIN)/ruff check .
	@$(BIN)/python -m tests.support.changed $(or $(BASE),HEAD)

test: $(VENV)/.installed-dev lint ## The checks of every push (at most 10 minutes)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not heavy"

test-heavy: $(VENV)/.installed-dev $(SPARK)/.installed-bench $(SUPERSET)/.installed site-setup ## What is heavy or needs a system package or data
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m heavy

test-all: test test-heavy ## Both

mutate: $(VENV)/.installed-dev ## Plant single faults in the models' SQL and see which unit tests notice (MODELS=…; after make demo)
	@$(BIN)/python -m tests.mutation data/demo $(if $(MODELS),--models $(MODELS))

mutate-landing: $(VENV)/.installed-dev ## The same in the Python that reads records, with mutmut (SAMPLE=200; an hour)
	@$(BIN)/python -m tests.mutation.landing $(if $(SAMPLE),--sample $(SAMPLE))

planted: $(VENV)/.installed-dev ## Build five demo companies and write what is found of what was planted in them (12 minutes)
	@$(BIN)/python -m tests.planted

COMPILE := uv pip compile -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml

lock: ## Renew the hash-locked requirements (needs uv)
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra dev -o requirements-dev.txt
	$(COMPILE) --extra tableau -c requirements-dev.txt -o requirements-tableau.txt
	$(COMPILE) --extra spark -c requirements-dev.txt -o requirements-spark.txt
	$(COMPILE) --extra spark --extra bench -c requirements-dev.txt -o requirements-bench.txt
	uv pip compile -q --universal --python-version 3.11 --exclude-newer 2026-05-15 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" orchestration/publishing/superset/server/requirements.in -o orchestration/publishing/superset/server/requirements.txt

clean: ## Remove everything made here except the environment
	rm -rf data target logs

.PHONY: help demo run backfill rebuild remap forget metrics quality docs site site-setup review superset superset-setup dev unlock parity parity-cluster bench install-tableau install-spark lint test-fast test test-heavy test-all mutate mutate-landing planted lock clean
