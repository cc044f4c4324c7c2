"""Old numbers go on working: whoever knows a merged record by its id is sent to the survivor."""

from django.db.models import Q, QuerySet

from leads.models import Lead


def resolve(lead_id: int) -> int:
    """Return the id of the person a record belongs to now; its own when it was not merged."""
    merged = Lead.objects.filter(pk=lead_id).values_list("merged_into_id", flat=True).first()
    return merged or lead_id


def resolve_locked(lead_id: int) -> int:
    """The same inside a transaction that is about to write about this person: a merge waits for its end.

    Whoever comes after the merge is sent to the survivor, whoever comes before is moved along by it.
    """
    locked = Lead.objects.select_for_update(no_key=True).filter(pk=lead_id)
    merged = locked.values_list("merged_into_id", flat=True).first()
    return merged or lead_id


def records(lead_id: int) -> QuerySet[Lead, int]:
    """Return every id this person ever had, for sums over rows that keep plain numbers (the ledger)."""
    return Lead.objects.filter(Q(pk=lead_id) | Q(merged_into_id=lead_id)).values_list("pk", flat=True)
