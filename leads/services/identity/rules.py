"""What two records have of the same kind, and which of it goes on: prospects, deals, consent."""

from django.db.models import QuerySet

from campaigns import clock
from leads.models import Consent, Deal, DealStage, Lead, LeadKey, Prospect, ProspectStage, Suppression
from leads.services.identity.trail import Trail

#: How far a prospect is; the further one goes on.
FAR = (
    "rejected", "new", "scored", "review", "qualified", "routed", "contacted", "lost", "replied",
    "graduated", "won",
)  # fmt: skip
WAITING = ("new", "scored", "review", "qualified")
CLOSED = (DealStage.WON, DealStage.LOST)
OPEN = (DealStage.OPEN, DealStage.MEETING, DealStage.PROPOSAL)
DUPLICATE = "Duplicate: two records of one person were merged"


def far(stage: str) -> int:
    """Return how far along a stage is."""
    return FAR.index(stage)


def prospects(trail: Trail, kept_id: int, gone_id: int) -> None:
    """Keep one prospect a campaign, the further one; the other stays with the old record."""
    mine = {one.campaign_id: one for one in Prospect.objects.filter(lead_id=kept_id)}
    free = []
    for theirs in Prospect.objects.filter(lead_id=gone_id).order_by("pk"):
        own = mine.get(theirs.campaign_id)
        if own is None:
            free.append(theirs.pk)
        else:
            if far(theirs.stage) > far(own.stage):
                _swap(trail, own, theirs)
            _rest(trail, min(own, theirs, key=lambda one: one.lead_id == kept_id))
    trail.move(Prospect.objects.filter(pk__in=free), "lead_id", gone_id, kept_id)


def _swap(trail: Trail, own: Prospect, theirs: Prospect) -> None:
    """Exchange the leads of two prospects; nobody's number stands in between, as both rules are unique."""
    kept_id, gone_id = own.lead_id, theirs.lead_id
    trail.change(own, lead_id=-gone_id)
    trail.change(theirs, lead_id=kept_id)
    trail.change(own, lead_id=gone_id)


def _rest(trail: Trail, left: Prospect) -> None:
    """Take the prospect that stays behind out of the pipeline: the person is in it once."""
    if left.stage in WAITING:
        trail.change(left, stage=ProspectStage.REJECTED)


def deals(trail: Trail, kept_id: int, gone_id: int) -> None:
    """All deals follow; of two open ones in a campaign the less advanced is closed as a duplicate."""
    mine = Deal.objects.filter(lead_id=kept_id).exclude(campaign=None).exclude(stage__in=CLOSED)
    open_deals = {deal.campaign_id: deal for deal in mine}
    for theirs in Deal.objects.filter(lead_id=gone_id).exclude(stage__in=CLOSED):
        own = open_deals.get(theirs.campaign_id)
        if own is not None:
            loser = min(
                own, theirs, key=lambda deal: (OPEN.index(DealStage(deal.stage)), deal.value, -deal.pk)
            )
            now = clock.now()
            trail.change(loser, stage=DealStage.LOST, lost_reason=DUPLICATE, closed_at=now, stage_since=now)
    trail.move(Deal.objects.filter(lead_id=gone_id), "lead_id", gone_id, kept_id)


def consents(trail: Trail, kept_id: int, gone_id: int) -> None:
    """All consents follow; where one record said no, the person said no until they say yes again."""
    refused = _refused(kept_id) | _refused(gone_id)
    trail.move(Consent.objects.filter(lead_id=gone_id), "lead_id", gone_id, kept_id)
    for channel in sorted(refused - _refused(kept_id)):
        trail.add(
            Consent(
                lead_id=kept_id, channel=channel, is_granted=False, basis="merge", source="merge",
                evidence="One of the two merged records had refused: the stricter word counts.",
            )
        )  # fmt: skip


def _refused(lead_id: int) -> set[str]:
    newest = dict(Consent.objects.filter(lead_id=lead_id).order_by("pk").values_list("channel", "is_granted"))
    return {channel for channel, is_granted in newest.items() if not is_granted}


def suppressions(trail: Trail, kept: Lead, gone: Lead) -> None:
    """Nobody writes to the survivor on a channel on which either record, or its address, was closed."""
    has = set(_living(Suppression.Level.PERSON, [f"lead:{kept.pk}"]).values_list("channel", flat=True))
    values = {kept.email_key, kept.phone, gone.email_key, gone.phone}
    values |= set(LeadKey.objects.filter(lead_id__in=[kept.pk, gone.pk]).values_list("value", flat=True))
    person = list(_living(Suppression.Level.PERSON, [f"lead:{gone.pk}"]))
    address = _living(Suppression.Level.ADDRESS, sorted(values - {""})).exclude(reason="bounced")
    for entry in [*person, *address]:
        if entry.channel in has or "" in has:
            continue
        has.add(entry.channel)
        trail.add(
            Suppression(
                level=Suppression.Level.PERSON, value=f"lead:{kept.pk}", channel=entry.channel,
                reason=entry.reason, evidence=f"Merged from lead {gone.pk}. {entry.evidence}".strip(),
                added_by_id=entry.added_by_id,
            )
        )  # fmt: skip


def _living(level: str, values: list[str]) -> QuerySet[Suppression]:
    return Suppression.objects.filter(level=level, value__in=values, lifted_at=None).order_by("pk")
