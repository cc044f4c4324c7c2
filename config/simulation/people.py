"""Offline people: stable habits drawn from a seed and the address, so that a world repeats exactly."""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Mood(StrEnum):
    """How a person answers when they answer at all."""

    INTERESTED = "interested"
    QUESTION = "question"
    NOT_NOW = "not_now"
    NOT_INTERESTED = "not_interested"
    REFERRAL = "referral"
    WRONG_PERSON = "wrong_person"
    OBJECTION = "objection"
    UNSUBSCRIBE = "unsubscribe"


MOODS = {
    Mood.INTERESTED: 34, Mood.QUESTION: 20, Mood.NOT_NOW: 16, Mood.NOT_INTERESTED: 12, Mood.REFERRAL: 5,
    Mood.WRONG_PERSON: 4, Mood.OBJECTION: 6, Mood.UNSUBSCRIBE: 3,
}  # fmt: skip
TONES = {"direct": 45, "friendly": 35, "professional": 20}
BOUNCES, AWAY, SCANNED, COMPLAINS, OPTS_OUT = 0.02, 0.03, 0.12, 0.002, 0.012


@dataclass(frozen=True)
class Person:
    """One recipient: what they are like does not change from mail to mail."""

    address: str
    zone: str
    interest: float
    mood: Mood
    favourite_tone: str
    reads_at: int
    bounces: bool
    is_away: bool
    is_scanned: bool

    def next_reading(self, moment: datetime) -> datetime:
        """Return when this person next looks at their mail, in UTC."""
        local = moment.astimezone(_zone(self.zone))
        reading = local.replace(
            hour=self.reads_at, minute=7 + len(self.address) % 45, second=0, microsecond=0
        )
        while reading <= local or reading.weekday() >= 5:
            reading += timedelta(days=1)
        return reading.astimezone(moment.tzinfo)


def meet(seed: int, address: str, zone: str, fit: int) -> Person:
    """Return the person behind an address; ``fit`` (0–100) makes interest likelier."""
    dice = dice_for(seed, address)
    interest = min(0.6, max(0.01, dice.gauss(0.05 + 0.0016 * fit, 0.04)))
    return Person(
        address=address,
        zone=zone or "UTC",
        interest=interest,
        mood=dice.choices(list(MOODS), list(MOODS.values()))[0],
        favourite_tone=dice.choices(list(TONES), list(TONES.values()))[0],
        reads_at=dice.choice([7, 8, 8, 9, 9, 10, 11, 13, 14, 16, 19]),
        bounces=dice.random() < BOUNCES,
        is_away=dice.random() < AWAY,
        is_scanned=dice.random() < SCANNED,
    )


def dice_for(seed: int, *parts: object) -> random.Random:
    """Return dice that always fall the same for the same seed and parts."""
    digest = hashlib.sha256(repr((seed, *parts)).encode()).digest()
    return random.Random(digest)  # noqa: S311 a game of habits, not a secret


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
