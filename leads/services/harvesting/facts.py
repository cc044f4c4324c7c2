"""What a provider says about people we know: addresses, verdicts, numbers, and who is off limits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from leads.models import Lead, ProviderOrder, Suppression
from leads.providers import dropcontact
from leads.providers.base import LeadDraft
from leads.providers.dropcontact import Found
from leads.services import contactability, intake, timeline
from leads.services.entry import normalise
from leads.services.harvesting import arrivals, catalogue
from leads.services.timeline import Entry


def read_addresses(order: ProviderOrder) -> list[Found]:
    """Return what a batch found about our people; only those it was asked about count."""
    asked = {int(one["custom_fields"]["lead_id"]) for one in order.request["ask"]["data"]}
    found = dropcontact.found(order.answer, take_catch_all=settings.LEAD_TAKE_CATCH_ALL)
    return [one for one in found if one.lead_id in asked]


def put_addresses(order: ProviderOrder, batch: Sequence[Found], now: datetime) -> None:
    """Add addresses to people; make them prospects where a campaign asked; suppress who wants no contact."""
    for one in batch:
        if one.wants_no_contact:
            _leave_alone([one.lead_id], order, "asked not to be contacted")
    told = [one for one in batch if not one.wants_no_contact and (one.email or one.facts)]
    drafts = {one.lead_id: _draft(one) for one in told}
    _add(order, drafts, now)
    with_address = Lead.objects.filter(pk__in=[one.lead_id for one in batch if one.email]).exclude(
        email_key=""
    )
    if order.request.get("enrolls"):
        arrivals.enroll(order.campaign, list(with_address.values_list("pk", flat=True)), now)


def put_address(order: ProviderOrder, batch: Sequence[tuple[str, str]], now: datetime) -> None:
    """Add the address that was found to its person."""
    for email, status in batch:
        if email:
            _add(order, {order.request["lead"]: LeadDraft("", "", email=email, email_status=status)}, now)
        else:
            _tell(order, {order.request["lead"]: "found no address"})


def put_verdict(order: ProviderOrder, batch: Sequence[str], now: datetime) -> None:
    """Write what the check of an address said, if the person still has that address."""
    for status in batch:
        key = normalise.email_key(order.request["ask"]["email"])
        rows = Lead.objects.filter(pk=order.request["lead"], email_key=key).exclude(email_status="bounced")
        if key and rows.update(email_status=status, version=F("version") + 1, updated_at=now):
            _tell(order, {order.request["lead"]: f"checked the address: {status}"})


def put_person(order: ProviderOrder, batch: Sequence[LeadDraft], now: datetime) -> None:
    """Add what is known about a person and their company."""
    if batch:
        _add(order, {order.request["lead"]: batch[0]}, now)


def put_phone(order: ProviderOrder, batch: Sequence[str], now: datetime) -> None:
    """Add a mobile number."""
    for number in batch[:1]:
        _add(order, {order.request["lead"]: LeadDraft("", "", phone=number)}, now)


def restrict(order: ProviderOrder, batch: Sequence[bool], now: datetime) -> None:
    """The law forbids to process these data: nobody writes to this person or address any more."""
    if order.request.get("lead"):
        _leave_alone([order.request["lead"]], order, "personal data restricted")
    elif domain := order.request["ask"].get("domain"):
        evidence = f"{catalogue.label(order.provider)} refused order {order.pk} (HTTP 451)"
        contactability.suppress(
            Suppression.Level.DOMAIN, domain, "personal data restricted", evidence=evidence
        )


def _add(order: ProviderOrder, drafts: dict[int, LeadDraft], now: datetime) -> None:
    """Send facts through the door for people, under a key by which the person is found again."""
    people = Lead.objects.filter(pk__in=drafts, merged_into=None, erased_at=None)
    people.filter(external_id="").update(external_id=Concat(Value("lead:"), Cast("pk", CharField())))
    found = [
        arrivals.person(order, replace(drafts[lead.pk], external_id=lead.external_id, country=lead.country))
        for lead in people
    ]
    intake.store([one for one in found if one], arrivals.entrance(order, now))
    _note_status(drafts.values())
    _tell(order, {pk: _said(draft) for pk, draft in drafts.items()})


def _draft(one: Found) -> LeadDraft:
    facts = one.facts or {}
    return LeadDraft(
        "", "", email=one.email, email_status=one.email_status, phone=facts.get("phone", ""),
        title=facts.get("title", ""), linkedin_url=facts.get("linkedin_url", ""),
    )  # fmt: skip


def _note_status(drafts: Iterable[LeadDraft]) -> None:
    """A check by a provider counts where nobody knew better."""
    for status in ("valid", "risky", "invalid"):
        keys = [normalise.email_key(one.email) for one in drafts if one.email and one.email_status == status]
        if keys:
            Lead.objects.filter(email_key__in=keys, email_status="unknown").update(email_status=status)


def _leave_alone(lead_ids: Iterable[int], order: ProviderOrder, reason: str) -> None:
    evidence = f"{catalogue.label(order.provider)}, order {order.pk}"
    for lead in Lead.objects.filter(pk__in=lead_ids):
        contactability.suppress_lead(lead, reason, evidence=evidence)


def _tell(order: ProviderOrder, words: dict[int, str]) -> None:
    label, campaign_id = catalogue.label(order.provider), order.campaign_id
    timeline.record_many(
        Entry(pk, "enriched", f"{label} {said}", campaign_id=campaign_id) for pk, said in words.items()
    )


def _said(draft: LeadDraft) -> str:
    facts = {"an address": draft.email, "a number": draft.phone, "a role": draft.title,
             "a profile": draft.linkedin_url}  # fmt: skip
    parts = [name for name, value in facts.items() if value]
    return f"found {', '.join(parts)}" if parts else "knew nothing new"
