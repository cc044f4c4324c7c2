"""Settings read from the environment."""

import environ
import pytest

from config import env as read


@pytest.fixture
def env(monkeypatch):
    """An environment with nothing in it but what the test says."""
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    return environ.Env()


def test_a_secret_key_is_made_once_and_kept_for_the_owner_only(env, tmp_path):
    first = read.secret_key(env, tmp_path)
    assert read.secret_key(env, tmp_path) == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_sqlite_takes_the_write_lock_at_once(env, tmp_path):
    options = read.database(env, tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_a_database_url_moves_to_postgresql(env, tmp_path):
    env.ENVIRON["DATABASE_URL"] = "postgres://crm@db.internal/crm"
    assert read.database(env, tmp_path)["ENGINE"] == "django.db.backends.postgresql"


def test_redis_brings_a_shared_cache_and_channel_layer():
    assert "redis" in read.cache("redis://cache/0")["BACKEND"]
    assert "pubsub" in read.channel_layer("redis://cache/0")["BACKEND"]
    assert read.channel_layer("")["BACKEND"] == "config.hub.Hub"


def test_without_any_key_mail_stays_in_the_house(env, tmp_path):
    assert not read.has_mail_transport(env)
    assert read.mail(env, tmp_path).backend.endswith("filebased.EmailBackend")


def test_a_mail_address_names_host_and_door(env, tmp_path):
    env.ENVIRON["EMAIL_URL"] = "smtp+tls://crm:secret@mail.internal:587"
    mail = read.mail(env, tmp_path)
    assert (mail.host, mail.port, mail.user, mail.use_tls) == ("mail.internal", 587, "crm", True)


def test_a_sendgrid_key_is_enough_for_real_mail(env, tmp_path):
    env.ENVIRON["SENDGRID_API_KEY"] = "SG.x"
    assert read.has_mail_transport(env)
    assert "sendgrid" in read.mail(env, tmp_path).backend
    assert read.anymail(env, "key")["SENDGRID_API_KEY"] == "SG.x"


def test_the_webhook_door_has_a_password_even_if_nobody_set_one(env):
    assert len(read.anymail(env, "key")["WEBHOOK_SECRET"]) > 40
    assert read.anymail(env, "key") != read.anymail(env, "other")


def test_the_public_name_is_among_the_hosts():
    assert read.own_hosts("https://crm.example.com")[0] == "crm.example.com"
