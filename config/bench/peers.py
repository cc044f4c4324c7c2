"""The usual way: each path as a plain Django application writes it, one row at a time through the ORM.

Measured in the same run on a sample, so that the factor over it holds on this machine, at this load. These
forms do less than the product (no consent, budget, timeline or tally), which makes the factor a modest one.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from campaigns import clock
from campaigns.models import Campaign
from config.bench import scenery
from config.bench.harness import cpu_seconds
from leads.models import Lead, LeadScore, Prospect, ProspectStage, RuleKind
from leads.services import contactability, rulebook, scoring
from leads.services.rules import facts
from outreach.models import Enrollment, Event, Message, MessageStatus, SequenceVersion, Tally

SAMPLE = 300


@dataclass(frozen=True)
class Peer:
    """One path written the usual way over ``SAMPLE`` rows, by the name of its case."""

    name: str
    work: Callable[[], None]


def measured(campaign: Campaign, version: SequenceVersion) -> dict[str, float]:
    """Return CPU microseconds a unit of each path written the usual way; call on an empty scene."""
    scenery.take_in(campaign, ProspectStage.NEW)
    found = {}
    for peer in peers(campaign, version):
        started = cpu_seconds()
        peer.work()
        found[peer.name] = (cpu_seconds() - started) / SAMPLE * 1e6
    return found


def peers(campaign: Campaign, version: SequenceVersion) -> list[Peer]:
    """Return the paths in the order in which a lead walks them."""
    chosen = list(Prospect.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True))[
        :SAMPLE
    ]
    return [
        Peer("import", _import),
        Peer("score", lambda: _score(chosen)),
        Peer("qualify", lambda: _qualify(chosen)),
        Peer("route", lambda: _route(chosen, version)),
        Peer("send", lambda: _send(campaign)),
        Peer("events", lambda: _events(campaign, version)),
    ]


def _import() -> None:
    columns = scenery.LEAD_COLUMNS[:-1]
    for row in scenery.people(SAMPLE, seed=99):
        values = dict(zip(columns, row, strict=False))
        Lead.objects.update_or_create(email_key=f"peer-{values.pop('email_key')}", defaults=values)


def _score(chosen: list[int]) -> None:
    card = rulebook.active(RuleKind.SCORING)
    for prospect in Prospect.objects.filter(pk__in=chosen).select_related("lead"):
        known = facts.load([prospect.lead_id])[prospect.lead_id]
        value = scoring.evaluate(known, card)
        LeadScore.objects.update_or_create(lead=prospect.lead, defaults={"card": card, "value": value})
        prospect.score, prospect.stage = value, ProspectStage.SCORED
        prospect.save()


def _qualify(chosen: list[int]) -> None:
    for prospect in Prospect.objects.filter(pk__in=chosen).select_related("lead__company"):
        lead = prospect.lead
        fits = bool(lead.email_key) and lead.company is not None and (lead.company.employees or 0) >= 1
        prospect.stage = ProspectStage.QUALIFIED if fits else ProspectStage.REJECTED
        prospect.decided_at = clock.now()
        prospect.save()


def _route(chosen: list[int], version: SequenceVersion) -> None:
    for prospect in Prospect.objects.filter(pk__in=chosen).select_related("lead"):
        if Enrollment.objects.filter(lead=prospect.lead, status="active").exists():
            continue
        Enrollment.objects.create(
            version=version, prospect=prospect, lead=prospect.lead, campaign_id=prospect.campaign_id,
            exclusivity_key=f"lead:{prospect.lead_id}", due_at=clock.now(),
        )  # fmt: skip
        prospect.stage = ProspectStage.ROUTED
        prospect.save()


def _send(campaign: Campaign) -> None:
    for enrollment in Enrollment.objects.filter(campaign=campaign).select_related("lead"):
        lead = enrollment.lead
        if contactability.may_contact([lead.pk], "email"):
            continue
        text = f"Dear {lead.first_name},\n\n" + "many teams in your field tell us the same thing. " * 12
        message = Message.objects.create(
            uid=uuid.uuid4().hex, campaign=campaign, lead=lead, enrollment=enrollment, to_address=lead.email,
            subject="A question", body=text, status=MessageStatus.QUEUED,
        )  # fmt: skip
        mail = EmailMultiAlternatives(message.subject, text, "ann@sender.example", [lead.email])
        mail.attach_alternative(f"<p>{text}</p>", "text/html")
        mail.message().as_bytes()
        message.status, message.sent_at = MessageStatus.SENT, clock.now()
        message.save()


def _events(campaign: Campaign, version: SequenceVersion) -> None:
    step = version.steps.get()
    place = {"campaign_id": campaign.pk, "step_id": step.pk, "variant_id": step.variants.all()[0].pk}
    tally = Tally.objects.create(day=clock.now().date(), **place)
    for message in Message.objects.filter(campaign=campaign):
        Event.objects.get_or_create(
            provider="peer", provider_event_id=message.uid,
            defaults={"message": message, "kind": "delivered", "occurred_at": clock.now()},
        )  # fmt: skip
        message.status = MessageStatus.DELIVERED
        message.save()
        Tally.objects.filter(pk=tally.pk).update(delivered=F("delivered") + 1)
