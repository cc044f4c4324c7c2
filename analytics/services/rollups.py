"""The counters of variants once more, straight from messages and events: to prove the folded ones."""

from collections import defaultdict
from datetime import UTC, date
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from campaigns.models import Campaign
from campaigns.services import bulk
from outreach.models import Event, Message, Tally
from outreach.models.message import LEFT
from outreach.services import news, tallies

Place = tuple[int, int, date]
Counts = dict[Place, dict[str, int]]
COLUMNS = ("campaign_id", "step_id", "variant_id", "day", *tallies.COUNTERS)


def rebuild_tallies(campaign: Campaign) -> int:
    """Write the campaign's counters anew from its messages and events; return how many rows there are."""
    with transaction.atomic():
        Tally.objects.filter(campaign_id=campaign.pk).delete()
        return bulk.copy_rows(Tally, COLUMNS, [
            (campaign.pk, *place, *(counts.get(name, 0) for name in tallies.COUNTERS))
            for place, counts in sorted(from_rows(campaign.pk).items())
        ])  # fmt: skip


def from_rows(campaign_id: int) -> Counts:
    """Count messages sent, and the first event of each kind per message, by step, variant and day."""
    found: Counts = defaultdict(lambda: defaultdict(int))
    for step, variant, day, number in _sent(campaign_id):
        found[step, variant, day]["sent"] += number
    for step, variant, day, counter, number, positive in _happened(campaign_id):
        found[step, variant, day][counter] += number
        if counter == "replied":
            found[step, variant, day]["positive"] += positive
    return {place: dict(counts) for place, counts in found.items()}


def stored(campaign_id: int) -> Counts:
    """Return the folded counters in the same shape."""
    rows = Tally.objects.filter(campaign_id=campaign_id).values(*COLUMNS[1:])
    return {
        (row["step_id"], row["variant_id"], row["day"]): {
            name: row[name] for name in tallies.COUNTERS if row[name]
        }
        for row in rows
    }  # fmt: skip


def totals(counts: Counts) -> dict[str, int]:
    """Add the counters of all places up."""
    return {name: sum(place.get(name, 0) for place in counts.values()) for name in tallies.COUNTERS}


def _sent(campaign_id: int) -> QuerySet[Any, Any]:
    left = Message.objects.filter(campaign=campaign_id, status__in=LEFT, sent_at__isnull=False)
    placed = left.order_by().annotate(
        place_step=Coalesce("step_id", 0), place_variant=Coalesce("variant_id", 0),
        day=TruncDate("sent_at", tzinfo=UTC),
    )  # fmt: skip
    return placed.values_list("place_step", "place_variant", "day").annotate(number=Count("id"))


def _happened(campaign_id: int) -> QuerySet[Any, Any]:
    """Return the counted events: per message and counter the first that was stored."""
    counter = Case(
        *(When(kind=kind, then=Value(name)) for kind, name in news.COUNTERS.items()), output_field=CharField()
    )
    mine = Event.objects.filter(message__campaign=campaign_id, kind__in=news.COUNTERS).order_by()
    counted = mine.filter(~Q(kind__in=news.VISITS) | Q(origin="human")).annotate(counter=counter)
    firsts = counted.values("message_id", "counter").annotate(first=Min("id")).values("first")
    placed = Event.objects.filter(id__in=firsts).order_by().annotate(
        counter=counter, place_step=Coalesce(F("message__step_id"), 0),
        place_variant=Coalesce(F("message__variant_id"), 0), day=TruncDate("occurred_at", tzinfo=UTC),
    )  # fmt: skip
    return placed.values_list("place_step", "place_variant", "day", "counter").annotate(
        number=Count("id"), positive=Count("id", filter=Q(data__positive=True))
    )
