"""What a customer wants and how they feel, from their words: small rules that say «unsure» when they are.

The intent of a written answer is the reply class of the floor below; the mood is a small lexicon with
negation and emphasis. Neither guesses: under ``SURE`` certainty the reading is ``unsure``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from outreach.services import replies

SURE = 0.5
POSITIVE_INTENTS = frozenset({"interested", "question"})
UNSURE = "unsure"

_WORD = re.compile(r"[a-z']+|!+|:-?[)(]")
_GOOD = {
    "thanks": 1, "thank": 1, "great": 2, "good": 1, "love": 2, "excellent": 3, "perfect": 3,
    "happy": 2, "glad": 2, "interesting": 1, "helpful": 2, "awesome": 3, "amazing": 3, "yes": 1,
    "interested": 1, "sounds": 1, "timely": 2, "appreciate": 2, "wonderful": 3, "nice": 1,
    "pleased": 2, "keen": 2, "excited": 2, "fantastic": 3, "brilliant": 3, "welcome": 1, "easy": 1,
    "like": 1, "impressed": 3, "best": 1, "recommend": 2, "works": 1, "solved": 2, ":)": 2,
    ":-)": 2,
}  # fmt: skip
_BAD = {
    "bad": 2, "angry": 3, "annoying": 3, "annoyed": 3, "spam": 3, "terrible": 3, "awful": 3, "hate": 3,
    "worst": 3, "waste": 2, "wrong": 1, "expensive": 1, "disappointed": 3, "disappointing": 3, "useless": 3,
    "never": 1, "stop": 1, "broken": 2, "rude": 3, "ridiculous": 3, "unacceptable": 3, "problem": 1,
    "problems": 1, "complaint": 2, "frustrated": 3, "frustrating": 3, "scam": 3, "poor": 2, "fail": 2,
    "failed": 2, "slow": 1, "sorry": 1, "unfortunately": 1, "harassment": 3, "lawyer": 3, "ignored": 2,
    ":(": 2, ":-(": 2,
}  # fmt: skip
_NOT = {"not", "no", "don't", "dont", "isn't", "wasn't", "won't", "can't", "cannot", "without", "hardly"}
_VERY = {"very", "really", "so", "extremely", "too", "absolutely"}


@dataclass(frozen=True)
class Reading:
    """What was read from some words, each part with how sure we are (0–1)."""

    intent: str
    certainty: float
    sentiment: str
    sentiment_certainty: float
    resume_on: date | None = None

    @property
    def is_positive(self) -> bool:
        """Whether a person should follow up because a sale may come of it."""
        return self.intent in POSITIVE_INTENTS


def read(text: str, headers: Mapping[str, str] | None = None) -> Reading:
    """Read the intent and mood of what a customer wrote, and when to come back if they named a day."""
    found = replies.classify(text, headers or {})
    intent = found.label if found.certainty >= SURE else UNSURE
    return Reading(intent, found.certainty, *mood(text), resume_on=found.resume_on)


def mood(text: str) -> tuple[str, float]:
    """Return positive, negative, neutral or unsure (both at once) with its certainty."""
    good, bad = _weigh(_WORD.findall(text.lower()))
    total = good + bad
    if not total:
        return "neutral", 0.6
    lean = (good - bad) / (total + 1)
    if abs(lean) < 0.25:
        return UNSURE, 0.5
    return ("positive" if lean > 0 else "negative"), round(min(0.95, 0.5 + abs(lean) / 2), 2)


def _weigh(words: list[str]) -> tuple[float, float]:
    """Add up the kind and the unkind words; a negation two words before turns one round."""
    good = bad = 0.0
    for place, word in enumerate(words):
        before = words[max(0, place - 2) : place]
        weight = (_GOOD.get(word, 0) - _BAD.get(word, 0)) * (1.5 if _VERY & set(before) else 1.0)
        if _NOT & set(before):
            weight *= -0.8
        good, bad = good + max(0.0, weight), bad + max(0.0, -weight)
    return good, bad
