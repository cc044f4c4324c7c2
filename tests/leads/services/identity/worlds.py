"""Two records of one person with everything that can hang on them, and the bytes of every table."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps

from campaigns import clock
from campaigns.services.roles import APPS
from conversations.models import Turn
from leads.models import (
    Activity,
    Attachment,
    Consent,
    Deal,
    FactSource,
    Lead,
    LeadKey,
    LeadScore,
    Note,
    Suppression,
    Task,
)
from tests import factories as make

#: What a merge and its undo write themselves: their own rows, the journal, and the matcher's.
OWN = ("leads.Merge", "leads.MatchCandidate", "leads.MatchRun", "leads.Activity", "campaigns.AuditEntry")
STAGES = ("new", "scored", "qualified", "routed", "contacted", "replied", "lost", "won")


def all_rows() -> dict[str, str]:
    """Return every row of every table but those of the act itself; versions and stamps of leads go up."""
    return {
        model._meta.label: _bytes(model)
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if model._meta.label not in OWN
    }


def pair_with_everything(seed: int) -> tuple[Lead, Lead]:
    """Make two records and hang rows of every kind on both, by chance the same campaigns and keys."""
    chance = random.Random(seed)
    now = clock.now()
    campaigns = [make.CampaignFactory() for _ in range(3)]
    versions = [make.SequenceVersionFactory() for _ in range(2)]
    card = make.RuleFactory(kind="scoring")
    pair = (_lead(chance, now), _lead(chance, now))
    for lead in pair:
        _hang_on(lead, chance, campaigns, versions, now)
        if chance.random() < 0.7:
            LeadScore.objects.create(lead=lead, card=card, value=chance.randint(0, 100), contributions=[1, 2])
    return pair


def _lead(chance: random.Random, now: datetime) -> Lead:
    return make.LeadFactory(
        email=chance.choice(["", f"p{chance.randint(0, 10**9)}@customer.example"]),
        phone=chance.choice(["", "+447700900123", "+447700900124"]),
        linkedin_key=chance.choice(["", f"in{chance.randint(0, 10**9)}"]),
        title=chance.choice(["", "Owner"]), city=chance.choice(["", "Austin"]),
        budget=chance.choice([None, "100.50"]), tags=chance.sample(["vip", "cold", "warm"], 2),
        custom=chance.choice([{}, {"plan": "Pro"}, {"plan": "", "seats": 4}]),
        do_not_email=chance.random() < 0.3, lifecycle=chance.choice(["new", "working", "replied"]),
        last_contacted_at=chance.choice([None, now - timedelta(days=3, microseconds=17)]),
        created_at=now - timedelta(days=chance.randint(1, 90), microseconds=chance.randint(0, 10**6)),
    )  # fmt: skip


def _hang_on(
    lead: Lead, chance: random.Random, campaigns: list[Any], versions: list[Any], now: datetime
) -> None:
    for number, campaign in enumerate(campaigns):
        if chance.random() < 0.7:
            _in_campaign(lead, chance, campaign, versions[number % 2], now)
    Note.objects.create(lead=lead, body="A note")
    Task.objects.create(lead=lead, title="Call")
    Activity.objects.create(lead=lead, kind="clicked", summary="Clicked")
    Attachment.objects.create(lead=lead, name="a.pdf", path="x", size=1, content_type="a/b", sha256="0" * 64)
    LeadKey.objects.create(lead=lead, kind="visitor", value=f"cookie-{lead.pk}")
    FactSource.objects.create(lead=lead, field=chance.choice(["title", "city"]), source="import")
    make.CostFactory(lead_id=lead.pk)
    if chance.random() < 0.6:
        Consent.objects.create(lead=lead, channel="email", is_granted=chance.random() < 0.5, source="a form")
    if chance.random() < 0.4:
        Suppression.objects.create(level="person", value=f"lead:{lead.pk}", channel="", reason="asked")


def _in_campaign(lead: Lead, chance: random.Random, campaign: Any, version: Any, now: datetime) -> None:
    prospect = make.ProspectFactory(lead=lead, campaign=campaign, stage=chance.choice(STAGES))
    is_living = not lead.enrollments.filter(status__in=("active", "paused")).exists()
    enrollment = make.EnrollmentFactory(
        prospect=prospect, version=version, position=chance.randint(0, 3),
        status=chance.choice(["active", "paused"]) if is_living else "finished",
        due_at=now + timedelta(hours=5) if is_living else None,
    )  # fmt: skip
    make.MessageFactory(
        lead=lead, campaign=campaign, enrollment=enrollment, step=make.StepFactory(),
        status=chance.choice(["queued", "sent", "draft"]), sent_at=None,
    )  # fmt: skip
    if chance.random() < 0.6:
        talk = make.ConversationFactory(lead=lead, campaign=campaign, turns_count=2)
        for number in (1, 2):
            at = now - timedelta(minutes=chance.randint(0, 500))
            Turn.objects.create(conversation=talk, number=number, author="lead", body="Hi", said_at=at)
        Task.objects.create(lead=lead, title="Answer", conversation_id=talk.pk)
    if chance.random() < 0.6:
        Deal.objects.create(
            lead=lead, campaign=campaign, name="A deal", value=chance.randint(1, 900),
            stage=chance.choice(["open", "meeting", "proposal", "won"]),
        )  # fmt: skip


def _bytes(model: Any) -> str:
    rows = list(model._base_manager.order_by("pk").values())
    for row in rows if model is Lead else ():
        row.pop("version"), row.pop("updated_at")
    return json.dumps(rows, default=str)
