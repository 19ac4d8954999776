# `make help` lists what there is. Set-up happens once, before whatever is asked for first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Python compiles a module when it is first imported; most of what is installed never is.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
# Nor does it, where it may not keep what it has compiled: each process would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
export DBT_PROFILES_DIR := .
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help build ask audit new-table plan prompts demo-llm sds-check sds-open test test-litellm test-spark setup-spark lint bench bench-public bench-seeds docs setup clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: .venv/.compiled packages target/partial_parse.msgpack ## create .venv and install what a build needs

.venv/.python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; ok = (3, 11) <= v[:2] <= (3, 13); \
	print("" if ok else f"Likeness needs Python 3.11 to 3.13; {sys.executable} is {v[0]}.{v[1]}. Set PYTHON=python3.x", end="" if ok else "\n"); \
	sys.exit(not ok)'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.python requirements/runtime.lock pyproject.toml
	@echo "Installing the pinned dependencies into .venv (once)"
	@$(INSTALL) -r requirements/runtime.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# numba keeps what it compiles beside the code, or where NUMBA_CACHE_DIR says.
COMPILED := kernels raking counter texts/spelling
.venv/.compiled: .venv/.runtime $(COMPILED:%=python/likeness/synthesizer/%.py)
	@echo "Compiling the engine (once)"
	@$(BIN)/python -m likeness.stats.compiled
	@touch $@

.venv/.test: .venv/.runtime requirements/test.lock
	@echo "Installing the pinned test tools into .venv (once)"
	@$(INSTALL) -r requirements/test.lock
	@touch $@

.PHONY: packages
packages: .venv/.runtime
	@$(BIN)/python scripts/dbt_packages.py

# dbt reads the whole project once; after that each build reads only what has changed.
target/partial_parse.msgpack: .venv/.runtime | packages
	@$(BIN)/dbt --quiet parse
	@touch $@

build: setup ## set-up, then `dbt build` on the embedded loans (or LOANS_PATH)
	@$(BIN)/python -m likeness.cli build $(if $(VARS),--vars $(VARS))

new-table: setup ## a dbt project for your own table: FROM=customers.parquet TO=../customers (RECORD=customer,customers TARGET=column)
	@$(BIN)/python -m likeness.cli new-table --from '$(FROM)' --to '$(TO)' $(if $(RECORD),--record '$(RECORD)') $(if $(TARGET),--target '$(TARGET)')

plan: setup ## requests, rows, tokens and price of a build with VARS=runs/vllm.yml, before spending
	@$(BIN)/python -m likeness.cli plan $(if $(VARS),--vars $(VARS))

prompts: setup ## the text that a model gets for SEED=3
	@$(BIN)/python -m likeness.cli prompts --seed $(or $(SEED),1) $(if $(VARS),--vars $(VARS))

demo-llm: setup ## a build with a language model, played by a small local server: no key, no network (ROWS=500)
	@$(BIN)/python -m likeness.cli demo-llm $(if $(ROWS),--rows $(ROWS))

sds-check: setup ## is Synthetic Data Studio there and ready? VARS=runs/sds.yml; costs nothing
	@$(BIN)/python -m likeness.cli sds-check $(if $(VARS),--vars $(VARS))

sds-open: setup ## calls to Synthetic Data Studio without a known outcome; GIVE_UP=1 or NAME lets them be asked again
	@$(BIN)/python -m likeness.cli sds-open $(if $(VARS),--vars $(VARS)) \
	$(if $(GIVE_UP),--give-up $(filter-out 1,$(GIVE_UP)))

audit: setup ## recount what every published number of the last build rests on; VARS as for the build
	@$(BIN)/python -m likeness.cli audit $(if $(VARS),--vars $(VARS))

ask: setup ## a question of analyses/ answered in full from the copy for readers: Q=psi_and_iv; without Q a list (FILE=other.duckdb)
	@$(BIN)/python -m likeness.cli ask $(Q) $(if $(VARS),--vars $(VARS)) $(if $(FILE),--file '$(FILE)')

# SQL is linted as dbt compiles it, rules included, so the test build comes first.
TEST_BUILD := LIKENESS_DB=target/test.duckdb LOANS_PATH=

lint: lint-python lint-sql ## ruff and mypy for Python, sqlfluff for SQL

.PHONY: lint-python
lint-python: .venv/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: lint-sql
lint-sql: .venv/.test packages
	@test -f target/test.duckdb || $(MAKE) --no-print-directory test-build
	@$(TEST_BUILD) $(BIN)/sqlfluff lint --processes 2 models analyses tests/dbt

.PHONY: test-build
test-build: .venv/.compiled packages
	@mkdir -p target
	@$(TEST_BUILD) $(BIN)/dbt build --vars '{export_dir: target/test-exports}'

