# `make run` and `make test` create their environment from the lock by themselves.
PYTHON ?= python3
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
WORKERS ?= $(CORES)
ifeq ($(origin CONFIG),undefined)
validate: CONFIG = studies/validation.yaml
paper figure_%: CONFIG = studies/paper.yaml
endif
CONFIG ?= config.yaml
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .peers
PEERS_MI := .peers-mi
DOCS := .venv-docs
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) --configfile "$(CONFIG)"
# Where the study of CONFIG lies; for the shell.
RESULTS = results/$$($(BIN)/python -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))["study"])' "$(CONFIG)")

.PHONY: run check resume why plan report validate paper test chaos benchmark benchmark-mi docs lint format lock clean-environment

run: resume
	$(SNAKEMAKE)
	$(MAKE) --no-print-directory report

# Says what is wrong with a configuration file, with its line where it is not even YAML.
check: $(READY)
	$(BIN)/rsmi check --quick "$(CONFIG)"

# Before every run: no other one at work, what a killed one left taken away, damaged files set aside.
resume: check
	$(BIN)/rsmi resume "$(RESULTS)"

# A line per job that would run, and the reason.
why: check
	$(SNAKEMAKE) --dry-run $(TARGETS) 2>&1 | $(BIN)/rsmi why

report: $(READY)
	report="$(RESULTS)/report.html" && $(SNAKEMAKE) --report "$$report" && echo "Open $$report in a browser."

# Checks samplers, bounds and filters against exact results; fails, after all has run, if a number is off.
validate: resume
	failed=0; $(SNAKEMAKE) validate || failed=1; \
	report="$(RESULTS)/report.html"; $(SNAKEMAKE) validate --report "$$report" && echo "Open $$report in a browser."; \
	$(BIN)/python -m rsmi.validation.summary "$(RESULTS)/summary.csv" || failed=1; exit $$failed

# What CONFIG will cost on this machine, measured for about a minute; TARGET=paper for `make paper`, and
# PLAN=--reference to measure nothing.
plan: TARGET = all
plan: check
	$(BIN)/rsmi plan "$(CONFIG)" --cores $(CORES) --target $(TARGET) $(PLAN)

# Every figure and table of the 2021 paper, and where the time went.
paper: resume
	$(SNAKEMAKE) paper
	report="$(RESULTS)/report.html" && $(SNAKEMAKE) paper --report "$$report" && echo "Open $$report in a browser."

# One of them, such as figure_03, with all that it needs.
figure_%: resume
	folder="$(RESULTS)/figures/paper" && $(SNAKEMAKE) -- "$$folder/$@.pdf" "$$folder/$@.png"

# All of them, or those of TESTS, such as tests/sampling. In as many processes as there are cores; one after the
# other, in one process, by WORKERS=0.
test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

# Damages files, kills jobs and Snakemake, fills the disk, 200 times, and sees that nothing is lost.
chaos: $(READY)
	$(BIN)/python -m tests.chaos.storm $(CHAOS)

# Other packages, to compare with, are put beside the environment, not into it. BENCHMARK=--quick only sees
# that it runs.
benchmark: $(PEERS)/.ready
	PYTHONPATH=$(PEERS) $(BIN)/python benchmarks/samplers.py $(BENCHMARK)
	$(BIN)/python benchmarks/estimator.py $(BENCHMARK)

$(PEERS)/.ready: benchmarks/requirements.txt $(READY)
	rm -rf $(PEERS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(PEERS) -r benchmarks/requirements.txt
	touch $@

# Its pins exclude ours, so it writes its part to a folder that ours reads.
benchmark-mi: $(READY) $(PEERS_MI)/.ready
	$(PEERS_MI)/bin/python benchmarks/mutual_information_peer.py $(BENCHMARK) $(PEERS_MI)/data
	$(BIN)/python benchmarks/mutual_information.py $(BENCHMARK) $(PEERS_MI)/data

$(PEERS_MI)/.ready: benchmarks/requirements_mi.txt
	rm -rf $(PEERS_MI)
	$(PYTHON) -m venv $(PEERS_MI)
	$(PEERS_MI)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/requirements_mi.txt
	touch $@

# The documentation as a site that needs no network: site/index.html. Links that lead nowhere fail.
docs: $(DOCS)/.ready
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict
	@echo "Open site/index.html in a browser."

$(DOCS)/.ready: docs/requirements.txt
	rm -rf $(DOCS)
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r docs/requirements.txt
	touch $@

lint: $(READY)
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow

# The lock is made from requirements.in in a fresh environment; a local build tag such as +cpu is dropped.
lock:
	rm -rf $(VENV).lock && $(PYTHON) -m venv $(VENV).lock
	$(VENV).lock/bin/python -m pip install --quiet -r envs/requirements.in
	{ echo "# Made by \`make lock\`; this is what is tested."; \
	  $(VENV).lock/bin/python -m pip freeze --all --exclude pip | sed 's/+cpu//'; } > envs/requirements.lock
	rm -rf $(VENV).lock

clean-environment:
	rm -rf $(VENV)

$(READY): envs/requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r envs/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
