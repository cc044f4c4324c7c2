"""Pages speak in the viewer's own time."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from campaigns.models import User
from config.viewer import ViewersTime


def zone_seen_by(user: User) -> str:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    ViewersTime(answer)(request)
    return seen[0]


@pytest.mark.parametrize(
    ("zone", "seen"), [("America/Chicago", "America/Chicago"), ("Mars/Olympus", "UTC"), ("", "UTC")]
)
def test_times_are_in_the_viewers_zone_or_the_houses(zone: str, seen: str) -> None:
    assert zone_seen_by(User(username="maya", time_zone=zone)) == seen


def test_the_zone_does_not_leak_into_the_next_request() -> None:
    zone_seen_by(User(username="maya", time_zone="America/Chicago"))
    assert timezone.get_current_timezone_name() == "UTC"
