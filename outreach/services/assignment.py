"""One writing assignment: what may be said to whom, the question asked, how the answer is judged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.providers.llm import Prompt
from outreach.models import Message, Sender, Tone, Variant
from outreach.services import facts as known_facts
from outreach.services import formats, offline_texts, prompts, templates, tokens

_MARKUP = re.compile(
    r"<[a-zA-Z/!]|\{\{|\}\}|\{%|\[(?:your|my|the|first|last|name|company|insert)\b", re.IGNORECASE
)
_WEBSITE = re.compile(r"\{\{-?\s*sender_website\s*-?\}\}")
_SECRETS = [part.strip("- ").lower() for part in re.split(r"[.:;]\s", prompts.SYSTEM) if len(part) > 30]


class Claim(BaseModel):
    """A statement about the recipient, the fact it comes from and the words taken from it."""

    model_config = ConfigDict(extra="forbid")
    words: str = Field(max_length=400)
    source: str = Field(max_length=80)
    value: str = Field(max_length=200)


class VariantText(BaseModel):
    """One text."""

    model_config = ConfigDict(extra="forbid")
    tone: Literal["professional", "friendly", "direct"]
    subject: str = Field(max_length=200)
    body: str = Field(max_length=12_000)
    claims: list[Claim] = Field(max_length=20)

    def as_row(self) -> tuple[str, str, str, list[dict[str, str]]]:
        """Return tone, subject, body and claims as plain values."""
        return self.tone, self.subject, self.body, [claim.model_dump() for claim in self.claims]


class VariantSet(BaseModel):
    """Exactly three texts, one in each tone."""

    model_config = ConfigDict(extra="forbid")
    variants: list[VariantText] = Field(min_length=3, max_length=3)

    @model_validator(mode="after")
    def _three_tones(self) -> Self:
        if {variant.tone for variant in self.variants} != set(Tone.values):
            raise ValueError("each of the three tones must appear exactly once")
        return self


@dataclass(frozen=True)
class Assignment:
    """Everything the writer of one message's variants may use. ``base`` is the filled template per tone."""

    uid: str
    channel: str
    templates: Mapping[str, str]
    base: Mapping[str, tuple[str, str]]
    facts: Mapping[str, str]
    context: str
    sender: str
    website: str
    avoid: tuple[str, ...] = ()

    @property
    def prompt(self) -> Prompt:
        """The question, with the offline writer's answer."""
        filled = {tone: f"{subject}\n\n{body}" for tone, (subject, body) in self.base.items()}
        asked = prompts.user(
            channel=self.channel, template=filled, context=self.context, facts=self.facts,
            sender=self.sender, fence=prompts.fence(self.uid), avoid=self.avoid,
        )  # fmt: skip
        return Prompt(prompts.SYSTEM, asked, offline=self._offline)

    def check(self, answer: VariantSet) -> list[str]:
        """Say what is wrong with the three texts; the answer can change words and nothing else."""
        return [f"{v.tone}: {problem}" for v in answer.variants for problem in self._problems(v)]

    def _problems(self, variant: VariantText) -> list[str]:
        text = f"{variant.subject}\n{variant.body}"
        staff = (*self.templates.values(), self.context, self.sender, self.website)
        sources = (*staff, *self.facts.values(), *(part for pair in self.base.values() for part in pair))
        claims = [(claim.words, claim.source, claim.value) for claim in variant.claims]
        found = formats.problems(self.channel, variant.subject, variant.body)
        found += known_facts.unsupported(claims, self.facts, text)
        found += [f"The number {n} has no source." for n in known_facts.unsourced_numbers(text, sources)]
        found += [f"The address {a} is not one of ours." for a in known_facts.foreign_addresses(text, staff)]
        if _MARKUP.search(text):
            found.append("The text has markup or a placeholder.")
        if templates.GREETING_NOBODY.search(variant.body):
            found.append("The greeting names nobody.")
        if self._leaks(text.lower()):
            found.append("The text repeats its instructions.")
        return found

    def _leaks(self, text: str) -> bool:
        return prompts.fence(self.uid).strip("= ") in text or any(secret in text for secret in _SECRETS)

    def _offline(self, dice: Random) -> dict[str, Any]:
        return offline_texts.compose(dice, channel=self.channel, base=self.base, facts=self.facts)


def of(message: Message, texts: Mapping[str, Variant], context: str) -> Assignment:
    """Gather the assignment for one message; ``texts`` are the step's own variants by tone."""
    sender = message.sender or Sender(name="", email="")
    values = tokens.values_of(message.lead, sender)
    website = values.get("sender_website", "")
    return Assignment(
        uid=message.uid,
        channel=message.channel,
        templates={tone: _ours(variant, website) for tone, variant in texts.items()},
        base={tone: _filled(texts.get(tone), values, message) for tone in Tone.values},
        facts=known_facts.of(message.lead),
        context=context,
        sender=sender.name,
        website=website,
        avoid=tuple(variant.body[:300] for variant in message.variants.all()),
    )


def _ours(variant: Variant, website: str) -> str:
    """Return the words staff wrote, with our own web address in its place."""
    return _WEBSITE.sub(website, f"{variant.subject}\n{variant.body}")


def _filled(variant: Variant | None, values: Mapping[str, str], message: Message) -> tuple[str, str]:
    """Fill the step's text; where the person lacks a token, take the text the message already has."""
    if variant is None:
        return message.subject, message.body
    try:
        subject = templates.compiled(variant.subject).render(values)
        return subject, templates.compiled(variant.body.strip()).render(values)
    except (templates.MissingToken, templates.TemplateRefused):
        return message.subject, message.body
