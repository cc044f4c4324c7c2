"""Recommendations from proposal to undo: every step is one conditional UPDATE with an audit entry.

At most one is open per campaign and action. What a person dismissed or undid, and what was just applied,
is not proposed again for a week: people win over the machine.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from analytics.models import Recommendation, RecommendationStatus
from analytics.services import actions
from analytics.services.rules import Finding
from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import audit, bulk

S = RecommendationStatus
QUIET = timedelta(days=7)
COLUMNS = ("campaign_id", "action", "priority", "title", "reason", "evidence", "sample_size", "certainty",
           "expected_effect", "mode", "created_at")  # fmt: skip
#: What an open recommendation says; it follows the figures until somebody decides.
SAYS = ("priority", "title", "reason", "evidence", "sample_size", "certainty", "expected_effect")


class RecommendationError(Exception):
    """A step that this recommendation does not allow (any more)."""

    code = "recommendation"
    status = 409


def visible_to(actor: User) -> QuerySet[Recommendation]:
    """Return the recommendations about campaigns this person may see."""
    found = Recommendation.objects.filter(campaign__in=Campaign.objects.visible_to(actor))
    return found.select_related("campaign", "decided_by")


def waiting(actor: User) -> QuerySet[Recommendation]:
    """Return what waits for a decision, the most urgent first; what is only observed does not."""
    order = [p.value for p in Recommendation.Priority]
    found = visible_to(actor).filter(status=S.OPEN).exclude(mode="observe")
    return found.order_by(_place_of("priority", order), "-id")


def decided(actor: User, now: datetime) -> QuerySet[Recommendation]:
    """Return what was applied or undone within a week, the newest first."""
    lately = visible_to(actor).filter(status__in=(S.APPLIED, S.UNDONE), decided_at__gt=now - QUIET)
    return lately.order_by("-decided_at")


def propose(found: Iterable[tuple[int, str, Finding]], now: datetime) -> list[Recommendation]:
    """Store findings (campaign id, mode, finding) neither open nor lately decided; return the new ones.

    What is open already says the figures of today, not those of the day it was found.
    """
    wanted = list(found)
    _refresh({(campaign_id, f.action): f for campaign_id, _, f in wanted})
    known = _known({campaign_id for campaign_id, _, _ in wanted}, now)
    rows = [
        (campaign_id, f.action, f.priority, f.title, f.reason[:400], f.evidence, f.sample_size, f.certainty,
         f.expected_effect[:200], mode, now)
        for campaign_id, mode, f in wanted if (campaign_id, f.action) not in known
    ]  # fmt: skip
    new = [row[0] for row in bulk.insert_ignore(Recommendation, COLUMNS, rows)] if rows else []
    return list(Recommendation.objects.filter(pk__in=new).select_related("campaign")) if new else []


def apply(recommendation: Recommendation, by: User | None = None) -> None:
    """Do what is recommended, keep what undo needs, and check that it took effect; all or nothing."""
    with transaction.atomic():
        _decide(recommendation, (S.OPEN,), S.APPLIED, by)
        recommendation.before = actions.perform(recommendation, by)
        recommendation.evidence = {**recommendation.evidence, "verified": actions.verify(recommendation)}
        recommendation.save(update_fields=["before", "evidence"])
        audit.record(by, "apply", recommendation, reason=recommendation.reason, before=recommendation.before)


def undo(recommendation: Recommendation, by: User | None = None) -> None:
    """Put things back as they were before."""
    with transaction.atomic():
        _decide(recommendation, (S.APPLIED,), S.UNDONE, by)
        actions.revert(recommendation, by)
        audit.record(by, "undo", recommendation, before={"status": S.APPLIED})


def dismiss(recommendation: Recommendation, by: User | None = None, reason: str = "") -> None:
    """Say no; the same advice keeps quiet for a week."""
    with transaction.atomic():
        _decide(recommendation, (S.OPEN,), S.DISMISSED, by)
        audit.record(by, "dismiss", recommendation, reason=reason)


def expire(still_true: set[tuple[int, str]], campaign_ids: Sequence[int], now: datetime) -> int:
    """End open recommendations whose figures have changed; return how many."""
    mine = Recommendation.objects.filter(status=S.OPEN, campaign__in=campaign_ids)
    stale = [
        pk for pk, campaign, action in mine.values_list("pk", "campaign_id", "action")
        if (campaign, action) not in still_true
    ]  # fmt: skip
    if not stale:
        return 0
    return Recommendation.objects.filter(pk__in=stale, status=S.OPEN).update(status=S.EXPIRED, decided_at=now)


def _refresh(findings: dict[tuple[int, str], Finding]) -> None:
    open_ones = Recommendation.objects.filter(status=S.OPEN, campaign__in={pk for pk, _ in findings})
    changed = []
    for one in open_ones:
        finding = findings.get((one.campaign_id, one.action))
        if finding and one.reason != finding.reason[:400]:
            for name in SAYS:
                setattr(one, name, getattr(finding, name))
            one.reason, one.expected_effect = one.reason[:400], one.expected_effect[:200]
            changed.append(one)
    if changed:
        Recommendation.objects.bulk_update(changed, SAYS)


def _known(campaign_ids: set[int], now: datetime) -> set[tuple[int, str]]:
    decided = Q(status__in=(S.APPLIED, S.DISMISSED, S.UNDONE), decided_at__gt=now - QUIET)
    rows = Recommendation.objects.filter(Q(status=S.OPEN) | decided, campaign__in=campaign_ids)
    return set(rows.order_by().values_list("campaign_id", "action"))


def _decide(recommendation: Recommendation, allowed: tuple[str, ...], to: str, by: User | None) -> None:
    decided = {"status": to, "decided_by": by, "decided_at": clock.now()}
    row = Recommendation.objects.filter(pk=recommendation.pk, status__in=allowed)
    if not row.update(**decided):
        recommendation.refresh_from_db()
        word = recommendation.get_status_display().lower()
        raise RecommendationError(f"This recommendation is {word}; nothing was changed.")
    recommendation.refresh_from_db()


def _place_of(column: str, order: Sequence[str]) -> Any:
    places = [When(**{column: value}, then=Value(place)) for place, value in enumerate(order)]
    return Case(*places, default=Value(len(order)), output_field=IntegerField())
