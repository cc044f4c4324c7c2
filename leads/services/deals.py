"""Deals: opened when somebody is interested, moved over the board, won (money in the ledger) or lost."""

from decimal import Decimal

from django.db import IntegrityError, transaction

from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import audit, ledger
from leads.models import Deal, DealStage, Lead, Prospect, ProspectStage
from leads.services import prospects, timeline

CLOSED = (DealStage.WON, DealStage.LOST)
ALIVE = (
    ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED, ProspectStage.REJECTED,
    ProspectStage.ROUTED, ProspectStage.CONTACTED, ProspectStage.REPLIED, ProspectStage.REVIEW,
)  # fmt: skip


class DealRefused(Exception):
    """A move that the deal's stage does not allow."""

    code = "deal_refused"
    status = 409


def open_deal(
    lead: Lead,
    campaign: Campaign | None,
    value: Decimal = Decimal(0),
    owner: User | None = None,
    name: str = "",
) -> Deal:
    """Open a deal, or return the one that is open for this person and campaign already."""
    facts = {"value": value, "owner": owner, "name": name or f"{lead.company or lead}"}
    living = Deal.objects.filter(lead=lead, campaign=campaign).exclude(stage__in=CLOSED)
    try:
        with transaction.atomic():
            if found := living.first():
                return found
            deal = Deal.objects.create(lead=lead, campaign=campaign, **facts)
            _tell(deal, "deal_opened", f"Deal opened: {deal.name}", owner)
            _move_prospect(deal, ProspectStage.GRADUATED, ALIVE)
    except IntegrityError:
        return living.get()
    return deal


def move(deal: Deal, stage: str, by: User | None = None) -> Deal:
    """Move an open deal to another stage of the board; won and lost have verbs of their own."""
    if stage == DealStage.WON:
        return win(deal, by=by)
    if stage not in DealStage.values or stage == DealStage.LOST:
        raise DealRefused("Say why a deal is lost, and use a stage of the board.")
    before = deal.get_stage_display()
    _change(deal, stage=stage)
    _tell(deal, "deal_moved", f"Deal moved from {before} to {deal.get_stage_display()}", by)
    return deal


def win(deal: Deal, value: Decimal | None = None, by: User | None = None) -> Deal:
    """Win a deal: the money is booked once, the prospect is won, the timeline says so."""
    won = deal.value if value is None else value
    with transaction.atomic():
        _change(deal, stage=DealStage.WON, value=won, closed_at=clock.now())
        ledger.earn(deal.campaign, won, "deal", f"deal:{deal.pk}", lead_id=deal.lead_id, deal_id=deal.pk)
        _tell(deal, "deal_won", f"Deal won: {deal.name}, ${won:,.2f}", by)
        audit.record(by, "win", deal, after={"value": str(won)})
        _move_prospect(deal, ProspectStage.WON, (*ALIVE, ProspectStage.GRADUATED, ProspectStage.LOST))
    return deal


def lose(deal: Deal, reason: str, by: User | None = None) -> Deal:
    """Lose a deal, with the reason."""
    if not reason.strip():
        raise DealRefused("Say why the deal is lost.")
    with transaction.atomic():
        _change(deal, stage=DealStage.LOST, lost_reason=reason[:120], closed_at=clock.now())
        _tell(deal, "deal_lost", f"Deal lost: {deal.name} ({reason})", by)
        audit.record(by, "lose", deal, reason=reason)
        _move_prospect(deal, ProspectStage.LOST, (*ALIVE, ProspectStage.GRADUATED))
    return deal


def _change(deal: Deal, **changes: object) -> None:
    """Change a deal that is still open; a closed one is left as it is."""
    living = Deal.objects.filter(pk=deal.pk).exclude(stage__in=CLOSED)
    if not living.update(**changes, stage_since=clock.now()):
        raise DealRefused("This deal is closed already.")
    deal.refresh_from_db()


def _tell(deal: Deal, kind: str, said: str, by: User | None) -> None:
    facts = {"deal": deal.pk, "value": str(deal.value)}
    timeline.record(deal.lead_id, kind, said, campaign_id=deal.campaign_id, data=facts, actor=by)


def _move_prospect(deal: Deal, to: ProspectStage, from_: tuple[ProspectStage, ...]) -> None:
    if deal.campaign_id is None:
        return
    mine = Prospect.objects.filter(lead_id=deal.lead_id, campaign_id=deal.campaign_id)
    prospects.advance(list(mine.values_list("pk", flat=True)), to, from_)
