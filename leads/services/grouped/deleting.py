"""Deletes people for good with whom nothing ever happened: no message, no deal, no conversation, no word.

Whoever has such a row stays: the ledger, the figures and the duty to remember a «no» are about them.
Forgetting a person on their own wish is another act (``leads.services.privacy.erasing``).
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from campaigns.services import audit
from leads.models import Attachment, Consent, Deal, Lead, LeadQuerySet, Merge
from leads.services.grouped.batches import Batch
from leads.services.transfer import removing

#: what is left alone, in words
WHY = "a message, sequence, deal, conversation, consent, file or merge"


def free(leads: LeadQuerySet) -> LeadQuerySet:
    """Return those of some leads that may be deleted."""
    ours = (Deal, Consent, Attachment)
    rows: list[QuerySet[Any]] = [model._default_manager.filter(lead=OuterRef("pk")) for model in ours]
    rows += [Merge.objects.filter(**{side: OuterRef("pk")}) for side in ("kept", "gone")]
    rows += [Lead.objects.filter(merged_into=OuterRef("pk"))]
    rows += [
        model._default_manager.filter(**{name: OuterRef("pk")})
        for model, name in removing.relations(Lead)
        if model._meta.app_label != Lead._meta.app_label
    ]
    return leads.filter(*(~Exists(each) for each in rows), erased_at=None)


def delete(batch: Batch, params: dict[str, Any]) -> int:
    """Delete the free ones of a batch with everything that hangs on them; opt-outs stay with the address."""
    gone = list(free(Lead.objects.filter(pk__in=batch.lead_ids)).order_by("pk"))
    removing.keep_opt_outs(gone)
    ids = [lead.pk for lead in gone]
    Lead.objects.filter(pk__in=ids).delete()
    if ids:
        audit.record(batch.action.owner, "leads deleted", batch.action, after={"leads": ids})
    return len(ids)
