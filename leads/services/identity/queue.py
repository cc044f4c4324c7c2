"""The work of comparing, as rows: whoever stores or changes people writes down whom to look at again.

The row is written in the transaction of the change, so nobody is forgotten.
"""

from collections.abc import Iterable

from campaigns.services import bulk
from leads.models import Lead, MatchRun

BATCH = 500
_COLUMNS = ("lead_ids",)


def ask(lead_ids: Iterable[int]) -> int:
    """Write down leads to be compared with all others; return how many. Call inside their transaction."""
    ids = sorted(set(lead_ids))
    rows = [(ids[at : at + BATCH],) for at in range(0, len(ids), BATCH)]
    if rows:
        bulk.copy_rows(MatchRun, _COLUMNS, rows)
    return len(ids)


def ask_all() -> int:
    """Write down every lead there is, as after a first import or with new parameters."""
    return ask(Lead.objects.current().filter(erased_at=None).order_by("id").values_list("id", flat=True))


def waiting() -> int:
    """Return how many batches wait."""
    return MatchRun.objects.filter(status=MatchRun.Status.QUEUED).count()
