"""Why somebody is in or out: the whole tree, each part with what is really there."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import User
from leads.services.grouped.why import explain
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory, ProspectFactory

pytestmark = pytest.mark.django_db


def test_every_part_says_yes_or_no_and_what_is_there(rep: User) -> None:
    lead = LeadFactory(
        owner=rep,
        company=CompanyFactory(employees=12),
        last_contacted_at=clock.now() - timedelta(days=9),
        tags=["a"],
    )
    campaign = CampaignFactory(name="Spring")
    ProspectFactory(lead=lead, campaign=campaign, stage="qualified")
    part = explain(lead, {"all": [
        {"field": "employees", "op": "gte", "value": 50},
        {"any": [{"field": "days_since_last_contact", "op": "lte", "value": 10},
                 {"field": "opens@30", "op": "gte", "value": 1}]},
        {"not": {"any": [{"field": "tags", "op": "has", "value": "vip"}]}},
        {"field": "in_campaign", "op": "is", "value": campaign.pk},
        {"field": f"stage@{campaign.pk}", "op": "eq", "value": "qualified"},
        {"field": "owner", "op": "is", "value": rep.pk},
        {"field": "score", "op": "is_empty"},
    ]})  # fmt: skip
    first, either, none, inside, stage, owner, score = part.parts
    assert (part.text, part.holds) == ("All of these", False)
    assert (first.text, first.holds, first.value) == ("Employees is at least 50", False, "12")
    assert (either.text, either.holds, [one.holds for one in either.parts]) == (
        "Any of these",
        True,
        [True, False],
    )
    assert either.parts[0].value.endswith("9 days ago")
    assert (none.text, none.holds, none.parts[0].value) == ("None of these", True, "a")
    assert (inside.text, inside.value) == ("Campaign is «Spring»", "Spring")
    assert (stage.text, stage.holds, stage.value) == ("Stage in «Spring» is «qualified»", True, "qualified")
    assert (owner.value, score.value) == ("rep", "not known")


def test_no_criteria_mean_everybody() -> None:
    assert explain(LeadFactory(), {}).text == "Everybody"
