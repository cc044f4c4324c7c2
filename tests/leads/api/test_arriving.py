"""The lead API as a partner meets it: known people are recognised, each bad field is named."""

import time
from typing import Any

import pytest

from campaigns.models import User
from leads.models import Activity, Consent, CustomField, Lead, LeadKey, Prospect, Suppression
from leads.services.privacy import tombstones
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory, LeadFactory

pytestmark = pytest.mark.django_db
URL, BATCH = "/api/v1/leads/", "/api/v1/leads/batch/"
ANN = {"first_name": "Ann", "email": "ann@corp.example", "company_name": "Corp Ltd"}


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.json()["error"]["fields"]
    return found


def test_a_person_comes_in_with_consent_clicks_campaign_and_own_fields(rep: User) -> None:
    CustomField.objects.create(key="seats", label="Seats", kind="number")
    campaign = CampaignFactory(team=rep.team, owner=rep)
    body = {
        **ANN, "tags": ["fair"], "custom": {"seats": "12"}, "campaign": campaign.pk,
        "visitor": "visitor-1234",
        "clicks": {"gclid": "Cj0", "utm_source": "google"}, "page_url": "https://shop.example/?utm_campaign=x",
        "consent": [{"channel": "email", "granted": True, "text": "Yes, write to me."},
                    {"channel": "call", "granted": False}],
    }  # fmt: skip
    answer = as_person(rep).post(URL, body)
    assert answer.status_code == 201
    lead = Lead.objects.get()
    assert (lead.owner, lead.tags, lead.custom["seats"], lead.company.name) == (rep, ["fair"], 12, "Corp Ltd")
    said = dict(Consent.objects.values_list("channel", "is_granted"))
    assert said == {"email": True, "call": False}
    assert "Yes, write to me." in Consent.objects.get(channel="email").evidence
    assert set(LeadKey.objects.values_list("value", flat=True)) == {"gclid:Cj0", "visitor-1234"}
    assert Prospect.objects.get().campaign == campaign
    assert Activity.objects.get(kind="arrived").data["utm_campaign"] == "x"


def test_a_known_person_is_answered_with_200_and_new_facts_are_added(rep: User) -> None:
    client = as_person(rep)
    first = client.post(URL, ANN)
    again = client.post(URL, {**ANN, "email": "ANN+news@corp.example", "title": "CEO"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["title"] == "CEO"
    assert Lead.objects.count() == 1


def test_the_same_idempotency_key_acts_once(rep: User) -> None:
    client = as_person(rep)
    head = {"Idempotency-Key": "k-1"}
    answers = [client.post(URL, ANN, headers=head) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert client.post(URL, {**ANN, "title": "CEO"}, headers=head).status_code == 422
    assert Activity.objects.filter(kind="arrived").count() == 1


def test_a_person_of_another_team_is_neither_shown_nor_touched(rep: User, stranger: User) -> None:
    theirs = LeadFactory(email="ann@corp.example", owner=stranger, team=stranger.team, title="CFO")
    before = Lead.objects.filter(pk=theirs.pk).values().get()
    answer = as_person(rep).post(
        URL, {**ANN, "title": "CEO", "consent": [{"channel": "sms", "granted": False}]}
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "known_elsewhere"
    assert "CFO" not in answer.content.decode()
    assert Lead.objects.filter(pk=theirs.pk).values().get() == before
    assert not Consent.objects.exists()
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "a@b.example, c@d.example"}, "email"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"linkedin_url": "not a url"}, "linkedin_url"),
        ({"lifecycle": "asleep"}, "lifecycle"),
        ({"tags": "vip"}, "tags"),
        ({"custom": {"nothing": 1}}, "custom"),
        ({"consent": [{"channel": "email", "granted": True}]}, "consent"),
        ({"consent": [{"channel": "pigeon", "granted": False}]}, "consent"),
        ({"clicks": {"evil": "1"}}, "clicks"),
        ({"visitor": "<x>"}, "visitor"),
        ({"campaign": 999_999}, "campaign"),
        ({"colour": "red"}, "colour"),
        ({"score": 100}, "score"),
        ({"owner": 1}, "owner"),
        ({"team": 1}, "team"),
        ({"erased_at": None}, "erased_at"),
        ({"merged_into": 1}, "merged_into"),
        ({"email_status": "valid"}, "email_status"),
        ({"version": 9}, "version"),
    ],
)
def test_every_bad_field_is_named_and_nothing_is_stored(
    rep: User, change: dict[str, Any], field: str
) -> None:
    answer = as_person(rep).post(URL, {**ANN, **change})
    one = as_person(rep).post(BATCH, {"leads": [{**ANN, **change}]}).json()["results"][0]
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in errors(answer))
    assert (one["status"], field in one["errors"]) == ("refused", True)
    assert not Lead.objects.exists()


