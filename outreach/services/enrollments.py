"""Stopping, pausing and moving people who are on their way through a sequence.

A stop changes the enrollments first and their messages second, in one transaction; planning takes the same
locks in the same order, so no message is planned past a stop.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.models import Campaign
from outreach.models import Enrollment, EnrollmentStatus, Message, MessageStatus, SequenceVersion

LIVING = (EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED)
WAITING = (MessageStatus.DRAFT, MessageStatus.APPROVED, MessageStatus.QUEUED)


def stop_for_lead(lead_id: int, reason: str, now: datetime, campaign_id: int | None = None) -> int:
    """Stop everything planned for a person (in one campaign, if given); return the sequences stopped."""
    return stop_for_leads([lead_id], reason, now, campaign_id)


def stop_for_leads(
    lead_ids: Sequence[int], reason: str, now: datetime, campaign_id: int | None = None
) -> int:
    """Stop everything planned for these people; answers that staff wrote still go out."""
    scope = Q(lead_id__in=lead_ids) if campaign_id is None else Q(lead_id__in=lead_ids, campaign=campaign_id)
    return _stop(scope, reason, now)


def stop(enrollment_ids: Sequence[int], reason: str, now: datetime) -> int:
    """Stop these enrollments and cancel what they still had waiting."""
    return _stop(Q(pk__in=enrollment_ids), reason, now, messages=Q(enrollment_id__in=enrollment_ids))


def stop_campaign(campaign: Campaign, reason: str, now: datetime) -> int:
    """Stop everybody in a campaign, when it ends."""
    return _stop(Q(campaign=campaign), reason, now)


def pause_for_lead(lead_id: int, now: datetime, until: datetime | None = None) -> int:
    """Let a person's sequences rest; with ``until`` they go on by themselves then (out of office)."""
    active = Enrollment.objects.filter(lead_id=lead_id, status=EnrollmentStatus.ACTIVE)
    if until is None:
        return active.update(status=EnrollmentStatus.PAUSED)
    with transaction.atomic():
        changed = active.filter(Q(due_at__lt=until)).update(due_at=until)
        waiting = Message.objects.filter(lead_id=lead_id, status=MessageStatus.QUEUED, due_at__lt=until)
        waiting.exclude(enrollment=None).update(due_at=until, closes_at=until)
    return changed


def resume_for_lead(lead_id: int, now: datetime) -> int:
    """Let a person's paused sequences go on."""
    paused = Enrollment.objects.filter(lead_id=lead_id, status=EnrollmentStatus.PAUSED)
    return paused.update(status=EnrollmentStatus.ACTIVE)


def migration_preview(version: SequenceVersion) -> dict[str, int]:
    """Count who would move to a version, and who is too far along in an older one to move."""
    older = _older(version)
    can_move = older.filter(position__lt=version.steps.count()).exclude(_has_been_in(version))
    moving = can_move.count()
    return {"moving": moving, "staying": older.count() - moving}


def migrate(version: SequenceVersion, now: datetime) -> int:
    """Move people from older versions of the sequence to this one, each at the step they have reached."""
    can_move = _older(version).filter(position__lt=version.steps.count()).exclude(_has_been_in(version))
    return can_move.update(version=version)


def _older(version: SequenceVersion) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(
        version__sequence=version.sequence_id, version__number__lt=version.number, status__in=LIVING
    )


def _has_been_in(version: SequenceVersion) -> Q:
    return Q(prospect__in=Enrollment.objects.filter(version=version).values("prospect"))


def _stop(scope: Q, reason: str, now: datetime, messages: Q | None = None) -> int:
    with transaction.atomic():
        stopped = Enrollment.objects.filter(scope, status__in=LIVING).update(
            status=EnrollmentStatus.STOPPED, stop_reason=reason[:40], ended_at=now, due_at=None
        )
        waiting = Message.objects.filter(messages or scope, status__in=WAITING).exclude(enrollment=None)
        waiting.update(status=MessageStatus.CANCELLED, reason=f"Stopped: {reason}"[:200])
    return stopped
