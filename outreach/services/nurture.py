"""Planning: whose next step is due becomes a message, its text rendered and stored, a thousand at a time.

In one transaction the enrollments are advanced (only where nobody else has) and the messages inserted (the
unique pair of enrollment and step makes a second planning a no-op). Four statements, however many people.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from campaigns.models import Campaign
from campaigns.services import bulk
from campaigns.services.pipeline import StageReport
from leads.services import contactability
from outreach.models import MessageStatus
from outreach.services import due, recordset, templates, tokens, variants, windows
from outreach.services.due import Due

LAST_WORD = timedelta(days=1)  # how long an enrollment stays open after its last message
PLANNED = (("id", "bigint"), ("position", "integer"), ("due_at", "timestamptz"))
MESSAGE = (
    ("uid", "text"), ("campaign_id", "bigint"), ("lead_id", "bigint"), ("enrollment_id", "bigint"),
    ("step_id", "bigint"), ("sender_id", "bigint"), ("channel", "text"), ("variant_id", "bigint"),
    ("tone", "text"), ("to_address", "text"), ("subject", "text"), ("body", "text"), ("status", "text"),
    ("reason", "text"), ("due_at", "timestamptz"), ("closes_at", "timestamptz"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The message of one person's next step."""

    person: Due
    due_at: datetime
    next_due_at: datetime
    status: str = MessageStatus.QUEUED
    reason: str = ""
    variant_id: int | None = None
    tone: str = ""
    subject: str = ""
    body: str = ""


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Plan the due steps of one campaign: the pipeline's last stage."""
    done = _plan(now, limit, campaign.pk)
    left = due.count(campaign.pk, now) if done else 0
    return StageReport(done=done, left=left)


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Plan due steps of every active campaign, and finish those who have had their last."""
    return _plan(now, limit, None) or due.finish(now)


def _plan(now: datetime, limit: int, campaign_id: int | None) -> int:
    with transaction.atomic():
        people = due.take(now, limit, campaign_id)
        if not people:
            return 0
        plans = _reasoned(_plans(people, now), now)
        advanced = _advance(plans, now)
        _insert([plan for plan in plans if plan.person.enrollment_id in advanced], now)
    return len(people)


def _plans(people: Sequence[Due], now: datetime) -> list[Plan]:
    choices = variants.of_steps({person.step_id for person in people})
    return [_plan_one(person, choices.get(person.step_id, []), now) for person in people]


def _plan_one(person: Due, choices: Sequence[variants.Choice], now: datetime) -> Plan:
    due_at = windows.next_moment(now, person.time_zone, person.window, seed=str(person.lead_id))
    plan = Plan(person, due_at, _next_due(person, due_at))
    if person.is_blocked:
        return replace(plan, status=MessageStatus.SUPPRESSED)
    if not choices:
        return replace(plan, status=MessageStatus.SKIPPED, reason="The step has no text.")
    choice = variants.pick(choices, person.step_id, person.lead_id)
    plan = replace(plan, variant_id=choice.id, tone=choice.tone)
    try:
        values = tokens.values(person.facts, person.sender_name, person.sender_email)
        subject, body = choice.subject.render(values), choice.body.render(values)
    except (templates.MissingToken, templates.TemplateRefused) as error:
        return replace(plan, status=MessageStatus.SKIPPED, reason=str(error)[:200])
    return replace(plan, subject=" ".join(subject.split())[:250], body=body)


def _next_due(person: Due, due_at: datetime) -> datetime:
    if person.next_delay is None or person.next_window is None:
        return due_at + LAST_WORD
    wanted = due_at + timedelta(hours=person.next_delay)
    return windows.next_moment(wanted, person.time_zone, person.next_window, seed=str(person.lead_id))


def _reasoned(plans: list[Plan], now: datetime) -> list[Plan]:
    """Say why the suppressed ones are: asked only when there are any."""
    blocked = [plan.person.lead_id for plan in plans if plan.status == MessageStatus.SUPPRESSED]
    if not blocked:
        return plans
    why = contactability.may_contact(blocked, "email", now)
    return [
        replace(plan, reason=why.get(plan.person.lead_id, "May not be contacted.")[:200])
        if plan.status == MessageStatus.SUPPRESSED
        else plan
        for plan in plans
    ]


def _advance(plans: Sequence[Plan], now: datetime) -> set[int]:
    """Move each enrollment on by one step; the suppressed end here. Return those that we moved."""
    rows = [
        (p.person.enrollment_id, p.person.position, p.next_due_at,
         "stopped" if p.status == MessageStatus.SUPPRESSED else "active")
        for p in plans
    ]  # fmt: skip
    columns = (*PLANNED, ("status", "text"))
    found = bulk.fetch(
        "UPDATE outreach_enrollment AS e SET position = r.position + 1, status = r.status,"  # noqa: S608
        " stop_reason = CASE r.status WHEN 'stopped' THEN 'suppressed' ELSE '' END,"
        " due_at = CASE r.status WHEN 'stopped' THEN NULL ELSE r.due_at END,"
        f" ended_at = CASE r.status WHEN 'stopped' THEN {_moment()} ELSE NULL END"
        f" FROM {recordset.records(*columns)}"
        " WHERE e.id = r.id AND e.position = r.position AND e.status = 'active'"
        f" RETURNING {'e.id' if bulk.is_postgres() else 'id'}",
        [now, recordset.dumps([name for name, _ in columns], rows)],
    )
    return {pk for (pk,) in found}


def _insert(plans: Sequence[Plan], now: datetime) -> None:
    names = [name for name, _ in MESSAGE]
    listed = ", ".join(names)
    bulk.run(
        f"INSERT INTO outreach_message ({listed}, in_reply_to, lease_token, attempts, provider, provider_id,"  # noqa: S608
        f" created_at) SELECT {listed}, '', '', 0, '', '', {_moment()} FROM {recordset.records(*MESSAGE)}"
        " WHERE true ON CONFLICT DO NOTHING",
        [now, recordset.dumps(names, [_row(plan) for plan in plans])],
    )


def _moment() -> str:
    return "%s::timestamptz" if bulk.is_postgres() else "%s"


def _row(plan: Plan) -> tuple[Any, ...]:
    person = plan.person
    closes_at = windows.closing(plan.due_at, person.time_zone, person.window)
    return (
        uuid.uuid4().hex, person.campaign_id, person.lead_id, person.enrollment_id, person.step_id,
        person.sender_id, person.channel, plan.variant_id, plan.tone, person.email, plan.subject, plan.body,
        plan.status, plan.reason, plan.due_at, closes_at,
    )  # fmt: skip
