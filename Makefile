# `make help` lists the targets. All scripts behind them stand in .ci/.
SHELL := /bin/bash
R_ENV = R_LIBS="$(CURDIR)/.rlib" MXR_PYTHON="$(CURDIR)/.venv/bin/python"

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-gpu lint bench performance vignettes docs site clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: ## make .venv, .rlib, .oracle; does nothing where all is there
	@bash .ci/setup.sh

demo: ## train on MNIST through R, write plots into demo-output/
	@MXR_SKIP_ORACLE=1 bash .ci/setup.sh
	@mkdir -p demo-output
	@$(R_ENV) Rscript vignettes/demo.R

test: setup ## every check: lint, types, layers, pytest with the oracle, testthat, R CMD check
	@bash .ci/test.sh

test-gpu: setup ## the tests that need a CUDA device
	@.venv/bin/python -m pytest -m gpu -rs

lint: setup ## lint, types and layers only
	@bash .ci/test.sh lint types layers

bench: setup ## speed and memory against the oracle (and PyTorch where it is installed)
	@.venv/bin/python benchmarks/run.py

performance: setup ## measure whole training and more (about an hour), write docs/performance.md (SECTIONS="training calls")
	@.venv/bin/python benchmarks/performance.py $(SECTIONS)
	@.venv/bin/python benchmarks/report.py

vignettes: setup ## execute vignettes/*.Rmd that changed into r-package/vignettes/, and render all to HTML (PAGES=all, PAGES=NAME)
	@$(R_ENV) Rscript vignettes/build.R $(PAGES)

docs: setup ## write the operator reference, type stubs, R functions and R help anew from declarations and comments
	@.venv/bin/python -m mxr.interop.reference
	@.venv/bin/python -m mxr.interop.r_codegen r-package/R/aa-generated-ops.R
	@.venv/bin/python -m mxr.interop.r_help r-package/man
	@.venv/bin/python -m mxr.interop.r_gluon_codegen r-package/R/aa-generated-gluon.R
	@.venv/bin/python -m mxr.interop.r_gluon_help r-package/man
	@Rscript .ci/roxygen.R r-package

site: ## the pkgdown site of the R package, examples and vignettes included, into site/
	@MXR_SITE=1 MXR_SKIP_ORACLE=1 bash .ci/setup.sh
	@$(R_ENV) Rscript .ci/site.R r-package site

clean: ## remove what setup, tests and demo made
	rm -rf .venv .rlib .oracle .setup demo-output site build dist .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
