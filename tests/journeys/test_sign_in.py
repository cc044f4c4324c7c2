"""A person comes in through a real browser."""

import pytest

from campaigns.models.user import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.browser


def test_a_manager_signs_in_and_the_page_breaks_no_rule(live_app, page):
    person = UserFactory(username="maya", role=Role.MANAGER)
    person.set_password("seven looms")
    person.save()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_app.url}/accounts/login/")
    page.get_by_label("Login").or_(page.get_by_label("Username")).first.fill("maya")
    page.get_by_label("Password").first.fill("seven looms")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_app.url}/")
    assert complaints == []
    assert "Sign in" not in page.title()


def test_a_wrong_password_is_explained_on_the_page(live_app, page):
    UserFactory(username="maya")
    page.goto(f"{live_app.url}/accounts/login/")
    page.get_by_label("Login").or_(page.get_by_label("Username")).first.fill("maya")
    page.get_by_label("Password").first.fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("not correct").wait_for()
