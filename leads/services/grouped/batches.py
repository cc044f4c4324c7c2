"""One batch of a bulk action as set-based statements: what changes, what it was, and putting it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaigns import clock
from campaigns.services import bulk
from leads.models import BulkAction, BulkTarget, Lead

TARGETS = "leads_bulktarget"
Sql = tuple[str, list[Any]]


@dataclass(frozen=True)
class Batch:
    """Some targets of an action, locked: their ids and their leads' ids, side by side."""

    action: BulkAction
    target_ids: Sequence[int]
    lead_ids: Sequence[int]

    def chosen(self, alias: str = TARGETS) -> Sql:
        """Return the condition that a target is one of these."""
        return bulk.among(f"{alias}.id", self.target_ids)

    def changed_leads(self) -> list[int]:
        """Return the leads of the batch that were really changed."""
        found = BulkTarget.objects.filter(pk__in=self.target_ids).exclude(before=None)
        return list(found.order_by("pk").values_list("lead_id", flat=True))

    def note(self, before: dict[int, dict[str, Any]]) -> None:
        """Keep what was there before, by lead, for an act that does not change the lead's own row."""
        targets = list(BulkTarget.objects.filter(pk__in=self.target_ids, lead__in=before))
        for target in targets:
            target.before = before[target.lead_id]
        BulkTarget.objects.bulk_update(targets, ["before"], batch_size=500)

    def before(self) -> dict[int, dict[str, Any]]:
        """Return what was noted, by lead."""
        rows = BulkTarget.objects.filter(pk__in=self.target_ids).exclude(before=None)
        return {lead_id: before or {} for lead_id, before in rows.values_list("lead_id", "before")}


def lock(lead_ids: Sequence[int]) -> None:
    """Hold these leads until the transaction ends, in one order, so that nobody waits in a ring."""
    if bulk.is_postgres():
        list(Lead.objects.filter(pk__in=lead_ids).order_by("pk").select_for_update().values_list("pk"))


def change(batch: Batch, *, differs: Sql, before: Sql, sets: Sql) -> int:
    """Change the leads of a batch that differ and keep how they were; return how many changed.

    ``differs`` and ``before`` speak of the lead as ``l``, ``sets`` of its columns by their bare names.
    """
    condition, ids = batch.chosen()
    bulk.run(
        f"UPDATE {TARGETS} SET before = {before[0]}, after_version = l.version + 1 FROM leads_lead l"  # noqa: S608
        f" WHERE l.id = {TARGETS}.lead_id AND {condition} AND {differs[0]}",
        [*before[1], *ids, *differs[1]],
    )
    condition, ids = batch.chosen("t")
    return bulk.run(
        f"UPDATE leads_lead SET {sets[0]}, version = version + 1, updated_at = %s WHERE id IN"  # noqa: S608
        f" (SELECT t.lead_id FROM {TARGETS} t WHERE {condition} AND t.before IS NOT NULL)",
        [*sets[1], clock.now(), *ids],
    )


def restore(batch: Batch, *, still: Sql, sets: Sql) -> int:
    """Put back what the batch changed where ``still`` holds; return how many leads that were.

    Both speak of the lead as ``leads_lead`` and of the target, which knows how it was, as ``t``.
    """
    condition, ids = batch.chosen("t")
    return bulk.run(
        f"UPDATE leads_lead SET {sets[0]}, version = leads_lead.version + 1, updated_at = %s FROM {TARGETS} t"  # noqa: S608
        f" WHERE t.lead_id = leads_lead.id AND {condition} AND t.before IS NOT NULL AND {still[0]}",
        [*sets[1], clock.now(), *ids, *still[1]],
    )


def record(**columns: str) -> str:
    """Return SQL that makes a JSON object of some expressions."""
    pairs = ", ".join(f"'{name}', {sql}" for name, sql in columns.items())
    return f"{'jsonb_build_object' if bulk.is_postgres() else 'json_object'}({pairs})"


def was(name: str, kind: str = "") -> str:
    """Return SQL for a noted value of a target called ``t``, cast to ``kind`` on PostgreSQL."""
    if bulk.is_postgres():
        return f"(t.before ->> '{name}'){f'::{kind}' if kind else ''}"
    return f"(t.before ->> '$.{name}')"


def was_json(name: str) -> str:
    """Return SQL for a noted JSON value of a target called ``t``."""
    return f"(t.before -> '{name}')" if bulk.is_postgres() else f"(t.before -> '$.{name}')"


def same() -> str:
    """Return the operator that compares two values, either of which may be missing."""
    return "IS NOT DISTINCT FROM" if bulk.is_postgres() else "IS"
