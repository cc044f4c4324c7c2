"""Offline staff: they answer who is interested, meet, and win or lose deals, in office hours."""

from datetime import datetime, timedelta
from decimal import Decimal

from config.simulation.people import dice_for
from conversations.models import Conversation, ConversationStatus
from conversations.services import reply, threads
from leads.models import Deal, DealStage, Task, TaskStatus
from leads.services import deals
from leads.services.known import todo

THURSDAY = "Would Thursday at 10:00 suit you for a short call?"
ANSWERS = {
    "interested": f"Hi {{name}}, thank you for coming back to me. {THURSDAY}\n\n{{rep}}",
    "question": f"Hi {{name}}, good question; let us look at it together. {THURSDAY}\n\n{{rep}}",
    "objection": "Hi {name}, that is fair. May I send you one page of figures to compare?\n\n{rep}",
    "referral": "Hi {name}, thank you, I will write to your colleague and mention you.\n\n{rep}",
    "unsure": f"Hi {{name}}, thank you for your mail. {THURSDAY}\n\n{{rep}}",
}
NEXT = {DealStage.OPEN: (DealStage.MEETING, 1), DealStage.MEETING: (DealStage.PROPOSAL, 2)}
CLOSES_AFTER = timedelta(days=3)


def work(seed: int, now: datetime) -> int:
    """Do an hour's work if it is office time; return how many things were done."""
    if now.weekday() >= 5 or not 14 <= now.hour <= 22:
        return 0
    return _answer_people(now) + _move_deals(seed, now)


def _answer_people(now: datetime) -> int:
    waiting = Conversation.objects.filter(
        status=ConversationStatus.OPEN, assignee__isnull=False, last_turn_at__lt=now - timedelta(hours=1)
    ).select_related("lead", "assignee")
    return sum(_answer(conversation) for conversation in waiting)


def _answer(conversation: Conversation) -> int:
    rep = conversation.assignee
    assert rep is not None  # noqa: S101 only assigned ones are asked for
    words = ANSWERS.get(conversation.intent)
    if words is None:
        threads.end(conversation, by=rep, reason="nothing to answer")
    else:
        name = conversation.lead.first_name or "there"
        reply.reply(conversation, words.format(name=name, rep=rep.get_full_name()), by=rep)
    for task in Task.objects.filter(conversation_id=conversation.pk, status=TaskStatus.OPEN):
        todo.complete(task, by=rep)
    return 1


def _move_deals(seed: int, now: datetime) -> int:
    living = Deal.objects.exclude(stage__in=[DealStage.WON, DealStage.LOST]).select_related("lead", "owner")
    return sum(_move_deal(seed, deal, now) for deal in living.filter(stage_since__lt=now - timedelta(days=1)))


def _move_deal(seed: int, deal: Deal, now: datetime) -> int:
    dice = dice_for(seed, deal.lead.email, deal.stage)
    days = (now - deal.stage_since).days
    if deal.stage in NEXT:
        stage, wait = NEXT[DealStage(deal.stage)]
        if days < wait:
            return 0
        if dice.random() < 0.78:
            deals.move(deal, stage, by=deal.owner)
        else:
            deals.lose(deal, "No budget this year", by=deal.owner)
        return 1
    if now - deal.stage_since < CLOSES_AFTER:
        return 0
    if dice.random() < 0.6:
        deals.win(deal, value=Decimal(dice.randrange(400, 2600, 20)), by=deal.owner)
    else:
        deals.lose(deal, "Chose another vendor", by=deal.owner)
    return 1
