"""Who passes the API's door, which rows they see, and what they may send."""

from typing import Any

import pytest
from django.test import override_settings
from django.urls import include, path
from rest_framework import mixins, serializers
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from campaigns.models import Campaign, PipelineRun, User
from campaigns.models.token import SCOPES
from campaigns.services import access
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db


class Plan(access.StrictSerializer, access.MaskedSerializer, serializers.ModelSerializer[Campaign]):
    masked_fields = ("vertical",)

    class Meta:
        model = Campaign
        fields = ("id", "name", "vertical", "status")
        read_only_fields = ("status",)


class Plans(access.ScopedQuerysetMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, GenericViewSet):
    queryset = Campaign.objects.all()
    serializer_class = Plan
    required_scopes = {"GET": "campaigns:read", "PATCH": "campaigns:run"}


class Runs(access.ScopedQuerysetMixin, mixins.ListModelMixin, GenericViewSet):
    queryset = PipelineRun.objects.all()
    serializer_class = type(
        "R",
        (serializers.ModelSerializer,),
        {"Meta": type("Meta", (), {"model": PipelineRun, "fields": ["id"]})},
    )
    visible_through = "campaign"
    required_scopes = {"GET": "campaigns:read"}


class Figures(APIView):
    required_scopes = {"GET": "analytics:read"}

    def get(self, request: Any) -> Response:
        return Response({})


class Forgotten(APIView):
    def get(self, request: Any) -> Response:
        return Response({})


router = SimpleRouter()
router.register("plans", Plans)
router.register("runs", Runs)
urlpatterns = [
    path("", include(router.urls)),
    path("figures/", Figures.as_view()),
    path("forgotten/", Forgotten.as_view()),
]


@pytest.fixture(autouse=True)
def _doors() -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def plan(manager: User) -> Campaign:
    return CampaignFactory(name="Austin", team=manager.team, vertical="elena@example.com")


def test_a_view_without_scopes_is_closed_to_everybody(admin: User) -> None:
    assert as_person(admin).get("/forgotten/").status_code == 403
    assert with_key(admin, *SCOPES).get("/forgotten/").status_code == 403


def test_a_key_needs_the_scope_even_if_its_person_may(admin: User, plan: Campaign) -> None:
    response = with_key(admin, "leads:read").get(f"/plans/{plan.pk}/")
    assert response.status_code == 403
    assert "lacks the scope campaigns:read" in response.json()["error"]["message"]


def test_a_key_with_the_scope_may_not_more_than_its_person(rep: User, plan: Campaign) -> None:
    client = with_key(rep, *SCOPES)
    assert client.get(f"/plans/{plan.pk}/").status_code == 200
    assert client.patch(f"/plans/{plan.pk}/", {"name": "Mine"}).status_code == 403


def test_a_view_without_rows_goes_by_its_scope(manager: User, agent: User) -> None:
    assert as_person(manager).get("/figures/").status_code == 200
    assert as_person(agent).get("/figures/").status_code == 403


def test_a_foreign_row_is_not_there(stranger: User, plan: Campaign) -> None:
    assert as_person(stranger).get(f"/plans/{plan.pk}/").status_code == 404


def test_rows_without_owner_follow_their_campaign(manager: User, stranger: User, plan: Campaign) -> None:
    PipelineRun.objects.create(campaign=plan)
    assert len(as_person(manager).get("/runs/").json()["results"]) == 1
    assert as_person(stranger).get("/runs/").json()["results"] == []


def test_a_method_nobody_offers_is_a_405(manager: User, plan: Campaign) -> None:
    assert as_person(manager).delete(f"/plans/{plan.pk}/").status_code == 405


@pytest.mark.parametrize("name", ["id", "status", "colour"])
def test_a_field_that_may_not_be_sent_is_refused_and_changes_nothing(
    manager: User, plan: Campaign, name: str
) -> None:
    response = as_person(manager).patch(f"/plans/{plan.pk}/", {name: "1", "name": "Changed"})
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [name])
    plan.refresh_from_db()
    assert plan.name == "Austin"


def test_analysts_see_masked_values_and_others_the_real_ones(
    analyst: User, manager: User, plan: Campaign
) -> None:
    assert as_person(analyst).get(f"/plans/{plan.pk}/").json()["vertical"] == "e•••@•••.com"
    assert as_person(manager).get(f"/plans/{plan.pk}/").json()["vertical"] == "elena@example.com"


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": ',
        b"[" * 100_000,
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": NaN}',
        b"\xff\xfe",
        b'["a list"]',
    ],
)
def test_a_body_that_cannot_be_read_is_a_400(manager: User, plan: Campaign, body: bytes) -> None:
    response = as_person(manager).patch(f"/plans/{plan.pk}/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_a_body_that_is_too_big_is_a_413(manager: User, plan: Campaign) -> None:
    body = b'{"name": "' + b"x" * 1_100_000 + b'"}'
    response = as_person(manager).patch(f"/plans/{plan.pk}/", body, content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
