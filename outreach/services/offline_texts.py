"""The offline writer's words: the three texts from the template and one fact about the recipient.

One sentence about the recipient goes after the greeting; which fact and which words is the dice's choice.
The sentence quotes its fact exactly, so that it can be checked like a model's.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from outreach.services import formats

#: fact → tone → sentences; {fact} is the fact itself, {company} the company's name or «your company».
SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "company.reviews": {
        "professional": (
            "The {fact} reviews of {company} suggest that you care how people are received.",
            "With {fact} reviews, {company} is clearly a place that people talk about.",
        ),
        "friendly": (
            "I saw that {company} has {fact} reviews; people obviously like to talk about you.",
            "{fact} reviews for {company}: that is a lot of people who took the time to write!",
        ),
        "direct": ("{company} has {fact} reviews. People notice how you treat them.",),
    },
    "company.employees": {
        "professional": (
            "At a company with {fact} people, such as {company}, this usually lands on a few desks.",
            "I understand that {company} has a team of {fact}.",
        ),
        "friendly": (
            "With {fact} people at {company} there is probably always one who could use a hand.",
            "I read that you are {fact} people at {company}, so I imagine the days are full.",
        ),
        "direct": ("{company} has {fact} people. At that size this starts to cost time.",),
    },
    "company.technologies": {
        "professional": ("I noticed that {company} works with {fact}.",),
        "friendly": ("I saw that you use {fact} at {company}, so this may sound familiar.",),
        "direct": ("You use {fact}. Then you know the problem.",),
    },
    "company.founded": {
        "professional": (
            "A company that has served its customers since {fact} knows what a good answer is worth.",
        ),
        "friendly": ("Since {fact}, wow: {company} must have seen a few ways of doing this.",),
        "direct": ("{company} has been at it since {fact}. You know what works.",),
    },
    "company.city": {
        "professional": ("I hope this finds you and your colleagues in {fact} well.",),
        "friendly": ("I hope all is well in {fact}!", "Greetings to {fact}!"),
        "direct": ("A short word to {fact}.",),
    },
    "lead.title": {
        "professional": (
            "I am writing to you as {fact}, as this question is most likely on your desk.",
            "As {fact} you will know best whether this matters at {company}.",
        ),
        "friendly": ("I thought of you because you are {fact} there, so you probably know where it hurts.",),
        "direct": ("You are {fact}, so I will be brief.",),
    },
    "company.industry": {
        "professional": ("I am writing to {company} because the question comes up often in {fact}.",),
        "friendly": ("I have been reading up on {fact} and had to think of {company}.",),
        "direct": ("This is about {fact}.",),
    },
}
TONES = ("professional", "friendly", "direct")


def compose(
    dice: Random, *, channel: str, base: Mapping[str, tuple[str, str]], facts: Mapping[str, str]
) -> dict[str, Any]:
    """Return three texts; ``base`` has the filled template of each tone as (subject, body)."""
    known = [name for name in SENTENCES if facts.get(name)]
    dice.shuffle(known)
    made = []
    for place, tone in enumerate(TONES):
        order = known[place:] + known[:place]  # each tone begins with another fact
        made.append(_variant(dice, channel, tone, *base[tone], order, facts))
    return {"variants": made}


def _variant(
    dice: Random, channel: str, tone: str, subject: str, body: str, known: list[str], facts: Mapping[str, str]
) -> dict[str, Any]:
    for name in known:
        sentence = _sentence(dice, tone, name, facts)
        longer = _with_sentence(body, sentence)
        if facts[name] not in body and not formats.problems(channel, subject, longer):
            claims = [
                {"words": sentence, "source": name, "value": facts[name]},
                *_company_claim(sentence, facts),
            ]
            return {"tone": tone, "subject": subject, "body": longer, "claims": claims}
    return {"tone": tone, "subject": subject, "body": body, "claims": []}


def _sentence(dice: Random, tone: str, name: str, facts: Mapping[str, str]) -> str:
    company = facts.get("company.name") or "your company"
    sentence = dice.choice(SENTENCES[name][tone]).replace("{fact}", facts[name])
    sentence = sentence.replace("{company}", company)
    return sentence[:1].upper() + sentence[1:]


def _company_claim(sentence: str, facts: Mapping[str, str]) -> list[dict[str, str]]:
    name = facts.get("company.name", "")
    if not name or name not in sentence:
        return []
    return [{"words": sentence, "source": "company.name", "value": name}]


def _with_sentence(body: str, sentence: str) -> str:
    """Put a sentence after the greeting; a text without one begins with it."""
    greeting, gap, rest = body.partition("\n\n")
    if not gap or len(greeting) > 60:
        return f"{sentence}\n\n{body}"
    return f"{greeting}\n\n{sentence}\n\n{rest[:1].upper()}{rest[1:]}"
