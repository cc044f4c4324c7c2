"""Late rows follow: what was being written about the old record at the very moment of its merge."""

from datetime import datetime, timedelta

from django.db import transaction

from leads.models import Lead, Merge
from leads.services.identity import moving
from leads.services.identity.trail import Trail

WAIT = timedelta(minutes=1)  # no transaction of ours takes longer
LOOK_BACK = timedelta(hours=6)


def sweep(now: datetime, *, limit: int = 50) -> int:
    """Move what arrived at merged records since their merge, each merge once; return the rows moved."""
    recent = Merge.objects.filter(undone_at=None, merged_at__gt=now - LOOK_BACK, merged_at__lt=now - WAIT)
    return sum(_follow(merge) for merge in recent.exclude(moved__has_key="swept").order_by("pk")[:limit])


def _follow(merge: Merge) -> int:
    """Walk the relations once more; what moves joins the merge's trail, so an undo takes it back, too."""
    with transaction.atomic():
        locked = Lead.objects.select_for_update().filter(pk__in=[merge.kept_id, merge.gone_id]).order_by("pk")
        gone = {lead.pk: lead for lead in locked}.get(merge.gone_id)
        again = Merge.objects.select_for_update().filter(pk=merge.pk, undone_at=None).first()
        if again is None or gone is None:
            return 0
        trail = Trail()
        if gone.merged_into_id == merge.kept_id:
            moving.move_all(trail, merge.kept_id, merge.gone_id)
        again.moved = {"steps": [*again.moved["steps"], *trail.as_json()], "swept": True}
        again.save(update_fields=["moved"])
    return len(trail.steps)
