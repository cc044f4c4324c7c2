"""What came of the people who were scored: a won deal, a meeting, a customer in so many days, or nothing.

Younger rows stay without an outcome and are left out: who has not bought yet is not a no.
"""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.models import Prediction
from campaigns.services import bulk
from leads.services.learning.snapshots import KIND

_IN_TIME = "> campaigns_prediction.made_at AND {0} <= {1}"
_WHO = (
    "IN (campaigns_prediction.subject_id, (SELECT m.merged_into_id FROM leads_lead m"
    " WHERE m.id = campaigns_prediction.subject_id))"
)


def mature(now: datetime) -> int:
    """Write down the outcome of every row that is old enough; return how many."""
    return bulk.run(
        f"UPDATE campaigns_prediction SET outcome = ({_bought()})"  # noqa: S608
        " WHERE outcome IS NULL AND made_at <= %s"
        " AND version_id IN (SELECT v.id FROM campaigns_modelversion v WHERE v.kind = %s)",
        [now - timedelta(days=settings.LEARN_DAYS), KIND],
    )


def count() -> tuple[int, int]:
    """Return of how many people the outcome is known, and of how many it is good."""
    rows = Prediction.objects.filter(version__kind=KIND, outcome__isnull=False)
    people = rows.order_by().values("subject_id").distinct()
    return people.count(), people.filter(outcome=True).count()


def waiting() -> int:
    """Return how many rows are too young to count."""
    return Prediction.objects.filter(version__kind=KIND, outcome=None).count()


def _bought() -> str:
    end = _end()
    deal = f"d.lead_id {_WHO} AND d.stage IN ('meeting', 'proposal', 'won')"
    at = "COALESCE(d.closed_at, d.stage_since)"
    met = "a.kind = 'deal_moved' AND a.summary LIKE '%% to Meeting'"
    moved = f"a.lead_id {_WHO} AND (a.kind = 'deal_won' OR ({met}))"
    was = "features ->> 'lifecycle'" if bulk.is_postgres() else "features ->> '$.lifecycle'"
    return (
        f"EXISTS (SELECT 1 FROM leads_deal d WHERE {deal} AND {at} {_IN_TIME.format(at, end)})"  # noqa: S608
        f" OR EXISTS (SELECT 1 FROM leads_activity a WHERE {moved}"
        f" AND a.occurred_at {_IN_TIME.format('a.occurred_at', end)})"
        f" OR (COALESCE({was}, '') <> 'customer' AND EXISTS (SELECT 1 FROM leads_lead l WHERE l.id {_WHO}"
        " AND l.lifecycle = 'customer'))"
    )


def _end() -> str:
    days = int(settings.LEARN_DAYS)
    if bulk.is_postgres():
        return f"campaigns_prediction.made_at + interval '{days} days'"
    return f"datetime(campaigns_prediction.made_at, '+{days} days')"
