# Angrilien: `make demo` and `make test` are the two commands; each makes its own environment.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock

# A Python of 3.11 or more: PYTHON=… chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$name; break; fi; done)

# The locks, with every file's hash: a changed or foreign file is refused.
COMPILE := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' pyproject.toml

# Test processes at a time: one more than the machine has cores, for many tests wait.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.DEFAULT_GOAL := help
.PHONY: help env test test-long lint format demo bench lock resources wheel clean
.PHONY: deb test-packages windows test-windows installers
.PHONY: visual visual-approve

help:
	@echo 'make demo       see the application on invented people'
	@echo 'make test       lint, types, architecture and tests'
	@echo 'make test-long  the tests that take minutes'
	@echo 'make visual     look at every screen in every state, in 27 windows'
	@echo 'make visual-approve  take the screens and the sheets as they are for the approved pictures'
	@echo 'make bench      measure what must be fast'
	@echo 'make format     put the code in its form'
	@echo 'make lock       choose the versions of the dependencies again (UPGRADE=--upgrade)'
	@echo 'make resources  build resources/ again (SOURCES=folder FONT=folder)'
	@echo 'make wheel      build the wheel into dist/'
	@echo 'make deb        build the Debian package and the archive for Linux into dist/ (PROGRAMME=….json)'
	@echo 'make test-packages  try them in fresh systems of Debian 12 and 13 (as root, minutes)'
	@echo 'make windows    build the Windows installer into dist/ (PROGRAMME=….json)'
	@echo 'make test-windows  try it under wine (minutes)'
	@echo 'make installers  an installer for each venue (VENUES=….csv DATA=server OUT=folder EXE=… DEB=…)'
	@echo 'make clean      take away what was built; the environment too'

env: $(STAMP)

# An environment that is there already is completed, not thrown away.
$(STAMP): requirements-dev.lock
	@test -n '$(PYTHON)' || { \
		echo 'Angrilien needs Python 3.11 or more. Debian, Ubuntu: apt-get install python3' >&2; \
		exit 1; }
	@test -x $(BIN)/python || { \
		sh packaging/system-libraries.sh venv $(PYTHON) && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@sh packaging/system-libraries.sh qt $(BIN)/python
	@touch $@

# What measures has the machine for itself.
# Python keeps what it compiled, so that the processes that tests start begin at once.
test test-long bench visual visual-approve: export QT_QPA_PLATFORM = offscreen
test test-long bench visual visual-approve: export PYTHONDONTWRITEBYTECODE =
test: lint
	@sh packaging/system-libraries.sh tests $(BIN)/python
	$(BIN)/python -m pytest tests/bench --quiet --no-header
	$(BIN)/python -m pytest --ignore=tests/bench --numprocesses=$(WORKERS) --dist=worksteal

test-long: env
	@sh packaging/system-libraries.sh tests $(BIN)/python
	$(BIN)/python -m pytest -m long -o faulthandler_timeout=1800

# What differs from an approved picture is left in visual-out/. The pictures of README are approved
# ones: they are made anew by the same command.
visual: env
	@sh packaging/system-libraries.sh tests $(BIN)/python
	$(BIN)/python -m pytest tests/visual -m '' -o faulthandler_timeout=900 --compare \
		--numprocesses=$(WORKERS) --dist=worksteal

visual-approve: env
	@sh packaging/system-libraries.sh tests $(BIN)/python
	$(BIN)/python -m pytest tests/visual/test_scenes.py tests/visual/test_sheets.py -m '' \
		-o faulthandler_timeout=900 -k 'test_every_scene or as_it_was_approved' --approve --quiet

# The four checks run side by side; their outputs do not mix.
lint: env
	@$(MAKE) --no-print-directory --keep-going -j4 --output-sync=target \
		lint-code lint-format lint-types lint-arrows

.PHONY: lint-code lint-format lint-types lint-arrows
lint-code:
	$(BIN)/ruff check --quiet .
lint-format:
	$(BIN)/ruff format --quiet --check .
lint-types:
	$(BIN)/mypy
lint-arrows:
	@$(BIN)/lint-imports > $(VENV)/lint-imports.txt || { cat $(VENV)/lint-imports.txt; exit 1; }
	@tail -n 2 $(VENV)/lint-imports.txt

format: env
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# On a machine without a screen the workshop plays itself and leaves pictures and a summary.
demo: env
	@if [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] && [ "$$(uname -s)" = Linux ]; then \
		QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m angrilien --demo; \
	else $(BIN)/python -m angrilien --demo; fi

bench: env
	$(BIN)/python -m pytest tests/bench -m '' -s --no-header -q

# uv is in the lock: the environment of the lock before makes the next one.
lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(COMPILE) $(UPGRADE) --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --extra server --output-file requirements-server.lock
	$(COMPILE) $(UPGRADE) --all-extras --output-file requirements-dev.lock
	$(BIN)/uv pip compile --no-config --quiet --python-version 3.11 \
		--python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE) \
		packaging/linux/build.in --output-file packaging/linux/build.lock

resources: env
	@test -n '$(SOURCES)' || { \
		echo 'make resources SOURCES=folder; resources/data/README.md names the files' >&2; exit 1; }
	$(BIN)/python packaging/make_resources.py data --venues '$(SOURCES)/venues.csv' \
		--communes '$(SOURCES)/communes.csv' --departements '$(SOURCES)/departements.csv'
	@test -z '$(FONT)' || $(BIN)/python packaging/make_resources.py fonts --package '$(FONT)'

wheel: env
	$(BIN)/python -m hatchling build --target wheel

# The installer for Windows, built here; its libraries are compiled by the Python 3.11 it carries.
windows: env
	$(BIN)/python packaging/windows/build_installer.py \
		$(if $(PROGRAMME),--programme '$(PROGRAMME)') \
		$(if $(CERTIFICATE),--certificate '$(CERTIFICATE)' --key '$(KEY)') \
		$(if $(TIMESTAMP),--timestamp '$(TIMESTAMP)')

# The real installer and the real program under wine, a real server: not part of `make test`.
test-windows: env
	$(BIN)/python packaging/windows/smoke_wine.py --out build/pictures

# The program for Linux: one folder built by Debian's own Python, then a package and an archive.
deb: env
	$(BIN)/python packaging/linux/build_program.py --out dist $(if $(PROGRAMME),--programme '$(PROGRAMME)')

# Real systems, a real window driven from outside, a real server: not part of `make test`.
test-packages: deb
	for suite in bookworm trixie; do \
		$(BIN)/python packaging/linux/try_package.py --suite $$suite --pictures build/pictures \
			|| exit 1; done

# One base, a signed profile laid over it for each venue; begun again, it goes on (docs/release.md).
OUT ?= dist/installers
installers: env
	@test -n '$(VENUES)' && test -n '$(DATA)' || { \
		echo 'make installers VENUES=….csv DATA=folder of the server [OUT=…] [EXE=…] [DEB=…]' >&2; \
		exit 1; }
	$(BIN)/angrilien-server venue import '$(VENUES)' --data '$(DATA)'
	$(BIN)/angrilien-server venue installers --venues '$(VENUES)' --data '$(DATA)' --out '$(OUT)' \
		$(if $(EXE),--exe '$(EXE)') $(if $(DEB),--deb '$(DEB)' --whole-deb)

clean:
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		demo-out bench-out visual-out $(VENV)
