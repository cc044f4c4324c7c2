"""The timeline as it is read: filtered, searched, by key, and as a file without addresses."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Lead
from leads.services import timeline
from leads.services.known import history
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team)


def said(lead: Lead, **asked: Any) -> list[str]:
    page = history.page(history.chosen(history.of_lead(lead), history.Asked(**asked)))
    return [entry.summary for _, entries in page.days for entry in entries]


def test_a_timeline_is_filtered_by_channel_kind_who_campaign_and_words(rep: User, lead: Lead) -> None:
    campaign, now = CampaignFactory(), clock.now()
    told: list[tuple[str, str, str, dict[str, Any]]] = [
        ("sent", "email", "Letter sent", {"campaign_id": campaign.pk}), ("replied", "email", "Elena replied",
         {"data": {"text": "What does Dentrix cost?"}}), ("qualified", "system", "Qualified", {}),
        ("assigned", "system", "Handed over", {"actor": rep}),
    ]  # fmt: skip
    for number, (kind, channel, summary, more) in enumerate(told):
        timeline.record(lead.pk, kind, summary, channel, at=now - timedelta(hours=number), **more)
    assert said(lead) == ["Letter sent", "Elena replied", "Qualified", "Handed over"]
    assert said(lead, channel="email") == ["Letter sent", "Elena replied"]
    assert said(lead, kind="qualified") == said(lead, who="system") == ["Qualified"]
    assert said(lead, who="person") == ["Handed over"]
    assert said(lead, who="lead") == said(lead, words="dentrix COST") == ["Elena replied"]
    assert said(lead, campaign=campaign.pk) == ["Letter sent"]
    shares = history.shares(history.of_lead(lead))
    assert (shares.total, dict(shares.channels)) == (4, {"email": 2, "system": 2})


def test_pages_follow_each_other_by_key_without_gap_or_double(lead: Lead) -> None:
    now = clock.now()
    timeline.record_many(timeline.Entry(lead.pk, "x", f"E{n}", at=now) for n in range(95))
    seen, after = [], ""
    while True:
        page = history.page(history.of_lead(lead), after)
        seen += [entry.pk for _, entries in page.days for entry in entries]
        after = page.after
        if not after:
            break
    assert (len(seen), len(set(seen)), seen) == (95, 95, sorted(seen, reverse=True))


@pytest.mark.parametrize("after", ["x", "~", "2026-13-45T00:00:00+00:00~1", "2026-01-01T00:00:00~1", "=1~2"])
def test_a_cursor_somebody_typed_starts_at_the_top(after: str, lead: Lead) -> None:
    timeline.record(lead.pk, "x", "One")
    assert len(history.page(history.of_lead(lead), after).days) == 1


def test_a_company_shows_what_happened_with_its_people(rep: User) -> None:
    company = CompanyFactory()
    for name in ("Ann", "Bob"):
        timeline.record(LeadFactory(first_name=name, company=company, owner=rep).pk, "x", name)
    rows = history.of_leads(Lead.objects.visible_to(rep).filter(company=company))
    assert [entry.lead.first_name for entry in rows.order_by("pk")] == ["Ann", "Bob"]


def test_a_file_is_safe_in_a_spreadsheet_and_masked_for_analysts(
    rep: User, analyst: User, lead: Lead
) -> None:
    timeline.record(lead.pk, "note", "=cmd()", data={"text": "Write to ann@x.example or +1 512 555 0142"})
    rows = history.of_lead(lead)
    [_, row] = list(csv.reader(io.StringIO("".join(history.lines(rows, "csv", rep)))))
    assert (row[3], "ann@x.example" in row[7]) == ("'=cmd()", True)
    [line] = list(history.lines(rows, "json", analyst))
    text = json.loads(line)["text"]
    assert ("ann@x.example" in text, "555" in text, "•••" in text) == (False, False, True)
