# Aliases and the verbs of developers; everything also works without make (see the recipes).
PY := .venv/bin/python

.PHONY: up test check format bench shots dev

up:
	python3 manage.py up

test:
	python3 manage.py test

dev:
	@python3 config/bootstrap.py dev

check: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) -m pytest -q tests/test_floors.py
	$(PY) manage.py makemigrations --check --dry-run
	PUBLIC_URL=https://crm.example.com SECRET_KEY=only-for-this-check-$$(head -c 40 /dev/urandom | base64 | tr -d '\n') \
		$(PY) manage.py check --deploy --fail-level WARNING

format: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench:
	python3 manage.py bench

shots: dev
	$(PY) manage.py shots
