"""Moves prospects forward: one conditional UPDATE, so that late news cannot take anybody back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.services import bulk
from leads.models import Lead, Lifecycle, Prospect, ProspectStage

BEFORE_REPLY = (
    ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED, ProspectStage.REJECTED,
    ProspectStage.ROUTED, ProspectStage.CONTACTED, ProspectStage.REVIEW,
)  # fmt: skip
LIFECYCLE = {
    ProspectStage.ROUTED: (Lifecycle.WORKING, (Lifecycle.NEW,)),
    ProspectStage.REPLIED: (Lifecycle.REPLIED, (Lifecycle.NEW, Lifecycle.WORKING)),
    ProspectStage.GRADUATED: (
        Lifecycle.OPPORTUNITY,
        (Lifecycle.NEW, Lifecycle.WORKING, Lifecycle.REPLIED, Lifecycle.LOST),
    ),
    ProspectStage.WON: (Lifecycle.CUSTOMER, tuple(one for one in Lifecycle if one != Lifecycle.CUSTOMER)),
    ProspectStage.LOST: (
        Lifecycle.LOST,
        (Lifecycle.NEW, Lifecycle.WORKING, Lifecycle.REPLIED, Lifecycle.OPPORTUNITY),
    ),
}


def advance(prospect_ids: Sequence[int], to: str, from_: Iterable[str]) -> int:
    """Move those of the prospects that stand at one of ``from_`` on to ``to``; return how many moved."""
    with transaction.atomic():
        moved = Prospect.objects.filter(pk__in=prospect_ids, stage__in=list(from_)).update(stage=to)
        if moved and to in LIFECYCLE:
            _live(Prospect.objects.filter(pk__in=prospect_ids, stage=to).values("lead_id"), to)
    return moved


def mark_replied(campaign_id: int, lead_id: int, now: datetime) -> bool:
    """Note the first reply of a person to a campaign; return whether it was the first."""
    with transaction.atomic():
        mine = Prospect.objects.filter(campaign_id=campaign_id, lead_id=lead_id)
        if not mine.filter(stage__in=BEFORE_REPLY).update(stage=ProspectStage.REPLIED, replied_at=now):
            return False
        _live([lead_id], ProspectStage.REPLIED)
    return True


def enroll(campaign_id: int, lead_ids: Iterable[int], now: datetime) -> int:
    """Make leads prospects of a campaign, once each; return how many are new."""
    rows = [(campaign_id, lead_id, now) for lead_id in lead_ids]
    return len(bulk.insert_ignore(Prospect, ("campaign_id", "lead_id", "created_at"), rows)) if rows else 0


def _live(lead_ids: Any, stage: str) -> None:
    """Let the lead's own life follow its furthest prospect."""
    reached, before = LIFECYCLE[ProspectStage(stage)]
    Lead.objects.filter(pk__in=lead_ids, lifecycle__in=before).update(lifecycle=reached)
