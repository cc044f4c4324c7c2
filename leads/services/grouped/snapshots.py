"""Snapshots: who was in a segment at one moment, kept for a launch and compared with now."""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from campaigns.models import Campaign, User
from campaigns.services import audit, bulk
from leads.models import Lead, LeadQuerySet, Segment, Snapshot, SnapshotLead
from leads.services import segments
from leads.services.rules import language as rules


@dataclass(frozen=True)
class Change:
    """What became of a snapshot: who joined its criteria since, who left them."""

    joined: LeadQuerySet
    left: LeadQuerySet
    stayed: int


def take(segment: Segment, by: User) -> Snapshot:
    """Keep who is in a segment now, of those the person may see."""
    with transaction.atomic():
        found = segments.queryset(segment.criteria).visible_to(by)
        snapshot = Snapshot.objects.create(
            segment=segment, criteria=segment.criteria, sentence=_sentence(segment.criteria), taken_by=by
        )
        _fill(snapshot, found)
        audit.record(by, "snapshot", segment, after={"snapshot": snapshot.pk, "people": snapshot.count})
    return snapshot


def keep_launch(campaign: Campaign, people: LeadQuerySet, sentence: str) -> Snapshot | None:
    """Keep whom a launched campaign is for, once: two workers that come together find one snapshot.

    A campaign that was never launched has none: its audience is still being put together.
    """
    if campaign.launched_at is None:
        return None
    kept = of_launch(campaign)
    if kept is not None:
        return kept
    with transaction.atomic():
        Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
        if (kept := of_launch(campaign)) is not None:
            return kept
        asked = (campaign.audience or {}).get("criteria") or {}
        kept = Snapshot.objects.create(
            segment_id=_segment(campaign), campaign=campaign, criteria=asked,
            sentence=sentence[:500], taken_by=campaign.owner,
        )  # fmt: skip
        _fill(kept, people)
        audit.record(None, "snapshot", campaign, after={"snapshot": kept.pk, "people": kept.count})
    return kept


def of_launch(campaign: Campaign) -> Snapshot | None:
    """Return the snapshot of a campaign's launch, if it was taken."""
    return Snapshot.objects.filter(campaign=campaign).order_by("pk").first()


def members(snapshot: Snapshot) -> LeadQuerySet:
    """Return the leads of a snapshot; those merged into others since are left out."""
    return Lead.objects.filter(pk__in=SnapshotLead.objects.filter(snapshot=snapshot).values("lead")).current()


def compare(snapshot: Snapshot, actor: User) -> Change:
    """Return who joined and who left since, of those a person may see."""
    criteria = snapshot.segment.criteria if snapshot.segment else snapshot.criteria
    now, then = segments.queryset(criteria).visible_to(actor), members(snapshot).visible_to(actor)
    stayed = then.filter(pk__in=now.values("pk"))
    return Change(
        now.exclude(pk__in=then.values("pk")), then.exclude(pk__in=now.values("pk")), stayed.count()
    )


def _fill(snapshot: Snapshot, people: LeadQuerySet) -> None:
    """Write the members down in one statement."""
    table = SnapshotLead._meta.db_table
    try:
        compiler = people.order_by("pk").values("id").query.get_compiler(connection=connection)
        inner, params = compiler.as_sql()
    except EmptyResultSet:
        return
    insert = f"INSERT INTO {table} (snapshot_id, lead_id) SELECT %s, x.id FROM ({inner}) x"  # noqa: S608
    snapshot.count = bulk.run(insert, [snapshot.pk, *params])
    snapshot.save(update_fields=["count"])


def _sentence(criteria: dict[str, object]) -> str:
    return rules.sentence(criteria)[:500]


def _segment(campaign: Campaign) -> int | None:
    number = (campaign.audience or {}).get("segment")
    return Segment.objects.filter(pk=number).values_list("pk", flat=True).first() if number else None
