# Each command is written once, in run.py (Windows: `python run.py COMMAND`).
PYTHON ?= python3

.PHONY: run test shots check setup bench lock mutate-doors help
.DEFAULT_GOAL := help

# make run DEMO=0: no demo school.  make lock UPGRADE=1: the newest packages that fit.
export DEMO UPGRADE

run test shots check setup bench lock mutate-doors help:
	@$(PYTHON) run.py $@
