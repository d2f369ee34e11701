# The commands of the project. `make run` and `make test` need Python 3.11 or later with venv, and make.
.POSIX:
.PHONY: run test bench bench-clocks bench-planning bench-plans soak soak-call soak-calendars soak-planner soak-run soak-ticks
.PHONY: lint format types reset-demo install
.PHONY: browser clean

PYTHON ?= python3
VENV = .venv/bin
PORT ?= 8000
# Which tests, and anything else for pytest: make test ARGS="tests/test_health.py -x"
ARGS ?=

run: install
	@PORT=$(PORT) exec $(VENV)/python -m deploy.launcher run

reset-demo: install
	@$(VENV)/python -m deploy.launcher reset-demo

# Three processes on two cores: one works while another waits for a browser.
test: install browser
	$(VENV)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# Long trials outside `make test`: servers killed in the middle of a signing and of a withdrawal (docs/operations.md),
# and under two who write in a hub call (docs/soak.md; needs Chromium).
soak-run: install
	$(VENV)/python -m tests.soak.kill_servers $(ARGS)
	$(VENV)/python -m tests.soak.kill_in_a_call

# Its second half alone: a hub call, about three minutes.
soak-call: install
	$(VENV)/python -m tests.soak.kill_in_a_call $(ARGS)

# Long trials outside `make test`: worker and broker killed while reminders go out; docs/soak.md keeps the result.
soak: install
	$(VENV)/python -m tests.soak.kill_reminders $(ARGS)
	$(VENV)/python -m tests.soak.kill_ticks
	$(VENV)/python -m tests.soak.kill_planner

# Its last part alone: a proposal of meeting times whose maker is killed, about ten minutes.
soak-planner: install
	$(VENV)/python -m tests.soak.kill_planner $(ARGS)

# Its second half alone: ten thousand clocks due at once, handled by workers that are killed.
soak-ticks: install
	$(VENV)/python -m tests.soak.kill_ticks $(ARGS)

# What other calendar programs make of the invitations; installs them in .run/calendars at the first run.
soak-calendars: install
	$(VENV)/python -m tests.soak.calendar_clients

# Loads databases of growing size and writes docs/performance.md: make bench BENCH_SIZES="12500 50000 200000"
bench: install
	$(VENV)/python -m bench

# An empty tick over a million open clocks; writes its table in docs/performance.md.
bench-clocks: install
	$(VENV)/python -m bench.clocks

# Invented planning problems of 120 meetings each, and one from the page to the booking; write their tables in
# docs/performance.md.
bench-planning: install
	$(VENV)/python -m bench.planning
	$(VENV)/python -m bench.planning_database

# The pages of a plan after 1 and 26 meetings; writes its table in docs/performance.md.
bench-plans: install
	$(VENV)/python -m bench.plans

lint: install types
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/lint-imports
	$(VENV)/djlint --quiet --lint templates
	@! grep -nE '(https?|file):' requirements.lock deploy/*.lock || { echo "A lock file names an address."; exit 1; }

types: install
	$(VENV)/mypy

format: install
	$(VENV)/ruff check --fix --select I .
	$(VENV)/ruff format .

install:
	@PYTHON=$(PYTHON) deploy/install.sh

browser:
	@deploy/browser.sh

clean:
	rm -rf .run .venv staticfiles .mypy_cache .ruff_cache .pytest_cache
