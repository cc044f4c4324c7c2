"""Who set a fact by an act on many is written beside it as on the lead's page, and taken back with it."""

from typing import Any

from leads.models import BulkTarget, FactSource
from leads.services import provenance
from leads.services.grouped.batches import Batch

SOURCE = "person"


def note(batch: Batch, name: str) -> None:
    """Write down who set a field (``title``, ``tags``, ``custom.key``) of the leads that a batch changed.

    What was written about it before joins the target's ``before`` under ``source``, for the undo.
    """
    head, _, key = name.partition(".")
    pair: tuple[Any, Any] = ({}, {key: True}) if key else (0, 1)
    action = batch.action
    before = provenance.note_changes(
        {pk: {head: pair} for pk in batch.changed_leads()},
        source=SOURCE, reference=_who(batch), at=action.created_at,
    )  # fmt: skip
    targets = list(BulkTarget.objects.filter(pk__in=batch.target_ids, lead__in=before))
    for target in targets:
        target.before = {**(target.before or {}), "source": list(before[target.lead_id][name])}
    BulkTarget.objects.bulk_update(targets, ["before"], batch_size=500)


def take_back(batch: Batch, name: str) -> None:
    """Put back what was written about a field before the act, where nobody wrote about it since."""
    ours = FactSource.objects.filter(
        lead__in=batch.lead_ids, field=name, source=SOURCE, reference=_who(batch), at=batch.action.created_at
    )
    waiting = set(ours.values_list("lead_id", flat=True))
    noted = {pk: was.get("source") for pk, was in batch.before().items() if pk in waiting}
    provenance.restore({pk: {name: tuple(was) if was else None} for pk, was in noted.items()})


def _who(batch: Batch) -> str:
    return str(batch.action.owner_id or "")
