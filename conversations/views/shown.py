"""Conversations, turns and facts as the inbox shows them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import User
from campaigns.services import masking
from conversations.models import Author, Conversation, ConversationStatus, Turn
from conversations.services.sections import ANSWER_WITHIN

FACES = {
    "positive": ("smile", "fern"),
    "negative": ("frown", "crimson"),
    "neutral": ("meh", "weld"),
    "unsure": ("meh", "weld"),
}
MOODS = {"positive": 1.0, "negative": -1.0}
WORDS = {"positive": "good", "negative": "bad"}
INTENT_TONES = {
    "interested": "fern", "question": "indigo", "objection": "plum", "referral": "teal",
    "unsubscribe": "crimson",
    "not_interested": "crimson", "wrong_person": "weld", "not_now": "weld",
}  # fmt: skip
METER_TONES = ("plum", "teal", "fern")
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One conversation of the list."""

    conversation: Conversation
    face: str
    face_tone: str
    intent: str
    intent_tone: str
    waiting: str
    waiting_tone: str
    is_unread: bool


def line(conversation: Conversation, now: datetime) -> Line:
    """Return a conversation with its mood, intent and how long they have waited."""
    face, tone = FACES.get(conversation.sentiment, ("", ""))
    waiting, waiting_tone = _waiting(conversation, now)
    return Line(
        conversation, face, tone, word(conversation.intent), INTENT_TONES.get(conversation.intent, "ink"),
        waiting, waiting_tone, conversation.status in (ConversationStatus.OPEN, ConversationStatus.ESCALATED),
    )  # fmt: skip


def turns(rows: list[Turn]) -> list[dict[str, Any]]:
    """Return the turns of a thread with a line before each new day."""
    shown: list[dict[str, Any]] = []
    before: date | None = None
    for turn in rows:
        day = timezone.localtime(turn.said_at).date()
        if day != before:
            shown.append({"day": turn.said_at, "channel": turn.channel})
        before = day
        shown.append(
            {"turn": turn, "is_ours": turn.author == Author.STAFF, "is_bot": turn.author == Author.AGENT}
        )
    return shown


def reading(rows: list[Turn]) -> dict[str, Any]:
    """Return what was read from the customer's words: intents with certainty, and the mood over time."""
    theirs = [turn for turn in rows if turn.author == Author.LEAD]
    sure: dict[str, float] = {}
    for turn in theirs:
        if turn.intent and turn.certainty:
            sure[turn.intent] = max(sure.get(turn.intent, 0), turn.certainty)
    best = sorted(sure.items(), key=lambda pair: -pair[1])[: len(METER_TONES)]
    moods = [MOODS.get(turn.sentiment, 0.0) for turn in theirs if turn.sentiment]
    return {
        "intents": [
            {"label": word(name), "share": share, "tone": tone}
            for (name, share), tone in zip(best, METER_TONES, strict=False)
        ],
        "moods": moods,
        "mood": _mood([turn.sentiment for turn in theirs if turn.sentiment]),
        "mood_cls": "bad" if moods and moods[-1] < 0 else "good" if moods and moods[-1] > 0 else "",
    }


def address(conversation: Conversation, actor: User) -> str:
    """Return the customer's address as this person may see it."""
    return masking.shown_to(actor, conversation.lead.email)


def word(name: str) -> str:
    """Return a label such as ``not_now`` in words."""
    return name.replace("_", " ").capitalize()


def span(length: timedelta) -> str:
    """Return a length of time in a word or two."""
    minutes = max(1, round(abs(length.total_seconds()) / 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 36 * 60 else f"{round(minutes / 1440)} d"


def _waiting(conversation: Conversation, now: datetime) -> tuple[str, str]:
    if conversation.snoozed_until and conversation.snoozed_until > now:
        return f"Back {timezone.localtime(conversation.snoozed_until):%a %H:%M}", "weld"
    if conversation.waiting_since is None or conversation.status == ConversationStatus.ENDED:
        return "", ""
    left = conversation.waiting_since + ANSWER_WITHIN - now
    if left < timedelta(0):
        return f"Waiting {span(now - conversation.waiting_since)}", "crimson"
    return f"{span(left)} left", "madder" if left < SOON else "ink"


def _mood(found: list[str]) -> str:
    if not found:
        return ""
    last = WORDS.get(found[-1], "neutral")
    before = next(
        (WORDS.get(one, "neutral") for one in reversed(found[:-1]) if WORDS.get(one, "neutral") != last), ""
    )
    return f"{last.capitalize()}, was {before}" if before else last.capitalize()
