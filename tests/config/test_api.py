"""The OpenAPI document is complete, and what the API answers is what the document says."""

import re
from functools import cache
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from campaigns.models import User
from campaigns.models.token import SCOPES
from campaigns.services import estimates
from tests.clients import as_person, with_key
from tests.doors import rows_of

KIND = {"campaigns": "campaign", "leads": "lead", "runs": "run", "prices": "price", "messages": "message"}
KIND |= {"recommendations": "recommendation", "conversations": "conversation", "segments": "segment"}
KIND |= {
    "tasks": "task",
    "deals": "deal",
    "companies": "company",
    "sequences": "sequence",
    "imports": "import",
}


@cache
def document() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def answers(path: str, method: str, status: int) -> dict[str, Any]:
    responses = document()["paths"][path][method]["responses"]
    found = responses.get(str(status)) or responses["default"]
    return found["content"]["application/json"]["schema"] | {"components": document()["components"]}


def mistakes(path: str, method: str, response: Any) -> list[str]:
    """Return how an answer differs from the document."""
    validator = Draft202012Validator(answers(path, method, response.status_code))
    return [
        f"{method} {path}: {error.json_path} {error.message}"
        for error in validator.iter_errors(response.json())
    ]


def test_the_document_is_valid_openapi_3_1_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    validate_schema(document())
    assert document()["openapi"] == "3.1.0"
    assert capsys.readouterr().err == ""
    assert not GENERATOR_STATS._warn_cache


def test_every_operation_names_the_key_the_errors_and_what_it_does() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert {"key": []} in operation["security"], path
            assert "default" in operation["responses"], path
            assert operation.get("description") or operation.get("summary"), f"{method} {path} says nothing"


@pytest.mark.django_db
def test_the_document_is_served_to_who_is_signed_in(analyst: User) -> None:
    assert APIClient().get("/api/v1/schema/").status_code == 401
    assert b"openapi: 3.1.0" in as_person(analyst).get("/api/v1/schema/").content


@pytest.mark.django_db
def test_what_is_read_looks_as_the_document_says(manager: User) -> None:
    rows, client, wrong = rows_of(manager), with_key(manager, *SCOPES), []
    for path, operations in document()["paths"].items():
        kind = KIND.get(path.split("/")[3], "")
        if "get" in operations and ("{" not in path or kind):
            response = client.get(re.sub(r"\{\w+\}", str(rows[kind].pk) if kind else "", path))
            if "application/json" in response.headers["Content-Type"]:
                wrong += mistakes(path, "get", response)
    assert wrong == []


@pytest.mark.django_db
def test_what_is_written_is_answered_as_the_document_says(manager: User, settings: Any) -> None:
    settings.CAMPAIGN_HOOKS = {}
    settings.PREFLIGHT_CHECKS = settings.PREFLIGHT_CHECKS[:2]
    estimates.seed_prices()
    client, path = with_key(manager, *SCOPES), "/api/v1/campaigns/"
    made = client.post(path, {"name": "Austin", "budget": "10"})
    assert mistakes(path, "post", made) == []
    assert mistakes(path, "post", client.post(path, {"name": ""})) == []
    one = f"{path}{{id}}/"
    assert mistakes(one, "patch", client.patch(f"{path}{made.json()['id']}/", {"name": "Dallas"})) == []
    launch = client.post(f"{path}{made.json()['id']}/launch/")
    assert (launch.status_code, mistakes(f"{one}launch/", "post", launch)) == (409, [])


def test_the_api_explains_itself_to_who_is_signed_in(client, rep):
    page = "/api/v1/docs/"
    assert client.get(page).status_code == 302
    client.force_login(rep)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
