"""Suppression, consent, export and erasure through the API: who may, and what is answered."""

import pytest

from campaigns.models import AuditEntry, User
from leads.models import Consent, Erasure, Lead, Suppression
from tests.clients import as_person, with_key
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/suppressions/"


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team, email="ann@corp.example", first_name="Annabella")


def path(lead: Lead, part: str) -> str:
    return f"/api/v1/leads/{lead.pk}/{part}/"


def test_addresses_numbers_and_domains_go_on_the_list_once(rep: User) -> None:
    body = {
        "values": ["Ann+x@Corp.example", "+44 20 7946 0321", "rival.example", "no thing"],
        "reason": "asked",
    }
    client = as_person(rep)
    first, again = client.post(LIST, body), client.post(LIST, body)
    assert (first.status_code, first.json()) == (201, {"new": 3, "known": 0, "unreadable": ["no thing"]})
    assert (again.json()["new"], again.json()["known"]) == (0, 3)
    assert set(Suppression.objects.values_list("level", "value")) == {
        ("address", "ann@corp.example"), ("address", "+442079460321"), ("domain", "rival.example"),
    }  # fmt: skip
    assert client.get(f"{LIST}?level=domain").json()["results"][0]["value"] == "rival.example"
    assert len(client.get(f"{LIST}?lifted=true").json()["results"]) == 0


def test_nobody_lifts_through_the_api_and_bad_bodies_are_named(rep: User, partner: User) -> None:
    client = as_person(rep)
    client.post(LIST, {"values": ["a@b.example"], "reason": "asked"})
    row = Suppression.objects.get()
    for method in ("patch", "delete", "put", "post"):
        assert getattr(client, method)(f"{LIST}{row.pk}/", {"lifted_at": None}).status_code in (404, 405)
    for body in (
        {},
        {"values": []},
        {"values": ["x@y.example"]},
        {"values": ["x"], "reason": "r", "level": "x"},
    ):
        assert client.post(LIST, body).status_code == 400
    row.refresh_from_db()
    assert row.lifted_at is None
    assert with_key(partner, "leads:read").get(LIST).json()["results"] == []


def test_analysts_read_masked_entries(rep: User, analyst: User) -> None:
    as_person(rep).post(LIST, {"values": ["ann@corp.example"], "reason": "asked"})
    assert "ann@corp" not in as_person(analyst).get(LIST).content.decode()
    assert as_person(analyst).post(LIST, {"values": ["x@y.example"], "reason": "asked"}).status_code == 403


def test_consent_is_recorded_with_evidence_and_read_back(rep: User, stranger: User, lead: Lead) -> None:
    client = as_person(rep)
    yes = {"channel": "email", "granted": True}
    assert client.post(path(lead, "consents"), yes).status_code == 400
    assert client.post(path(lead, "consents"), {**yes, "evidence": "Said so on the phone"}).status_code == 201
    assert client.post(path(lead, "consents"), {"channel": "email", "granted": False}).status_code == 201
    said = client.get(path(lead, "consents")).json()
    assert [word["is_granted"] for word in said] == [False, True]
    assert "refused" in client.get(path(lead, "reach")).json()["blocked"]["email"]
    assert as_person(stranger).get(path(lead, "consents")).status_code == 404
    assert as_person(stranger).post(path(lead, "consents"), yes | {"evidence": "x"}).status_code == 404
    assert Consent.objects.count() == 2


def test_only_admins_export_and_erase(admin: User, manager: User, rep: User, lead: Lead) -> None:
    body = {"reason": "Asked", "confirm": "ann@corp.example"}
    for person in (manager, rep):
        assert as_person(person).get(path(lead, "export")).status_code == 403
        assert as_person(person).post(path(lead, "erase"), body).status_code == 403
    found = as_person(admin).get(path(lead, "export")).json()
    assert found["sections"][0]["rows"][0]["first_name"] == "Annabella"
    assert AuditEntry.objects.filter(verb="export", object_id=lead.pk).exists()
    assert as_person(admin).post(path(lead, "erase"), {**body, "confirm": "bob"}).status_code == 400
    assert not Erasure.objects.exists()
    done = as_person(admin).post(path(lead, "erase"), body)
    assert (done.status_code, done.json()["lead_id"]) == (200, lead.pk)
    lead.refresh_from_db()
    assert (lead.email, lead.first_name) == ("", "")
    assert as_person(admin).post(path(lead, "erase"), body).status_code == 409
