"""What a customer's answer sets off: the turn, the count, the stop of every sequence, people, tasks, a deal.

Called inside the transaction that marks the mail as done; every step is harmless when repeated.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from campaigns.models import Campaign
from conversations.models import Author, Conversation, Turn
from conversations.services import threads
from conversations.services.hearing import Heard
from leads.models import Lead, Prospect, ProspectStage, Task, TaskStatus
from leads.services import contactability, deals, prospects, timeline
from leads.services.known import todo
from outreach.services import enrollments, tracking, unsubscribe
from outreach.services.tracking import DeliveryEvent

PROVIDER = "inbox"
UNSUBSCRIBE = "unsubscribe"
#: After these there is nothing to answer; the customer's next word opens the thread again.
CLOSING = {UNSUBSCRIBE: "asked for no more mail", "not_interested": "not interested"}


@dataclass(frozen=True)
class Ask:
    """The task that an answer makes for the owner."""

    title: str
    priority: int
    within: timedelta
    kind: str = "reply"


HOURS, MORNING = timedelta(hours=4), time(9)
ASKS = {
    "interested": Ask("Answer {name}: interested", 1, timedelta(hours=1)),
    "question": Ask("Answer {name}'s question", 1, timedelta(hours=1)),
    "objection": Ask("Answer {name}'s objection", 2, HOURS),
    "referral": Ask("{name} names somebody else", 2, HOURS),
    "wrong_person": Ask("Find the right person instead of {name}", 3, timedelta(days=1)),
    "not_now": Ask("Get back to {name}", 3, timedelta(days=90), "follow_up"),
}
USUAL = Ask("Read and answer {name}", 2, HOURS)


def take(heard: Heard, now: datetime) -> Turn | None:
    """Take a customer's answer in; return its turn, or ``None`` when the same mail was heard before."""
    lead, campaign = heard.person, heard.campaign
    owner_id = _owner(lead, campaign)
    conversation = threads.open_thread(
        lead.pk, campaign.pk if campaign else None, subject=heard.subject, assignee_id=owner_id, now=heard.at
    )
    turn = threads.say(
        conversation, heard.text, author=Author.LEAD, external_id=heard.key, said_at=heard.at,
        message_id=heard.message.pk if heard.message else None, channel="email",
        intent=heard.reading.intent, certainty=heard.reading.certainty, sentiment=heard.reading.sentiment,
    )  # fmt: skip
    if turn is None:
        return None
    threads.understood(conversation, heard.reading.intent, heard.reading.sentiment)
    enrollments.stop_for_lead(lead.pk, "replied", now)
    _count(heard, conversation, now)
    _tell(heard, turn)
    _follow_up(heard, conversation, turn, owner_id)
    if heard.reading.intent == UNSUBSCRIBE:
        _opt_out(heard, now)
    if reason := CLOSING.get(heard.reading.intent):
        threads.end(conversation, reason=reason)
    return turn


def _owner(lead: Lead, campaign: Campaign | None) -> int | None:
    """Return who looks after this person: in the campaign, else at all, else who runs the campaign."""
    mine = Prospect.objects.filter(lead=lead, campaign=campaign).exclude(owner=None)
    in_campaign = mine.values_list("owner_id", flat=True).first() if campaign else None
    return in_campaign or lead.owner_id or (campaign.owner_id if campaign else None)


def _count(heard: Heard, conversation: Conversation, now: datetime) -> None:
    """Count the answer once per customer and campaign, and move the prospect on."""
    if threads.count_response(conversation) and heard.message:
        event = DeliveryEvent(
            heard.message.uid, "replied", PROVIDER, f"conversation:{conversation.pk}", heard.at,
            data={"positive": heard.reading.is_positive},
        )  # fmt: skip
        tracking.record_events([event], now)
    if heard.campaign is None:
        return
    prospects.mark_replied(heard.campaign.pk, heard.person.pk, heard.at)
    if heard.reading.is_positive:
        mine = Prospect.objects.filter(campaign=heard.campaign, lead=heard.person)
        ids = list(mine.values_list("pk", flat=True))
        prospects.advance(ids, ProspectStage.GRADUATED, (ProspectStage.REPLIED,))


def _tell(heard: Heard, turn: Turn) -> None:
    timeline.record(
        heard.person.pk, "replied", f"Replied: {' '.join(heard.text.split())}"[:250], "email",
        campaign_id=heard.campaign.pk if heard.campaign else None, key=f"turn:{turn.pk}", at=heard.at,
        data={"conversation": turn.conversation_id, "intent": turn.intent, "sentiment": turn.sentiment},
    )  # fmt: skip


def _follow_up(heard: Heard, conversation: Conversation, turn: Turn, owner_id: int | None) -> None:
    """Make the owner's task with a brief, and open a deal when the person is interested."""
    intent = heard.reading.intent
    if intent == "interested":
        deals.open_deal(heard.person, heard.campaign, _deal_value(heard.campaign), conversation.assignee)
    waiting = Task.objects.filter(conversation_id=conversation.pk, status=TaskStatus.OPEN)
    if intent in CLOSING or waiting.exists():
        return
    ask = ASKS.get(intent, USUAL)
    todo.add_task(
        heard.person.pk, ask.title.replace("{name}", heard.person.name), ask.kind,
        owner_id=owner_id, key=f"turn:{turn.pk}", due_at=_due(heard, ask), brief=_brief(heard),
        priority=ask.priority, conversation_id=conversation.pk,
        campaign_id=heard.campaign.pk if heard.campaign else None,
    )  # fmt: skip


def _due(heard: Heard, ask: Ask) -> datetime:
    """Return when to act: at once, or in the morning of the day they named."""
    if heard.reading.resume_on and ask.kind == "follow_up":
        return datetime.combine(heard.reading.resume_on, MORNING, UTC)
    return heard.at + ask.within


def _brief(heard: Heard) -> str:
    """Say what the owner must know before answering."""
    lead, reading = heard.person, heard.reading
    who = ", ".join(filter(None, (lead.name, lead.title, lead.company.name if lead.company else "")))
    sure = f"{reading.intent.replace('_', ' ')}, {reading.certainty:.0%} sure; mood {reading.sentiment}"
    about = f"Campaign: {heard.campaign.name}" if heard.campaign else ""
    return "\n".join(filter(None, (f"«{heard.text[:500]}»", who, f"Read as {sure}.", about)))


def _deal_value(campaign: Campaign | None) -> Decimal:
    """Return what a deal of this campaign is usually worth, if somebody has said so."""
    named = campaign.thresholds.get("deal_value") if campaign else None
    try:
        return Decimal(str(named or 0)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return Decimal(0)


def _opt_out(heard: Heard, now: datetime) -> None:
    """Act on a written «no more»: at once, on every channel."""
    if heard.message and unsubscribe.unsubscribe(heard.message.uid, now, source="reply"):
        return
    contactability.suppress_lead(heard.person, "unsubscribed", evidence=f"reply {heard.key}")
    enrollments.stop_for_lead(heard.person.pk, "unsubscribed", now)
