"""What load balancers are told."""

import io
import json

import pytest
from django.core.cache import cache
from django.core.management import call_command

from campaigns import clock
from config import health
from leads.services.privacy import journal


@pytest.fixture
def migrated(monkeypatch):
    monkeypatch.setattr(health, "_migrated", True)


def test_alive_needs_nothing_but_the_process(client):
    assert client.get("/health/live/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_once_the_worker_has_reported(client, migrated):
    assert client.get("/health/ready/").status_code == 503
    health.beat()
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
def test_a_silent_worker_makes_it_unready(client, migrated):
    cache.set(health.HEARTBEAT_KEY, 0)
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["ok"] is False


@pytest.mark.django_db
def test_a_web_process_without_a_worker_of_its_own_does_not_wait_for_one(client, migrated, settings):
    settings.EMBEDDED_WORKER = False
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_while_somebody_is_back_who_was_forgotten(client, migrated, settings, tmp_path):
    settings.EMBEDDED_WORKER, settings.VAR = False, tmp_path
    health._forgotten = False
    journal.append(journal.Line(((7, "2026-01-01T00:00:00+00:00"),), (("email", "ab" * 32),), clock.now()))
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert "erasures --replay" in answer.json()["checks"]["erasures"]["why"]
    assert json.loads(_erasures("--json")) == {"logged": 1, "pending": 1, "replayed": 0}
    assert json.loads(_erasures("--replay", "--json")) == {"logged": 1, "pending": 0, "replayed": 1}
    assert client.get("/health/ready/").status_code == 200


def _erasures(*options):
    said = io.StringIO()
    call_command("erasures", *options, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_missing_tables_are_named_with_the_cure(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"])
    assert "migrate" in client.get("/health/ready/").json()["checks"]["migrations"]["why"]


@pytest.mark.django_db
def test_the_summary_always_answers_and_carries_the_version(client, migrated):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["version"]


def test_the_first_answer_after_ready_is_the_worker_task():
    from config.celery import heartbeat

    heartbeat()
    assert cache.get(health.HEARTBEAT_KEY)