def test_every_column_of_a_lead_but_the_open_ones_is_refused(rep: User) -> None:
    from leads.serializers.arriving import LeadInSerializer

    writable = {name for name, field in LeadInSerializer().fields.items() if not field.read_only}
    columns = {field.attname for field in Lead._meta.concrete_fields} | {
        f.name for f in Lead._meta.concrete_fields
    }
    for name in sorted(columns - writable):
        answer = as_person(rep).post(URL, {**ANN, name: 1})
        assert answer.status_code == 400, name
        assert name in errors(answer)
    assert not Lead.objects.exists()


def test_a_batch_stores_the_good_rows_and_says_what_is_wrong_with_the_others(
    rep: User, stranger: User
) -> None:
    LeadFactory(email="known@corp.example", owner=rep, team=rep.team, title="")
    LeadFactory(email="theirs@corp.example", owner=stranger, team=stranger.team)
    rows: list[Any] = [
        {"email": "new@corp.example"}, {"email": "known@corp.example", "title": "CEO"}, {"email": "nonsense"},
        {"email": "theirs@corp.example"}, "no object", {"first_name": "Nobody"},
        {"email": "NEW@corp.example"},
    ]  # fmt: skip
    answer = as_person(rep).post(BATCH, {"leads": rows}).json()
    assert [row["status"] for row in answer["results"]] == [
        "created", "updated", "refused", "refused", "refused", "refused", "unchanged",
    ]  # fmt: skip
    assert (answer["created"], answer["refused"]) == (1, 4)
    assert all(row["errors"] for row in answer["results"] if row["status"] == "refused")
    assert answer["results"][0]["lead"] == answer["results"][6]["lead"]
    assert Lead.objects.count() == 3


def test_a_thousand_rows_take_as_many_statements_as_ten(
    rep: User, django_assert_max_num_queries: Any
) -> None:
    client = as_person(rep)
    for size, start in ((10, 0), (1000, 5000)):
        rows = [
            {"email": f"a{start + n}@corp.example", "company_name": f"Corp {n}",
             "consent": [{"channel": "email", "granted": False}]}
            for n in range(size)
        ]  # fmt: skip
        began = time.perf_counter()
        with django_assert_max_num_queries(60):
            answer = client.post(BATCH, {"leads": rows})
        assert answer.json()["created"] == size
    assert time.perf_counter() - began < 10
    assert client.post(BATCH, {"leads": [{"email": "a@b.example"}] * 1001}).status_code == 400
    assert client.post(BATCH, {"leads": []}).status_code == 400


def test_who_asked_to_be_forgotten_does_not_come_back(rep: User) -> None:
    from leads.models import Erasure

    marks = tombstones.of([{"email_key": "ann@corp.example", "phone": "", "linkedin_key": ""}])
    tombstones.bury(Erasure.objects.create(lead_id=1, reason="asked"), marks)
    answer = as_person(rep).post(URL, {**ANN, "email": "Ann+x@corp.example"})
    assert answer.status_code == 409
    assert "asked to be forgotten" in answer.json()["error"]["message"].lower()
    assert not Lead.objects.exists()


def test_a_promise_not_to_mail_is_kept_with_its_evidence(rep: User) -> None:
    as_person(rep).post(URL, {**ANN, "do_not_email": True})
    assert Suppression.objects.get().value == f"lead:{Lead.objects.get().pk}"


def test_a_key_needs_the_scope(partner: User) -> None:
    assert with_key(partner, "leads:read").post(URL, ANN).status_code == 403
    assert with_key(partner, "leads:read").post(BATCH, {"leads": [ANN]}).status_code == 403
    assert with_key(partner, "leads:write").post(URL, ANN).status_code == 201
    assert Lead.objects.get().owner == partner
