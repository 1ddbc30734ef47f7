# Every command of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
BOT := bot/.venv/bin/python
export PYTHONPATH := $(CURDIR)
CHANNEL ?= zalo
ROOMS := actions apps bot care channels conversations
APP_ROOMS := apps care channels conversations public settings.py

.PHONY: help setup run simulate simulate-storm demo-data import-schedule train lint format types imports data-check catalogue-check browser test test-all fuzz-dialogues bench bench-peers evaluate explain docs telegram-connect zalo-connect facebook-setup channels-check lock clean

help: ## List all targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.done bot/.venv/.done ## Build both Python environments (run and test do it by themselves)

.venv/.done: requirements/app.txt
	@echo "Building the app environment (Python 3.11) …"
	@python3.11 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv pip sync -q --python $(PY) requirements/app.txt requirements/uv.txt
	@touch $@

bot/.venv/.done: requirements/engine.txt .venv/.done
	@echo "Building the engine environment (Python 3.10, 2.5 GB) …"
	@.venv/bin/uv venv -q --allow-existing --python 3.10 bot/.venv && .venv/bin/uv pip sync -q --python $(BOT) requirements/engine.txt
	@touch $@

run: setup ## Start the whole product (SIMULATE=1: with practice accounts); Ctrl-C stops it
	@exec $(PY) -m $(if $(SIMULATE),tests.platforms.practice,apps.run)

simulate: setup ## Chat in the terminal through a signed webhook: make simulate CHANNEL=zalo|facebook|telegram
	@exec $(PY) -m tests.platforms.simulate --channel $(CHANNEL)

simulate-storm: setup ## A storm over the running copy: make simulate-storm [CUSTOMERS=10000] [CHATS=500]
	@$(PY) -m apps.simulate_storm $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(CHATS),--chats $(CHATS))

demo-data: setup ## Load demonstration data into the running copy's database: make demo-data [CUSTOMERS=1000000]
	@$(PY) -m apps.demo_data $(if $(CUSTOMERS),--customers $(CUSTOMERS))

import-schedule: setup ## Import a schedule of outages: make import-schedule FILE=… CENTRE=EVNCPC [PROVINCE=…]
	@$(PY) -m apps.import_schedule "$(FILE)" --centre $(CENTRE) $(if $(PROVINCE),--province "$(PROVINCE)")

train: setup ## Train the model if its data changed
	@$(BOT) -m bot.train

lint: setup ## Lint and check the formatting
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

format: setup ## Format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

types: setup ## Check types, strictly
	@.venv/bin/mypy $(APP_ROOMS) && $(BOT) -m mypy --config-file bot/mypy.ini bot actions

imports: setup ## Hold the rooms' imports against the architecture
	@.venv/bin/lint-imports

data-check: setup ## Validate the training data, domain and rules
	@$(BOT) -m bot.data_check

catalogue-check: .venv/.done ## Check services, tariffs, centres and facts
	@$(PY) -m care.catalogue

browser: .venv/.done ## Find a Chromium for the page tests, or install one: Debian's when root, else Playwright's own
	@[ -n "$$CHROMIUM" ] || command -v chromium chromium-browser google-chrome >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && apt-get install -y -q chromium; } >/dev/null \
		|| $(PY) -m playwright install chromium

test: setup browser lint types imports data-check catalogue-check train ## Lint, types, imports, data and all tests but the slow ones
	@$(BOT) -m bot.evaluate --gate
	@$(BOT) -m pytest tests/bot tests/actions -m "not slow"
	@$(PY) -m pytest --ignore tests/bot --ignore tests/actions -m "not slow"

test-all: test ## And the slow suites
	@$(BOT) -m pytest tests/bot tests/actions -m slow || [ $$? -eq 5 ]
	@$(PY) -m pytest --ignore tests/bot --ignore tests/actions -m slow

fuzz-dialogues: train ## Random conversations with a running copy: make fuzz-dialogues [COUNT=2000] [SEED=…]
	@$(PY) -m tests.dialogues.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

bench: setup ## Print speed and memory figures
	@$(PY) -m bench.run

bench-peers: train ## Compare with stock Rasa (its understanding learns for hours, once) and with Request Tracker 5
	@$(PY) -m bench.engine_peer
	@$(PY) -m bench.rt_peer
	@$(BOT) -m bench.understanding_peer

evaluate: train ## Judge the understanding on sentences held out of training; draws VAR_DIR/evaluation/latest.html
	@$(BOT) -m bot.evaluate

explain: train ## Why a message is read as it is: make explain TEXT="mat dien roi"
	@$(BOT) -m bot.explain "$(TEXT)"

docs: setup ## Write the tables that are made from the code into the documentation
	@$(PY) -m channels.table

telegram-connect: setup ## Tell Telegram where to call and with which secret; says what is wrong
	@$(PY) -m apps.telegram_connect

channels-check: setup ## Try every connected channel end to end; says what is wrong and what to do
	@$(PY) -m apps.channels_check

zalo-connect: setup ## Walk through the consent for the Zalo OA and check it: make zalo-connect [AGAIN=1] [LISTEN=port]
	@$(PY) -m apps.zalo_connect $(if $(AGAIN),--again) $(if $(LISTEN),--listen $(LISTEN))

facebook-setup: setup ## Check each Facebook page, hook it up, set its menu and greeting; says what is wrong
	@$(PY) -m apps.facebook_setup

lock: ## Compile the hash-pinned requirement files anew
	@requirements/lock

clean: ## Delete environments and caches (not VAR_DIR)
	@rm -rf .venv bot/.venv .mypy_cache .ruff_cache .pytest_cache