# Lint fills the cores where the others leave them idle: Python, with the tools of tests, beside the test
# build; SQL, which needs that build, beside pytest.
test: .venv/.runtime packages ## set-up, then the tests of a build on the embedded loans, lint and pytest
	@mkdir -p target
	@$(MAKE) --no-print-directory lint-python > target/lint-python.txt 2>&1 & lint=$$!; \
	$(MAKE) --no-print-directory test-build; \
	wait $$lint || { cat target/lint-python.txt; exit 1; }; cat target/lint-python.txt
	@$(MAKE) --no-print-directory lint-sql > target/lint-sql.txt 2>&1 & lint=$$!; \
	failed=0; $(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder || failed=$$?; \
	wait $$lint || { cat target/lint-sql.txt; exit 1; }; exit $$failed

# In an environment of its own, as it wants other versions than dbt; too slow to start for `make test`.
.venv/litellm/.done: .venv/.test requirements/litellm.lock
	@echo "Installing LiteLLM's proxy into .venv/litellm (once)"
	@$(PYTHON) -m venv .venv/litellm
	@.venv/litellm/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/litellm.lock
	@touch $@

test-litellm: .venv/litellm/.done ## the openai backend against LiteLLM's own proxy, with a scripted model behind it
	@$(BIN)/python -m pytest -n 0 tests/python/llm/test_litellm.py

# In this environment, since the target `spark` runs in it; nothing else of the project needs pyspark.
ADAPTER := pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e adapters/dbt-sparkpython
.venv/.spark: .venv/.runtime requirements/spark.lock adapters/dbt-sparkpython/pyproject.toml
	@echo "Installing pyspark and the adapter for Spark into .venv (once; 456 MB)"
	@$(INSTALL) -r requirements/spark.lock
	@$(BIN)/python -m $(ADAPTER)
	@touch $@

# Its tests have one of their own: pandas keeps text otherwise where pyarrow is, and the other tests are of what a build
# without Spark installs.
.venv/spark/.done: .venv/.runtime requirements/spark.lock requirements/test.lock adapters/dbt-sparkpython/pyproject.toml
	@echo "Installing pyspark, the adapter and the test tools into .venv/spark (once; 456 MB and what a build needs)"
	@$(PYTHON) -m venv .venv/spark
	@$(subst $(BIN),.venv/spark/bin,$(INSTALL)) -r requirements/spark.lock -r requirements/test.lock
	@.venv/spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@.venv/spark/bin/python -m $(ADAPTER)
	@touch $@

.PHONY: java
java:
	@java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	echo "Installing a headless Java 17" && \
	{ apt-get install -qq -y openjdk-17-jre-headless || { apt-get update -qq && apt-get install -qq -y openjdk-17-jre-headless; }; } > /dev/null; } || \
	{ echo "There is no Java 17 here, and only root on Debian gets one by apt: nothing was run on Spark."; exit 3; }

test-spark: java .venv/spark/.done .venv/.compiled packages ## the target spark on a local Spark Connect server (root on Debian gets Java 17 by apt)
	@env -u PYTHONPATH .venv/spark/bin/python -m pytest -n 0 -c tests/spark/pytest.ini tests/spark

setup-spark: java .venv/.spark packages ## what the target spark needs, into .venv: pyspark and the adapter

bench: .venv/.test .venv/.compiled packages ## docs/benchmarks.md: the engine beside SDV (OPTIONS='--peers none'), then the speed of its parts
	@$(BIN)/python benchmarks/bench_fidelity.py $(OPTIONS)
	@$(BIN)/python benchmarks/bench_texts.py
	@$(BIN)/python benchmarks/bench_ties.py
	@$(BIN)/python benchmarks/bench_speed.py
	@$(BIN)/python benchmarks/bench_journal.py
	@$(BIN)/python benchmarks/bench_workers.py
	@$(BIN)/python benchmarks/bench_trees.py

bench-public: .venv/.test .venv/.compiled packages ## tables of any shape: new-table, build and the papers' figures, into docs/benchmarks.md (OPTIONS='--tables shoppers')
	@$(BIN)/python benchmarks/bench_public.py $(OPTIONS)

# Same pins, every platform's hashes; UPGRADE=--upgrade takes the newest versions. uv names no registry in them.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-strip-extras pyproject.toml requirements/build.in $(UPGRADE)

.PHONY: locks
locks: ## requirements/*.lock from pyproject.toml; wants uv on the PATH
	@$(LOCK) -o requirements/runtime.lock
	@$(LOCK) --extra spark -c requirements/runtime.lock -o requirements/spark.lock
	@$(LOCK) --extra test -c requirements/runtime.lock -o requirements/test.lock
	@$(subst pyproject.toml requirements/build.in,requirements/litellm.in,$(LOCK)) -o requirements/litellm.lock

bench-seeds: .venv/.test .venv/.compiled packages ## what seeds carry: ideal readers write the rows, the project's metrics judge (OPTIONS='--source loans.csv')
	@$(BIN)/python benchmarks/bench_seeds.py $(OPTIONS)

docs: setup ## docs/vars.md and docs/metrics.md, from the settings schema and the gates
	@$(BIN)/python -m likeness.schema.document

clean: ## remove what builds left: databases, exports, dbt's own folders (not the journal)
	@rm -rf target logs dbt_packages exports likeness.duckdb likeness.duckdb.wal
