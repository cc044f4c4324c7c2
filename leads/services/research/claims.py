"""What may be believed: a claim counts only with words that really stand on a page we read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from leads.services.research.cleaning import plain
from leads.services.research.site import ReadPage

#: section → its heading, in the order of the report
SECTIONS = {
    "summary": "In short",
    "pain_points": "Pain points",
    "buying_signals": "Buying signals",
    "news": "News",
    "person": "About this person",
    "technologies": "Technologies",
    "contact": "Ways to reach them, as published",
}
CERTAINTIES = ("high", "medium", "low")
SHORTEST, LONGEST, MOST = 8, 300, 8
#: words that address a machine instead of a visitor; nothing said in such a sentence is passed on
_ORDERS = re.compile(
    r"ignore (all |any |the )?(previous|prior|above|earlier)|disregard (all|any|the|previous)|system prompt"
    r"|you are (now )?(an? )?(ai|assistant|language model|chatbot|chatgpt)|as an ai|language model|prompt"
    r"|</?(system|assistant|user|instructions?)>|\[/?inst\]|do not (tell|reveal|mention)|new instructions"
    r"|jailbreak|developer mode|base64",
    re.I,
)
_ELSEWHERE = re.compile(r"https?://|www\.|\b[\w.+-]+@[\w-]+\.\w+", re.I)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Claim:
    """One thing a website says. ``quote`` stands on the page at ``source``; ``date`` is the news's own."""

    section: str
    text: str
    quote: str
    source: str
    seen_at: str
    certainty: str = "medium"
    date: str = ""


def on(page: ReadPage, section: str, text: str, certainty: str, quote: str = "", date: str = "") -> Claim:
    """Return a claim that a page makes; the text is its own quote unless one is given."""
    return Claim(section, text, quote or text, page.url, page.fetched_at, certainty, date)


@dataclass(frozen=True)
class Believed:
    """Claims with proof, and how many were dropped for want of it."""

    claims: list[Claim]
    dropped: int

    def as_json(self) -> list[dict[str, Any]]:
        """Return the claims as they are kept."""
        return [asdict(claim) for claim in self.claims]


def believe(found: Iterable[Claim], pages: Sequence[ReadPage]) -> Believed:
    """Keep the claims whose quote stands on their page and whose words do not go beyond it."""
    texts = {page.url: _folded("\n".join([page.text, *page.marks, *_targets(page)])) for page in pages}
    kept: dict[tuple[str, str], Claim] = {}
    dropped = 0
    for claim in found:
        if _holds(claim, texts.get(claim.source, "")):
            kept.setdefault((claim.section, claim.text.lower()), claim)
        else:
            dropped += 1
    result = [claim for section in SECTIONS for claim in _of(section, kept.values())]
    return Believed(result, dropped)


def is_order(text: str) -> bool:
    """Whether a sentence talks to a machine."""
    return bool(_ORDERS.search(text))


def _of(section: str, claims: Iterable[Claim]) -> list[Claim]:
    most = 20 if section == "technologies" else MOST
    return [claim for claim in claims if claim.section == section][:most]


def _holds(claim: Claim, page: str) -> bool:
    quote, text = _folded(claim.quote), plain(claim.text)
    if not page or claim.section not in SECTIONS or claim.certainty not in CERTAINTIES:
        return False
    is_proof = claim.section in ("technologies", "contact")
    if not (1 if is_proof else SHORTEST) <= len(quote) <= LONGEST or quote not in page or not text:
        return False
    return is_proof or _stays_within(text, claim.quote)


def _stays_within(text: str, quote: str) -> bool:
    """Whether a wording adds no number, address or subject of its own, and carries no order."""
    if len(text) > LONGEST or is_order(text) or is_order(quote) or _ELSEWHERE.search(text):
        return False
    if not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(quote)):
        return False
    said, proof = (set(map(str.lower, _WORD.findall(words))) for words in (text, quote))
    return bool(said & proof)


def _targets(page: ReadPage) -> list[str]:
    return [url for _, url in page.links]


def _folded(text: str) -> str:
    return plain(text).lower()
