"""The proofs: sums that must agree, each counted by two roads. A difference is shown, never mended."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from analytics.services import rollups
from campaigns.models import Campaign, Cost, Hold
from conversations.models import Conversation
from leads.models import ImportJob, Prospect
from outreach.models import Enrollment, Message, MessageStatus, Tally
from outreach.services import tallies

M = MessageStatus
GONE = (M.SENT, M.DELIVERED, M.BOUNCED)
ENDED = (M.FAILED, M.SUPPRESSED, M.SKIPPED, M.UNCERTAIN, M.CANCELLED)
IN_FLIGHT = (M.DRAFT, M.APPROVED, M.QUEUED, M.CLAIMED)
#: Stages at which a prospect must have been given a way through a sequence.
ROUTED = ("routed", "contacted", "replied", "graduated", "won", "lost")


@dataclass(frozen=True)
class Check:
    """One proof: what the sum must be, what it is."""

    name: str
    campaign: str
    expected: Any
    found: Any

    @property
    def ok(self) -> bool:
        """Whether both roads lead to the same number."""
        return bool(self.expected == self.found)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {key: str(value) if isinstance(value, Decimal) else value
                for key, value in {**asdict(self), "ok": self.ok}.items()}  # fmt: skip


def checks(campaign: Campaign | None = None) -> list[Check]:
    """Make every proof, for one campaign or for all and the imports."""
    campaigns = [campaign] if campaign else list(Campaign.objects.order_by("id"))
    found = [check for one in campaigns for check in _of_campaign(one)]
    return found if campaign else [*found, *_of_imports()]


def differences(checks: list[Check]) -> list[Check]:
    """Return the proofs that failed."""
    return [check for check in checks if not check.ok]


def _of_campaign(campaign: Campaign) -> Iterator[Check]:
    yield from _messages(campaign)
    yield from _audience(campaign)
    yield from _ledger(campaign)
    yield from _counters(campaign)
    yield from _answers(campaign)


def _messages(campaign: Campaign) -> Iterator[Check]:
    """Every message has gone, ended or is in flight; what has gone has one receipt and one ledger row."""
    mine = Message.objects.filter(campaign=campaign)
    by_status = dict(mine.order_by().values_list("status").annotate(Count("id")))
    gone = sum(by_status.get(status, 0) for status in GONE)
    accounted = gone + sum(by_status.get(status, 0) for status in (*ENDED, *IN_FLIGHT))
    yield Check("messages accounted for", campaign.name, mine.count(), accounted)
    receipts = mine.filter(status__in=GONE, sent_at__isnull=False).count()
    yield Check("sent messages with a receipt", campaign.name, gone, receipts)
    paid = mine.filter(status__in=GONE, pk__in=Cost.objects.filter(campaign=campaign).values("message_id"))
    yield Check("sent messages in the ledger", campaign.name, gone, paid.count())


def _audience(campaign: Campaign) -> Iterator[Check]:
    """Everybody routed has a way through a sequence, and every planned step of it is a message."""
    routed = Prospect.objects.filter(campaign=campaign, stage__in=ROUTED)
    enrolled = Q(pk__in=Enrollment.objects.filter(campaign=campaign).values("prospect"))
    accounted = routed.filter(enrolled | _written_to_by_hand(campaign)).count()
    yield Check("routed people with a sequence", campaign.name, routed.count(), accounted)
    steps = Enrollment.objects.filter(campaign=campaign).aggregate(planned=Sum("position"))["planned"] or 0
    planned = Message.objects.filter(campaign=campaign, enrollment__isnull=False).count()
    yield Check("planned steps as messages", campaign.name, steps, planned)


def _written_to_by_hand(campaign: Campaign) -> Q:
    """People who answered or were sold to without a sequence."""
    return Q(lead__in=Conversation.objects.filter(campaign=campaign).values("lead")) | Q(
        lead__deals__campaign=campaign
    )


def _ledger(campaign: Campaign) -> Iterator[Check]:
    campaign.refresh_from_db(fields=["spent", "held"])
    costs = Cost.objects.filter(campaign=campaign).aggregate(sum=Sum("amount"))["sum"]
    holds = Hold.objects.filter(campaign=campaign, closed_at=None).aggregate(sum=Sum("amount"))["sum"]
    yield Check("spent is the sum of costs", campaign.name, _money(costs), _money(campaign.spent))
    yield Check("held is the sum of open holds", campaign.name, _money(holds), _money(campaign.held))


def _counters(campaign: Campaign) -> Iterator[Check]:
    counted, folded = rollups.from_rows(campaign.pk), rollups.stored(campaign.pk)
    rows, counters = rollups.totals(counted), rollups.totals(folded)
    for name in tallies.COUNTERS:
        yield Check(f"{name}: counters and rows", campaign.name, rows[name], counters[name])
    apart = {place for place in {*counted, *folded} if _real(counted, place) != _real(folded, place)}
    yield Check("counters by step, text and day", campaign.name, 0, len(apart))


def _answers(campaign: Campaign) -> Iterator[Check]:
    counted = Conversation.objects.filter(campaign=campaign, response_counted=True)
    people = counted.aggregate(people=Count("lead", distinct=True))["people"]
    yield Check("one answer counted per customer", campaign.name, people, counted.count())
    replied = Tally.objects.filter(campaign_id=campaign.pk).aggregate(sum=Sum("replied"))["sum"] or 0
    yield Check("answers counted as replies", campaign.name, counted.count(), replied)


def _of_imports() -> Iterator[Check]:
    for job in ImportJob.objects.filter(status=ImportJob.Status.DONE):
        stored = job.created + job.updated + job.unchanged + job.rejected
        yield Check(f"rows seen and stored of {job.file_name}", "", job.total, stored)


def _real(counts: rollups.Counts, place: rollups.Place) -> dict[str, int]:
    return {name: number for name, number in counts.get(place, {}).items() if number}


def _money(amount: Decimal | None) -> Decimal:
    return (amount or Decimal(0)).quantize(Decimal("0.000001"))
