import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from analytics.serializers import profile
from analytics.services import customers
from campaigns import clock
from leads.models import Consent, Lead, LeadScore, Rule, Suppression
from leads.services import timeline
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(rep):
    made = factories.LeadFactory(owner=rep, last_contacted_at=clock.now())
    for n in range(3):
        timeline.record(made.pk, "opened", f"Opened {n}")
    prospect = factories.ProspectFactory(lead=made)
    factories.MessageFactory.create_batch(2, lead=made, campaign=prospect.campaign)
    factories.DealFactory(lead=made, stage="won")
    factories.CostFactory.create_batch(2, lead_id=made.pk, amount=Decimal("0.25"))
    factories.RevenueFactory(lead_id=made.pk)
    for granted in (True, False):
        Consent.objects.create(lead=made, channel="email", is_granted=granted, source="form")
    return made


def test_the_whole_picture_takes_eight_queries(lead, rep, django_assert_max_num_queries):
    factories.ConversationFactory(lead=lead)
    card = Rule.objects.create(
        kind="scoring", name="Card", body={"dimensions": [{"label": "Size"}, {"label": "Budget"}]}
    )
    LeadScore.objects.create(lead=lead, card=card, value=70, contributions=[5, -9])
    with django_assert_max_num_queries(8):
        found = customers.profile(lead.pk, rep)
        json.dumps(profile(found, rep), cls=DjangoJSONEncoder)
    assert (found.score, found.score_parts) == (70, [("Budget", -9), ("Size", 5)])
    assert (found.cost, found.revenue) == (Decimal("0.5"), Decimal("100"))
    assert (len(found.timeline), len(found.messages), len(found.prospects)) == (3, 2, 1)
    assert found.consent_by_channel["email"].is_granted is False


def test_a_foreign_person_does_not_exist(lead, stranger):
    with pytest.raises(Lead.DoesNotExist):
        customers.profile(lead.pk, stranger)


@pytest.mark.parametrize(
    ("level", "value"),
    [
        ("person", "lead:{0.pk}"),
        ("address", "{0.email_key}"),
        ("domain", "{0.company.domain}"),
        ("company", "company:{0.company_id}"),
    ],
)
def test_who_may_not_be_written_to_is_left_alone(lead, rep, level, value):
    Suppression.objects.create(level=level, value=value.format(lead), reason="unsubscribed")
    found = customers.profile(lead.pk, rep)
    assert (found.blocked_because, found.next_step.kind) == ("unsubscribed", "none")


def test_what_waits_comes_first(lead, rep):
    assert customers.profile(lead.pk, rep).next_step.kind == "wait"
    factories.DealFactory(lead=lead, campaign=None)
    assert customers.profile(lead.pk, rep).next_step.kind == "deal"
    factories.TaskFactory(lead=lead, due_at=clock.now() - timedelta(hours=1))
    assert customers.profile(lead.pk, rep).next_step.title == "Call Elena"
    factories.ConversationFactory(lead=lead, waiting_since=clock.now(), last_line="What does it cost?")
    assert customers.profile(lead.pk, rep).next_step.why == "«What does it cost?»"
