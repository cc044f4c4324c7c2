"""Whatever goes wrong, the answer has one shape and says what to do."""

from decimal import Decimal
from typing import Any

import pytest
from django.core import exceptions as django
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework.test import APIRequestFactory

from campaigns.services import errors, ledger, lifecycle, pipeline
from campaigns.services.preflight import Problem


def answer(error: Exception, **request: Any) -> Any:
    asked = APIRequestFactory().get("/")
    for name, value in request.items():
        setattr(asked, name, value)
    return errors.api_error(error, {"request": asked})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ledger.BudgetExceeded(Decimal("3.10")), 409, "budget_exceeded"),
        (lifecycle.LifecycleError("A draft cannot pause."), 409, "lifecycle"),
        (pipeline.RunRefused("A run is still going."), 409, "run_refused"),
        (errors.Conflict("Somebody was faster."), 409, "conflict"),
        (Http404("No Campaign matches"), 404, "not_found"),
        (django.PermissionDenied(), 403, "forbidden"),
        (django.RequestDataTooBig(), 413, "too_large"),
        (drf.NotAuthenticated(), 401, "not_authenticated"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
        (django.ValidationError({"name": ["Too long."]}), 400, "invalid"),
        (RuntimeError("password=hunter2"), 500, "internal"),
    ],
)
def test_each_kind_of_trouble_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    response = answer(error, request_id="r-1")
    told = response.data["error"]
    assert (response.status_code, told["code"], told["request_id"]) == (status, code, "r-1")
    assert told["message"]
    assert "hunter2" not in told["message"]


def test_what_is_missing_in_the_budget_is_said() -> None:
    assert "$3.10" in answer(ledger.BudgetExceeded(Decimal("3.10"))).data["error"]["message"]


def test_a_refused_launch_names_each_problem() -> None:
    error = lifecycle.LaunchRefused([Problem("budget", "Too little."), Problem("sender", "Nobody to send.")])
    told = answer(error).data["error"]
    assert told["fields"] == {"budget": ["Too little."], "sender": ["Nobody to send."]}
    assert told["message"] == "Too little. Nobody to send."


def test_nested_problems_are_named_by_their_path() -> None:
    detail = {"steps": [{}, {"delay": ["Too short."]}], "non_field_errors": ["Two steps are alike."]}
    told = answer(drf.ValidationError(detail)).data["error"]
    assert (told["fields"], told["message"]) == ({"steps.1.delay": ["Too short."]}, "Two steps are alike.")


def test_a_throttled_caller_is_told_when_to_come_back() -> None:
    assert answer(drf.Throttled(wait=7)).headers["Retry-After"] == "7"


def test_an_exception_can_be_given_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_registered", dict(errors._registered))
    errors.register(KeyError, 422, "no_such_key")
    assert answer(KeyError("x")).status_code == 422
