"""A field of the house's own goes through every room: in by a file, out by an export, and away for good."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from campaigns import clock
from campaigns.models import User
from leads.models import CustomField, Lead, SavedView
from leads.services import imports, rulebook, scoring, segments
from leads.services.identity import merging
from leads.services.known import fieldbook
from leads.services.known.fieldbook import FieldRefused
from leads.services.privacy import erasing
from leads.services.transfer import exports
from outreach.services import tokens
from tests.factories import CampaignFactory, LeadFactory, SegmentFactory
from tests.leads.services.files import csv_file

pytestmark = pytest.mark.django_db
MANY = {"field": "custom.seats", "op": "gte", "value": 10}
SOON_DAY = (clock.now() + timedelta(days=10)).date()
SOON = {"field": "custom.renewal", "op": "next", "value": 30}


@pytest.fixture
def fields(admin: User) -> list[CustomField]:
    """Two fields of the house's own: a number and a date."""
    return [fieldbook.add("lead", "Seats", "number", admin), fieldbook.add("lead", "Renewal", "date", admin)]


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    """Somebody who sees everything, signed in."""
    client.force_login(admin)
    return client


def bring(tmp_path: Path) -> Lead:
    body = f"Ann,Lee,ann@w.example,12,{SOON_DAY:%d.%m.%Y}\n"
    path = csv_file(tmp_path, body, "First Name,Last Name,Email,Seats,Renewal\n")
    job = imports.run_now(imports.confirm(imports.start(path)))
    assert (job.status, job.rejected) == ("done", 0)
    return Lead.objects.get(email="ann@w.example")


def test_an_own_field_works_in_every_room(tmp_path: Path, fields: Any, admin: User) -> None:
    lead, today = bring(tmp_path), SOON_DAY.isoformat()
    assert lead.custom == {"seats": 12, "renewal": today}
    assert (segments.count(MANY), segments.count({"all": [MANY, SOON]})) == (1, 1)
    body = {"base": 0, "dimensions": [{"key": "big", "group": "fit", "label": "Big",
            "bins": [{"when": MANY, "points": 40}]}]}  # fmt: skip
    card = rulebook.publish("scoring", "Seats count", body, admin)
    scoring.score_leads([lead.pk])
    assert (scoring.stored(lead), lead.score.card) == ([("big", 40)], card)
    known = {**vars(lead), "company_name": "", "company_industry": ""}
    assert tokens.values(known, "Maya", "m@x.example")["custom.seats"] == "12"
    assert tokens.offered()["custom.seats"] == "Seats"
    out = "".join(exports.lines(Lead.objects.all(), "csv"))
    assert "seats" in out.splitlines()[0].lower()
    assert "12" in out
    assert today in out
    empty = LeadFactory(email="old@w.example", custom={"note": "x"})
    merging.merge(empty, lead, by=admin)
    empty.refresh_from_db()
    assert empty.custom == {"note": "x", "seats": 12, "renewal": today}
    erasing.erase(empty, "Asked", admin)
    assert set(map(json.dumps, Lead.objects.values_list("custom", flat=True))) == {"{}"}
    assert segments.count(MANY) == 0


def test_a_field_that_something_in_use_asks_for_is_not_put_away(fields: Any, admin: User) -> None:
    seats, renewal = fields
    SegmentFactory(name="Renewals", criteria=SOON)
    with pytest.raises(FieldRefused, match="Renewals"):
        fieldbook.archive(renewal, admin, is_archived=True)
    SegmentFactory(name="Big", criteria=MANY)
    fieldbook.archive(seats, admin, is_archived=True)
    LeadFactory(custom={"seats": 12})
    assert segments.count(MANY) == 1


def test_a_field_that_a_living_campaign_asks_for_is_not_put_away(fields: Any, admin: User) -> None:
    campaign = CampaignFactory(name="Renewers", audience={"criteria": SOON})
    with pytest.raises(FieldRefused, match="Renewers"):
        fieldbook.archive(fields[1], admin, is_archived=True)
    campaign.status = "archived"
    campaign.save()
    fieldbook.archive(fields[1], admin, is_archived=True)


@pytest.mark.parametrize("entity", ["lead", "company"])
def test_pages_open_that_name_what_is_gone(desk: Client, admin: User, entity: str) -> None:
    field = fieldbook.add(entity, "Renewal", "date", admin)
    key = ("custom." if entity == "lead" else "company_custom.") + "renewal"
    leaf = {"field": key, "op": "next", "value": 30}
    view = SavedView.objects.create(
        page="leads", name="Mine", owner=admin, columns=[key, "name"],
        query=urlencode({"f": f"{key}:next:30"}),
    )  # fmt: skip
    campaign, tag = (
        {"field": "in_campaign", "op": "is", "value": 99_999},
        {"field": "tags", "op": "has", "value": "x"},
    )
    gone = {"all": [campaign, tag]}
    deleted = SegmentFactory(name="Old campaign", criteria=gone, owner=admin)
    CustomField.objects.filter(pk=field.pk).update(is_archived=True)
    old = SegmentFactory(name="Old field", criteria=leaf, owner=admin)
    LeadFactory(custom={"renewal": "2027-01-01"})
    for path in (
        "/leads/", f"/leads/?v={view.pk}", f"/leads/?{view.query}", "/leads/views/", "/segments/",
        f"/segments/{old.pk}/", f"/segments/{deleted.pk}/",
        f"/leads/?view={old.pk}", f"/leads/?view={deleted.pk}",
    ):  # fmt: skip
        answer = desk.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        if path in (f"/leads/?v={view.pk}", f"/leads/?view={old.pk}"):
            assert b"Not found any more" in answer.content
            assert Lead.objects.get().name.encode() not in answer.content
