"""Three short answers to choose from, one a tone: a person reads, changes and sends one."""

import re
from dataclasses import dataclass

from campaigns.models import User
from conversations.models import Author, Conversation

TEXTS: dict[str, tuple[str, str, str]] = {
    "interested": (
        "Thank you for your answer, {name}. Would 20 minutes by phone on {day} suit you?",
        "Great to hear from you, {name}! Shall we talk for 20 minutes on {day}?",
        "{name}, 20 minutes on {day}? Name an hour and I will call.",
    ),
    "question": (
        "Thank you for the question, {name}. The answer depends on your case; may I call you on {day}?",
        "Good question, {name}! Shall I show you how that would work for {company}?",
        "{name}, five minutes by phone answer that best. {day}?",
    ),
    "objection": (
        "I understand, {name}. May I show you a comparison with what {company} uses today?",
        "Fair point, {name}! Others felt the same at first. May I share what changed their mind?",
        "Understood, {name}. One page of figures, then you decide. Shall I send it?",
    ),
    "not_now": (
        "Thank you for telling me, {name}. I will write again when the time is better and not before.",
        "No problem at all, {name}! I will get back to you later.",
        "Clear, {name}. I will come back later.",
    ),
    "referral": (
        "Thank you for pointing me on, {name}. May I mention your name when I write to your colleague?",
        "Thanks for the tip, {name}! Is it all right if I say you sent me?",
        "Thanks, {name}. What is the best address to reach them?",
    ),
    "not_interested": (
        "Thank you for your answer, {name}. I will not write about this again.",
        "Thanks for letting me know, {name}, and all the best for {company}!",
        "Understood, {name}. You will not hear from me about this again.",
    ),
    "": (
        "Thank you for your message, {name}. I will look into it and answer today.",
        "Thanks for writing, {name}! I will look into it and come back to you today.",
        "Got it, {name}. I will answer today.",
    ),
}
_TOKEN = re.compile(r"{(name|company|day)}")
TONES = ("professional", "friendly", "direct")


@dataclass(frozen=True)
class Suggestion:
    """A proposed answer and where it comes from."""

    tone: str
    text: str
    source: str


def suggest(conversation: Conversation, by: User | None = None) -> list[Suggestion]:
    """Propose three answers to the customer's last words."""
    last = conversation.turns.filter(author=Author.LEAD).last()
    intent = (last.intent if last else "") or conversation.intent
    texts = TEXTS.get(intent, TEXTS[""])
    source = f"answers to «{intent.replace('_', ' ')}»" if intent in TEXTS and intent else "general answers"
    sign = f"\n\n{by.get_full_name() or by.username}" if by else ""
    return [
        Suggestion(tone, _fill(text, conversation) + sign, source)
        for tone, text in zip(TONES, texts, strict=True)
    ]


def _fill(text: str, conversation: Conversation) -> str:
    """Put the person's own words in, in one pass, so that a name can never be read as a token."""
    lead = conversation.lead
    words = {
        "name": lead.first_name or "hello",
        "company": lead.company.name if lead.company else "your company",
        "day": "Thursday or Friday",
    }
    return _TOKEN.sub(lambda found: words[found[1]], text)
