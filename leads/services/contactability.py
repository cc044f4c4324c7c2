"""The one gate: who may be contacted on which channel, and if not, why.

Asked at planning, inside the claim of a send, and again before a retry. ``blocked_sql`` is the same question
as a condition over a lead called ``l``, so that a claim can ask it in its own transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit, bulk
from leads.models import Consent, Lead, Suppression
from leads.services import listed, timeline
from leads.services.entry import normalise

BROKEN = "('invalid', 'bounced')"
VOICE = ("call", "sms", "voice")
_COLUMNS = ("level", "value", "channel", "reason", "evidence", "added_by_id", "added_at")


def may_contact(lead_ids: Sequence[int], channel: str, now: datetime | None = None) -> dict[int, str]:
    """Return, for each of these leads that may not be contacted, the reason in words; one statement."""
    if not lead_ids:
        return {}
    checks = _checks(channel)
    whens = " ".join(f"WHEN {sql} THEN {number}" for number, (sql, _, _) in enumerate(checks))
    params = [param for _, own, _ in checks for param in own]
    marks = ", ".join(["%s"] * len(lead_ids))
    rows = bulk.fetch(
        f"SELECT id, why FROM (SELECT l.id, CASE {whens} END AS why FROM leads_lead l"  # noqa: S608
        f" WHERE l.id IN ({marks})) x WHERE why IS NOT NULL",
        [*params, *lead_ids],
    )
    return {lead_id: checks[why][2] for lead_id, why in rows}


def closed(lead_ids: Sequence[int]) -> set[int]:
    """Return those of these leads whom the suppression list closes on every channel, or who are gone."""
    if not lead_ids:
        return set()
    checks = _gates("")
    joined, params = " OR ".join(sql for sql, _, _ in checks), [one for _, own, _ in checks for one in own]
    condition, ids = bulk.among("l.id", lead_ids)
    rows = bulk.fetch(f"SELECT l.id FROM leads_lead l WHERE {condition} AND ({joined})", [*ids, *params])  # noqa: S608
    return {lead_id for (lead_id,) in rows}


def blocked_sql(channel: str) -> tuple[str, list[Any]]:
    """Return the condition under which a lead called ``l`` may NOT be contacted, with its parameters."""
    checks = _checks(channel)
    joined = " OR ".join(sql for sql, _, _ in checks)
    return f"({joined})", [param for _, params, _ in checks for param in params]


def suppress(
    level: str, value: str, reason: str, channel: str = "", evidence: str = "", by: User | None = None
) -> bool:
    """Put a person, address, domain or company on the suppression list; return whether that is news.

    ``value`` is ``lead:ID``, a mail address or phone number, a domain, or ``company:ID``; an empty channel
    means every channel.
    """
    key = value.strip().lower()
    if level == Suppression.Level.ADDRESS:
        key = normalise.email_key(value) or normalise.phone(value) or key
    row = (level, key, channel, reason[:40], evidence, by.pk if by else None, clock.now())
    with transaction.atomic():
        is_new = bool(bulk.insert_ignore(Suppression, _COLUMNS, [row]))
        if level == Suppression.Level.ADDRESS and reason == "bounced":
            Lead.objects.filter(email_key=key).exclude(email_key="").update(email_status="bounced")
    return is_new


def suppress_lead(
    lead: Lead, reason: str, channel: str = "", evidence: str = "", by: User | None = None
) -> bool:
    """Put one person and their address on the list, so that even a new record of them is left alone."""
    with transaction.atomic():
        is_new = suppress(Suppression.Level.PERSON, f"lead:{lead.pk}", reason, channel, evidence, by)
        if lead.email_key:
            suppress(Suppression.Level.ADDRESS, lead.email_key, reason, channel, evidence, by)
        if is_new:
            said = f"Nobody writes to this person any more: {reason}"
            timeline.record(lead.pk, "suppressed", said, channel or "system", actor=by)
            audit.record(by, "suppress", lead, reason=reason)
    return is_new


def lift(suppression: Suppression, by: User, reason: str) -> bool:
    """Take an entry off the list (a person's with their address); who, when and why stay written down."""
    with transaction.atomic():
        entry = Suppression.objects.filter(pk=suppression.pk, lifted_at=None)
        if not entry.update(lifted_at=clock.now()):
            return False
        if suppression.level == Suppression.Level.PERSON:
            _lift_address(suppression)
        audit.record(by, "lift", suppression, reason=reason)
    return True


def _lift_address(suppression: Suppression) -> None:
    """Lift what ``suppress_lead`` wrote about the person's address together with this entry."""
    keys = Lead.objects.filter(pk=suppression.value.removeprefix("lead:")).values("email_key")
    together = {"reason": suppression.reason, "channel": suppression.channel, "lifted_at": None}
    addresses = Suppression.objects.filter(level=Suppression.Level.ADDRESS, value__in=keys, **together)
    addresses.exclude(value="").update(lifted_at=clock.now())


def record_consent(
    lead: Lead, channel: str, *, is_granted: bool, source: str, evidence: str = "", basis: str = "consent"
) -> Consent:
    """Add what a person allowed or refused; the newest word on a channel counts."""
    with transaction.atomic():
        said = "allowed" if is_granted else "refused"
        timeline.record(lead.pk, "consent", f"{lead} {said} {channel} ({source})", channel)
        return Consent.objects.create(
            lead=lead, channel=channel, is_granted=is_granted, source=source, evidence=evidence, basis=basis
        )


def _checks(channel: str) -> list[tuple[str, list[Any], str]]:
    """Return (condition, parameters, words), the weightiest reason first."""
    return [
        *_gates(channel),
        (_REFUSED, [channel], "Consent for this channel was refused or withdrawn."),
        *_of_channel(channel),
    ]


def _gates(channel: str) -> list[tuple[str, list[Any], str]]:
    """Return what closes a person whatever their own details are: they are gone, or on the list."""
    return [
        ("l.merged_into_id IS NOT NULL", [], "This record was merged into another one."),
        ("l.erased_at IS NOT NULL", [],
         "This person was forgotten on request: they are on the suppression list."),
        (_listed("person", "'lead:' || l.id"), [channel], "This person is on the suppression list."),
        (_listed("address", "l.email_key", "l.phone"), [channel], "The address is on the suppression list."),
        (_listed("domain", *_domains()), [channel], "The whole domain is on the suppression list."),
        (_listed("company", "'company:' || l.company_id"), [channel],
         "The company is on the suppression list."),
    ]  # fmt: skip


def _of_channel(channel: str) -> list[tuple[str, list[Any], str]]:
    if channel == "email":
        return [
            ("l.do_not_email", [], "The person asked not to be e-mailed."),
            ("l.email_key = ''", [], "There is no e-mail address."),
            (f"l.email_status IN {BROKEN}", [], "The e-mail address does not work."),
        ]
    if channel in VOICE:
        return [
            ("l.do_not_call", [], "The person asked not to be called."),
            ("l.phone = ''", [], "There is no phone number."),
        ]
    return [("l.linkedin_key = ''", [], "There is no LinkedIn profile.")] if channel == "linkedin" else []


def _listed(level: str, *values: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM leads_suppression x WHERE x.lifted_at IS NULL"  # noqa: S608
        f" AND x.level = '{level}' AND x.value IN ({', '.join(values)}) AND x.value <> ''"
        " AND x.channel IN ('', %s))"
    )


def _domains() -> list[str]:
    return listed.domains(_domain(), "strpos" if bulk.is_postgres() else "instr")


def _domain() -> str:
    if bulk.is_postgres():
        return "split_part(l.email_key, '@', 2)"
    return "CASE WHEN l.email_key = '' THEN '' ELSE substr(l.email_key, instr(l.email_key, '@') + 1) END"


_REFUSED = (
    "EXISTS (SELECT 1 FROM leads_consent x WHERE x.lead_id = l.id AND x.channel = %s AND NOT x.is_granted"
    " AND NOT EXISTS (SELECT 1 FROM leads_consent y WHERE y.lead_id = x.lead_id AND y.channel = x.channel"
    " AND y.id > x.id))"
)
