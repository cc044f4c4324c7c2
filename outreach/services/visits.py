"""Clicks that no person makes: several links of one mail within a second.

The first click of such a burst looks human until the second arrives, so a stored click may lose its
standing, and its counter, afterwards.
"""

from collections import Counter
from datetime import datetime

from outreach.models import Event
from outreach.providers.events import DeliveryEvent
from outreach.services import bots, tallies
from outreach.services.bots import Key
from outreach.services.news import VISITS as KINDS
from outreach.services.news import Target

__all__ = ["BURST", "KINDS", "Key", "expose"]

Counts = Counter[tuple[tallies.Place, str]]
BURST = bots.Verdict(bots.BOT, "several links within a second")


def expose(matched: list[tuple[DeliveryEvent, Target]]) -> tuple[set[Key], Counts]:
    """Return the keys of new clicks that a machine made, and what must be taken off the counters."""
    clicks = [(event, target) for event, target in matched if event.kind == "clicked"]
    if not clicks:
        return set(), Counter()
    targets = {target.id: target for _, target in clicks}
    fresh = [(t.id, e.url, e.occurred_at, (e.provider, e.provider_event_id)) for e, t in clicks]
    near = _stored_near(fresh)
    machine = bots.bursts([*fresh, *near])
    unmasked = [row for row in near if row[3] in machine]
    return machine, _demote(unmasked, targets) if unmasked else Counter()


def _stored_near(clicks: list[tuple[int, str, datetime, Key]]) -> list[tuple[int, str, datetime, Key]]:
    moments = [moment for _, _, moment, _ in clicks]
    window = (min(moments) - bots.BURST_GAP, max(moments) + bots.BURST_GAP)
    found = Event.objects.filter(
        message_id__in={message for message, *_ in clicks}, kind="clicked", occurred_at__range=window
    )
    columns = ("message_id", "data", "occurred_at", "provider", "provider_event_id")
    return [(m or 0, data.get("url", ""), at, (p, i)) for m, data, at, p, i in found.values_list(*columns)]


def _demote(unmasked: list[tuple[int, str, datetime, Key]], targets: dict[int, Target]) -> Counts:
    """Take stored clicks for a machine's; uncount messages that no person has clicked any more."""
    human = Event.objects.filter(message_id__in=targets, kind="clicked", origin=bots.HUMAN)
    first_seen = dict(human.order_by("-id").values_list("message_id", "occurred_at"))
    for provider, event_id in {key for *_, key in unmasked}:
        found = human.filter(provider=provider, provider_event_id=event_id)
        found.update(origin=bots.BOT, origin_reason=BURST.reason)
    still = set(human.values_list("message_id", flat=True))
    lost: Counts = Counter()
    for message_id, moment in first_seen.items():
        if message_id is not None and message_id not in still:
            target = targets[message_id]
            where = tallies.place(target.campaign_id, target.step_id, target.variant_id, moment)
            lost[where, "clicked"] -= 1
    return lost
