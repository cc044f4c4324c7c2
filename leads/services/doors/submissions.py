"""Filled-in forms as rows: first kept, then made a person of, at once or by a drain after a crash."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit, bulk
from leads.models import Lead, Submission, WebForm
from leads.services import timeline
from leads.services.doors import owners, reading
from leads.services.doors.arriving import REFUSED, Arrival, Word, arrive_unproven
from leads.services.doors.reading import Reading
from leads.services.intake import Entrance

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
TRIES = 5
FORGOTTEN = "Asked to be forgotten: nothing was kept."
Status = Submission.Status


@dataclass(frozen=True)
class Posted:
    """One post as it came: ``once`` names it, ``spam`` says why it looks like a program's."""

    once: str
    values: Mapping[str, str]
    agreed: bool = False
    page_url: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    visitor: str = ""
    spam: str = ""


def take(form: WebForm, posted: Posted, now: datetime) -> tuple[Submission, Reading]:
    """Keep a post and make a person of it; return the row and, when it must be mended, what is wrong."""
    row, is_mine = _keep(form, posted, now)
    return row, settle(row, now) if is_mine and row.status == Status.RECEIVED else Reading()


def settle(row: Submission, now: datetime, *, leniently: bool = False) -> Reading:
    """Make a person of a kept post; ``leniently`` leaves bad values out instead of refusing them."""
    found = reading.read(row.form, row.payload.get("values", {}))
    bad = found.problems if not leniently else {key: text for key, text in found.problems.items() if not key}
    if bad or (leniently and "email_key" not in found.draft and not _has_key(found)):
        _end(row, Status.REFUSED, found.problem or reading.NOBODY)
        return found
    for attempt in range(3):
        try:
            _store(row, found, now)
            return found
        except IntegrityError:  # the same person came through another door in this moment: now known
            if attempt == 2:
                raise
    return found


def drain(now: datetime, *, limit: int = 100) -> int:
    """Finish what a crash left behind; return how many rows were handled."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Submission.objects.filter(free, status=Status.RECEIVED).order_by("id")
    token, ids = bulk.claim(waiting, limit=limit, lease=LEASE, now=now)
    for row in Submission.objects.filter(pk__in=ids, lease_token=token).select_related("form__owner"):
        try:
            if row.attempts > TRIES:
                _end(
                    row, Status.REFUSED, "Could not be stored after several tries: look at it, then store it."
                )
            else:
                settle(row, now)
        except Exception:  # one bad row must not hold up the others: it is tried again after its lease
            logger.exception("submission %s could not be settled", row.pk)
    return len(ids)


def store_anyway(row: Submission, by: User) -> Submission:
    """Store a post that was taken for spam or refused, on a person's word; bad values are left out."""
    if row.status in (Status.SPAM, Status.REFUSED) and row.payload.get("values"):
        Submission.objects.filter(pk=row.pk).update(status=Status.RECEIVED, lease_until=clock.now() + LEASE)
        settle(row, clock.now(), leniently=True)
        row.refresh_from_db()
        if row.status == Status.STORED:
            audit.record(by, "store anyway", row)
    return row


def _keep(form: WebForm, posted: Posted, now: datetime) -> tuple[Submission, bool]:
    """Write the post down before anything is made of it; return its row and whether it is for us to settle.

    A repeated post is the row of the first; one that was refused may be sent again, mended.
    """
    facts: dict[str, Any] = {
        "payload": {
            "values": dict(posted.values), "agreed": posted.agreed, "version": form.version,
            "consent": {"text": form.consent_text, "channels": form.consent_channels},
        },
        "page_url": posted.page_url, "clicks": dict(posted.marks), "visitor": posted.visitor,
        "status": Status.SPAM if posted.spam else Status.RECEIVED, "problem": posted.spam,
        "received_at": now, "lease_until": now + LEASE, "lease_token": uuid.uuid4().hex,
    }  # fmt: skip
    row, is_new = Submission.objects.get_or_create(once=posted.once, defaults={"form": form, **facts})
    if not is_new and not posted.spam:
        refused = Submission.objects.filter(pk=row.pk, form=form, status=Status.REFUSED)
        is_new = bool(refused.update(**facts))
        row.refresh_from_db()
    return row, is_new


def _store(row: Submission, found: Reading, now: datetime) -> None:
    form = row.form
    owner_id, team_id = owners.choose(form)
    draft = {**found.draft, "source": str(row.clicks.get("utm_source") or "web form")[:60]}
    if form.tags:
        draft["tags"] = list(form.tags)
    arrival = Arrival(
        draft, words=_words(row), marks=row.clicks, visitor=row.visitor, kind="form",
        summary=f"Filled in «{form.name}»", key=f"form:{row.once}", campaign_id=form.campaign_id,
        data={"form": form.pk, "answers": found.said, "page": row.page_url, **row.clicks},
    )  # fmt: skip
    with transaction.atomic():
        mine = Submission.objects.select_for_update().filter(pk=row.pk, status=Status.RECEIVED)
        if not list(mine.values_list("pk")):
            return  # another process was quicker
        entrance = Entrance("web form", now, owner_id, team_id, evidence=f"Form {form.name}")
        outcome = arrive_unproven(arrival, entrance, source=f"Web form: {form.name}"[:80])
        if outcome.verdict == REFUSED:
            _end(
                row, Status.REFUSED, outcome.note or FORGOTTEN, payload={}, page_url="", clicks={}, visitor=""
            )
            return
        _welcome(outcome.lead_id, owner_id, team_id, now)
        _end(row, Status.STORED, "", lead_id=outcome.lead_id, stored_at=now)


def _welcome(lead_id: int, owner_id: int | None, team_id: int | None, now: datetime) -> None:
    """Note that the person turned to us, and give somebody without an owner one."""
    Lead.objects.filter(pk=lead_id).update(last_engaged_at=now)
    ownerless = Lead.objects.filter(pk=lead_id, owner=None).filter(Q(team=None) | Q(team_id=team_id))
    if owner_id and ownerless.update(owner_id=owner_id, team_id=team_id, version=F("version") + 1):
        timeline.record(lead_id, "assigned", "Routed to an owner by the form")


def _words(row: Submission) -> tuple[Word, ...]:
    """Return the consent that was given, with what was shown, where and when."""
    asked = row.payload.get("consent") or {}
    if not row.payload.get("agreed") or not asked.get("text"):
        return ()
    shown = (
        f"Ticked «{asked['text']}» in version {row.payload.get('version')} of form {row.form_id}"
        f" at {row.received_at:%Y-%m-%d %H:%M:%S} UTC on {row.page_url or 'the hosted page'}."
    )
    return tuple(Word(str(channel), True, shown) for channel in asked.get("channels") or ())


def _end(row: Submission, status: str, problem: str, **facts: Any) -> None:
    row.status, row.problem = status, problem[:200]
    Submission.objects.filter(pk=row.pk).update(
        status=status, problem=problem[:200], lease_until=None, lease_token="", **facts
    )
    if "lead_id" in facts:
        row.lead_id = facts["lead_id"]


def _has_key(found: Reading) -> bool:
    return any(found.draft.get(key) for key in ("email_key", "phone", "linkedin_key"))
