"""What a careful colleague would say about a text: tokens, length, shouting, links, the law."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.models import Campaign
from outreach.services import templates, tokens

LONG_SUBJECT, LONG_BODY, MANY_LINKS = 60, 160, 2
LINK = re.compile(r"https?://|\{\{\s*sender_website")
SHOUT = re.compile(r"\b[A-Z]{4,}\b")


@dataclass(frozen=True)
class Check:
    """One finding: ok, warn or bad."""

    state: str
    text: str


def check(
    subject: str,
    body: str,
    missing: Sequence[tuple[str, int]] = (),
    of: int = 0,
    campaign: Campaign | None = None,
) -> list[Check]:
    """Look a text over; ``missing`` are the tokens some of the ``of`` people lack."""
    if wrong := [*tokens.problems(subject), *tokens.problems(body)]:
        return [Check("bad", text) for text in wrong]
    return [
        *_length(subject, body), *_manners(subject, body), *_tokens(subject, body, missing, of),
        _law(campaign)
    ]  # fmt: skip


def words(body: str) -> int:
    """Count the words of a text, a token as one."""
    return len(re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "x", body)).split())


def _length(subject: str, body: str) -> list[Check]:
    found = []
    if not subject.strip():
        found.append(Check("bad", "The subject is missing."))
    elif len(subject) > LONG_SUBJECT:
        found.append(Check("warn", f"The subject is long: phones show about {LONG_SUBJECT} characters."))
    number = words(body)
    if not number:
        found.append(Check("bad", "The text is missing."))
    elif number > LONG_BODY:
        found.append(Check("warn", f"{number} words: under {LONG_BODY} more people read to the end."))
    return found or [Check("ok", f"{number} words, short enough to be read")]


def _manners(subject: str, body: str) -> list[Check]:
    found = []
    if SHOUT.search(subject) or "!!" in subject + body:
        found.append(Check("warn", "Capitals and double exclamation marks are read as advertising."))
    if (number := len(LINK.findall(body))) > MANY_LINKS:
        found.append(Check("warn", f"{number} links: filters are wary of more than {MANY_LINKS}."))
    return found or [Check("ok", "Nothing a spam filter minds")]


def _tokens(subject: str, body: str, missing: Sequence[tuple[str, int]], of: int) -> list[Check]:
    needed = templates.compiled(subject).required | templates.compiled(body).required
    lacking = [(name, number) for name, number in missing if name in needed]
    return [
        Check("warn", f"{{{{{name}}}}} is empty for {number:,} of {of:,} people: they are passed over."
                      f" Give it a default, such as {{{{{name}|there}}}}.")
        for name, number in lacking
    ] or [Check("ok", "Everybody has what the text needs")]  # fmt: skip


def _law(campaign: Campaign | None) -> Check:
    if campaign and not campaign.postal_address:
        return Check("bad", "The campaign has no postal address; without it nothing may leave.")
    return Check("ok", "Unsubscribe link and postal address are added")
