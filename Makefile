# Each verb sets up what it needs, from nothing but Python 3.11 to 3.13, into .tools/.
# PYTHON=... chooses the Python (after `make clean`, when there is an environment already).

PIPENV_VERSION := 2026.10.3

python := .tools/venvs/develop/bin/python
pipenv := .tools/stamps/pipenv-$(PIPENV_VERSION)
develop := .tools/stamps/develop
project := .tools/stamps/project
airflow := .tools/stamps/airflow
policy := .tools/stamps/policy

# The provider waits most of the time, so that one more than there are processors is not too many.
waiting := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# Run from tests/inside_airflow on, as what tests/conftest.py imports is not in this environment.
pytest_in_airflow := AIRFLOW_HOME=$(CURDIR)/.tools/airflow-home PYTHONPATH=airflow_image \
    PYTHONDONTWRITEBYTECODE=1 .tools/venvs/airflow/bin/python -m pytest -p no:cacheprovider \
    --confcutdir=tests/inside_airflow

# Without cached bytecode every run would compile the bindings that it uses again.
unexport PYTHONDONTWRITEBYTECODE
export PYTHON

# The policy gate, and its tests, are in an environment of their own, as checkov is.
gate := PYTHONPATH=policies PYTHONDONTWRITEBYTECODE=1 .tools/venvs/policy/bin/python
pytest_of_policies := $(gate) -m pytest -n auto -p no:cacheprovider --confcutdir=tests/policies

.DELETE_ON_ERROR:
.PHONY: help rehearse test test-dags test-all synth scan plans modules bench tables fmt lock clean
.PHONY: lint pip-check

help:
	@echo 'make rehearse   the whole system on this machine, on an embedded AWS (ARGS="--keep" ...)'
	@echo 'make test       linters, type checker, all but the slowest tests'
	@echo 'make test-dags  your own tests of DAGs, tests/dags/, in the environment of Airflow'
	@echo 'make test-all   the slowest tests too'
	@echo 'make synth      Terraform JSON of every stack, into cdktf.out/'
	@echo 'make scan       the policy gate over all that is made here; `make plans` is a part of it'
	@echo 'make modules    modules/ anew from the constructs (ARGS=--check to compare)'
	@echo 'make bench      how long synthesizing takes, against the bindings as shipped'
	@echo 'make tables     docs/access.md anew from what is applied (ARGS=--check to compare)'
	@echo 'make fmt        format the code and mend what the linter can mend'
	@echo 'make lock       Pipfile.lock anew from Pipfile and pyproject.toml'
	@echo 'make clean      remove what the verbs above have made'

rehearse: $(project)
	@$(python) -m airflow_fargate_rehearsal $(ARGS)

test: lint
	@echo 'Fast tests ...'
	@$(python) -m pytest -n auto -m 'not real and not slow' $(ARGS)
	@echo 'The tests of the policies ...'
	@$(pytest_of_policies) tests/policies -m 'not real and not slow'
	@$(MAKE) --no-print-directory pip-check
	@mkdir -p .tools/logs
	@echo "One run of each real thing, and beside it the tests in Airflow's own environment ..."
	@$(pytest_in_airflow) tests/inside_airflow $(wildcard tests/dags) \
	    >.tools/logs/inside-airflow 2>&1 & inside=$$!; \
	$(python) -m pytest -n $(waiting) --dist loadfile --no-loadscope-reorder \
	    -m 'real and not slow' $(ARGS); real=$$?; \
	wait $$inside; airflow=$$?; cat .tools/logs/inside-airflow; exit $$((real + airflow))
	@echo 'The policy gate, on the plans of that rehearsal, and faults that it has to see ...'
	@$(MAKE) --no-print-directory scan PLANS=rehearsal-report/plans
	@$(pytest_of_policies) tests/policies -m 'real and not slow'

test-dags: $(airflow)
	@$(pytest_in_airflow) tests/dags $(ARGS)

test-all: test
	@echo 'The slowest tests ...'
	@$(python) -m pytest -m slow $(ARGS)
	@$(MAKE) --no-print-directory scan ARGS=
	@$(pytest_of_policies) tests/policies -m slow

synth: $(project)
	@$(python) main.py

# The stacks, the modules, the plans of all stacks and examples, the Dockerfiles, and all files, for
# secrets. PLANS=rehearsal-report/plans takes the plans of the last rehearsal, and makes none.
# Writes docs/policy-exceptions.md; ARGS=--check compares it.
scan: $(if $(PLANS),synth,plans) $(policy)
	@$(gate) -m airflow_fargate_policies cdktf.out modules/* \
	    $$(git ls-files -- 'Dockerfile*' '*/Dockerfile*') --secrets . \
	    $(if $(PLANS),$(foreach stack,state airflow-dev,--plan $(stack)=$(PLANS)/$(stack).json),\
	        examples/cdktf-app/cdktf.out --plans .tools/plans \
	        --markdown docs/policy-exceptions.md $(ARGS)) \
	    --sarif .tools/scan/results.sarif --junit .tools/scan/junit.xml

# Each stack and example, applied to the embedded AWS and planned again; what is old only.
plans: $(project)
	@$(python) -m plans $(filter-out --check,$(ARGS))

modules: $(project)
	@$(python) -m module_writer $(ARGS)

bench: $(project)
	@$(python) -m bench $(ARGS)

tables: $(project)
	@$(python) -m tables $(ARGS)

fmt: $(project)
	@$(python) -m ruff check --fix --exit-zero --quiet
	@$(python) -m ruff format

lock: $(pipenv)
	@tools/lock

clean:
	rm -rf .tools cdktf.out rehearsal-report build dist .pytest_cache .ruff_cache
	rm -rf constructs/*.egg-info *.egg-info

lint: $(project) $(airflow) $(policy)
	@echo 'Linter, formatter, type checker ...'
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m pyright
	@$(python) -m pyright -p airflow_image
	@$(python) -m pyright -p policies
	@$(python) -m module_writer.checks.changes
	@.tools/venvs/develop/bin/check-jsonschema --quiet \
	    --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.tools/venvs/develop/bin/zizmor --offline --quiet --no-progress .github

pip-check: $(project) $(airflow) $(policy)
	@for name in develop airflow policy; do \
	    printf 'pip check in %s: ' $$name; \
	    .tools/venvs/$$name/bin/python -m pip --disable-pip-version-check check || exit 1; \
	done

$(pipenv): tools/pipenv tools/find-python
	@tools/pipenv $(PIPENV_VERSION)
	@mkdir -p $(@D) && touch $@

$(develop): Pipfile.lock tools/environment | $(pipenv)
	@tools/environment develop packages dev-packages
	@mkdir -p $(@D) && touch $@ $(project)

$(project): pyproject.toml $(develop)
	@if [ pyproject.toml -nt $@ ]; then \
	    echo 'Installing the project anew, since pyproject.toml has changed ...'; \
	    $(python) -m pip --disable-pip-version-check install -qq \
	        --no-deps --no-build-isolation --editable . || exit 1; \
	fi
	@touch $@

$(airflow): Pipfile.lock tools/environment | $(pipenv)
	@tools/environment airflow airflow-packages
	@mkdir -p $(@D) && touch $@

$(policy): Pipfile.lock tools/environment | $(pipenv)
	@tools/environment policy policy-packages
	@mkdir -p $(@D) && touch $@
