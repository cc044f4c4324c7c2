"""Doors, cookies and headers."""

import os
import subprocess
import sys

import pytest
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.factories import UserFactory


def test_a_deployment_behind_https_passes_djangos_own_check():
    env = {
        **os.environ,
        "PUBLIC_URL": "https://crm.example.com",
        "SECRET_KEY": "k" * 20 + os.urandom(30).hex(),
    }
    env |= {"LEADLOOM_NO_BOOTSTRAP": "1"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_pages_run_only_our_own_scripts(client, db):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy or "unsafe" not in policy.split("script-src")[1].split(";")[0]


def test_nobody_can_sign_up(client, db):
    body = {
        "username": "eve",
        "email": "eve@x.example",
        "password1": "a long sentence",
        "password2": "a long sentence",
    }
    client.post("/accounts/signup/", body)
    assert not UserFactory._meta.model.objects.filter(username="eve").exists()


@pytest.mark.parametrize("login", ["maya", "maya@staff.example"])
def test_people_sign_in_with_name_or_address(client, db, login):
    person = UserFactory(username="maya")
    person.set_password("demo")
    person.save()
    answer = client.post("/accounts/login/", {"login": login, "password": "demo"})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_admin_uses_the_same_door(client, db):
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert "/accounts/login/" in client.get("/admin/login/")["Location"]


def test_guessing_passwords_is_stopped(client, db):
    UserFactory(username="maya")
    for _ in range(12):
        answer = client.post("/accounts/login/", {"login": "maya", "password": "wrong"})
    assert answer.status_code == 429 or "too many" in answer.content.decode().lower()


def test_short_and_common_passwords_are_refused():
    for weak in ("elevenchars", "password1234"):
        with pytest.raises(ValidationError):
            validate_password(weak)
    validate_password("seven looms in a row")


def test_second_factor_secrets_are_sealed_and_survive_a_new_key(settings):
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert get_adapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"


def test_the_webhook_door_is_closed_without_its_password(client, db):
    assert (
        client.post("/anymail/sendgrid/tracking/", "[]", content_type="application/json").status_code == 400
    )


def test_the_version_is_the_newest_heading_of_the_change_log():
    from config.version import newest

    assert newest("# Change log\n\n## 1.4.0 (2027)\n\n## 1.3.9\n") == "1.4.0"
