"""A POST that is sent twice under one key acts once and is answered twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from campaigns import clock
from campaigns.models import IdempotencyKey, User
from campaigns.services import idempotency
from campaigns.services.errors import Conflict
from tests.clients import as_person, with_key

pytestmark = pytest.mark.django_db
calls: list[Any] = []


class Bell(idempotency.IdempotentMixin, APIView):
    required_scopes = {"POST": "campaigns:run"}

    def post(self, request: Request) -> Response:
        calls.append(request.data)
        if request.data.get("refuse"):
            raise Conflict("Not now.")
        if request.data.get("explode"):
            raise RuntimeError("broken")
        return Response({"rings": len(calls)}, status=201)


urlpatterns = [path("bell/", Bell.as_view()), path("other/", Bell.as_view())]


@pytest.fixture(autouse=True)
def _bell() -> Any:
    calls.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


def ring(client: APIClient, key: str, url: str = "/bell/", **body: Any) -> Any:
    return client.post(url, body, headers={"Idempotency-Key": key})


def test_the_same_key_and_body_act_once_and_are_answered_alike(manager: User) -> None:
    client = as_person(manager)
    first, second = ring(client, "a", tone="C"), ring(client, "a", tone="C")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"rings": 1})
    assert (second.headers["Idempotent-Replayed"], len(calls)) == ("true", 1)


def test_without_a_key_or_with_another_one_each_post_acts(manager: User) -> None:
    client = as_person(manager)
    ring(client, "a")
    ring(client, "b")
    client.post("/bell/", {})
    assert len(calls) == 3


@pytest.mark.parametrize(("url", "body"), [("/bell/", {"tone": "D"}), ("/other/", {"tone": "C"})])
def test_a_key_used_for_another_request_is_422(manager: User, url: str, body: dict) -> None:
    client = as_person(manager)
    ring(client, "a", tone="C")
    response = ring(client, "a", url, **body)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert len(calls) == 1


def test_two_people_may_use_the_same_key(manager: User, admin: User) -> None:
    ring(as_person(manager), "a")
    ring(as_person(admin), "a")
    assert len(calls) == 2


def test_while_the_first_is_at_work_the_second_is_told_to_wait(manager: User) -> None:
    client = as_person(manager)
    ring(client, "a")
    IdempotencyKey.objects.update(status=None)
    response = ring(client, "a")
    assert (response.status_code, "still at work" in response.json()["error"]["message"]) == (409, True)


def test_a_first_that_was_cut_off_is_never_repeated_blindly(manager: User) -> None:
    client = as_person(manager)
    ring(client, "a")
    IdempotencyKey.objects.update(status=None, created_at=clock.now() - timedelta(minutes=5))
    response = ring(client, "a")
    assert (response.status_code, "cut off" in response.json()["error"]["message"]) == (409, True)
    assert len(calls) == 1


def test_a_refusal_changed_nothing_so_the_key_is_free_again(manager: User) -> None:
    client = as_person(manager)
    assert ring(client, "a", refuse=True).status_code == 409
    assert ring(client, "a", tone="C").status_code == 201


def test_a_crash_is_replayed_as_a_crash(manager: User) -> None:
    client = as_person(manager)
    client.raise_request_exception = False
    answers = [ring(client, "a", explode=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert answers[0].json() == answers[1].json()
    assert len(calls) == 1


def test_a_key_is_forgotten_after_a_day(manager: User) -> None:
    client = as_person(manager)
    ring(client, "a")
    with clock.at(clock.now() + timedelta(hours=25)):
        ring(client, "a", tone="D")
        IdempotencyKey.objects.update(created_at=clock.now() - timedelta(hours=25))
        assert (idempotency.forget_old(clock.now()), IdempotencyKey.objects.count()) == (1, 0)
    assert len(calls) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(manager: User, key: str) -> None:
    assert ring(as_person(manager), key).status_code == 400
    assert not calls


def test_who_may_not_call_leaves_no_key_behind_and_gets_no_answer_of_others(manager: User, rep: User) -> None:
    ring(as_person(manager), "a")
    assert ring(as_person(rep), "a").status_code == 403
    assert ring(with_key(manager, "campaigns:read"), "a").status_code == 403
    assert IdempotencyKey.objects.count() == 1


def test_uploads_are_told_apart_by_their_content(manager: User) -> None:
    client = as_person(manager)

    def send(content: bytes) -> Any:
        body = {"file": SimpleUploadedFile("leads.csv", content)}
        return client.post("/bell/", body, format="multipart", headers={"Idempotency-Key": "a"})

    assert [send(b"one").status_code, send(b"one").status_code, send(b"two").status_code] == [201, 201, 422]
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_of_parallel_posts_with_one_key_only_one_acts(manager: User) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    clients = [as_person(manager) for _ in range(4)]

    def one(client: APIClient) -> int:
        try:
            return int(ring(client, "a").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(one, clients))
    assert len(calls) == 1
    assert set(statuses) <= {201, 409}
