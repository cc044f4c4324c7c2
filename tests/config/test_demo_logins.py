"""The sign-in page offers the demo's people, on this machine only while passwords are unchanged."""

import pytest

from config import demo_logins
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/login/"


@pytest.fixture
def maya(settings, tmp_path):
    settings.VAR = tmp_path
    settings.ALLOWED_HOSTS = ["localhost", "crm.example"]
    person = UserFactory(username="maya", first_name="Maya", last_name="Okafor", role="manager")
    person.set_password("of the demo")
    person.save()
    demo_logins.remember([person])
    return person


def offered(client, host: str = "localhost:8000") -> str:
    return client.get(PAGE, headers={"host": host}).content.decode()


def test_a_newcomer_sees_whom_to_sign_in_as(client, maya):
    assert "Maya Okafor, manager" in offered(client)


def test_a_visitor_from_elsewhere_is_told_nothing(client, maya):
    assert "Maya Okafor" not in offered(client, "crm.example")


def test_who_has_changed_the_password_is_no_longer_offered(client, maya):
    maya.set_password("a secret of her own")
    maya.save()
    assert "Maya Okafor" not in offered(client)


def test_a_house_without_a_demo_offers_nobody(client, settings, tmp_path):
    settings.VAR = tmp_path
    assert "Demo people" not in offered(client)
