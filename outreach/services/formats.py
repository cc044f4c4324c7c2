"""What fits into a channel: hard limits, counted the way the channel counts.

SMS: GSM 03.38 has 160 septets (some characters take two), anything outside it turns the whole text into
UCS-2 with 70; longer texts are cut into parts of 153 or 67. LinkedIn: notes to an invitation 300
characters (200 on free accounts), messages as recommended 300–500.
"""

import math
import unicodedata
from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
_HIDDEN = frozenset(("Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"))


@dataclass(frozen=True)
class Limits:
    """What a channel takes; ``subject`` 0 means it has none."""

    body: int
    subject: int = 0
    least: int = 1
    segments: int = 0


LIMITS = {
    "email": Limits(body=4_000, subject=120, least=40),
    "sms": Limits(body=480, segments=1),
    "linkedin": Limits(body=500, least=20),
    "linkedin_note": Limits(body=300, least=20),
    "inmail": Limits(body=1_900, subject=200, least=20),
    "custom": Limits(body=10_000, subject=250),
}


@dataclass(frozen=True)
class Count:
    """How long a text is in its channel, for the live counter."""

    characters: int
    limit: int
    segments: int = 0
    encoding: str = ""

    @property
    def left(self) -> int:
        """Characters still free; negative when it is too long."""
        return self.limit - self.characters


def count(channel: str, body: str) -> Count:
    """Count a text the way its channel does."""
    limits = LIMITS.get(channel, LIMITS["custom"])
    if not limits.segments:
        return Count(len(body), limits.body)
    if all(char in _GSM or char in _GSM_DOUBLE for char in body):
        septets = len(body) + sum(char in _GSM_DOUBLE for char in body)
        return Count(septets, 160, 1 if septets <= 160 else math.ceil(septets / 153), "GSM-7")
    units = len(body.encode("utf-16-le")) // 2
    return Count(units, 70, 1 if units <= 70 else math.ceil(units / 67), "UCS-2")


def problems(channel: str, subject: str, body: str) -> list[str]:
    """Say why a text does not fit its channel; an empty list means it does."""
    limits, found = LIMITS.get(channel, LIMITS["custom"]), []
    counted = count(channel, body)
    if limits.segments and counted.segments > limits.segments:
        found.append(f"The text needs {counted.segments} SMS; {counted.limit} characters fit into one"
                     f" ({counted.encoding}), this has {counted.characters}.")  # fmt: skip
    elif not limits.segments and counted.characters > limits.body:
        found.append(f"The text has {counted.characters} characters, {limits.body} are allowed.")
    if len(body.strip()) < limits.least:
        found.append(f"The text is too short: at least {limits.least} characters.")
    return found + _subject_problems(limits, subject) + _hidden_problems(subject, body)


def _subject_problems(limits: Limits, subject: str) -> list[str]:
    if not limits.subject:
        return []
    if not subject.strip():
        return ["The subject is empty."]
    if len(subject) > limits.subject:
        return [f"The subject has {len(subject)} characters, {limits.subject} are allowed."]
    return ["The subject has a line break."] if len(subject.splitlines()) > 1 else []


def _hidden_problems(subject: str, body: str) -> list[str]:
    """Characters nobody can see carry what nobody may say; line breaks and tabs are welcome in a body."""
    hidden = {unicodedata.name(char, f"U+{ord(char):04X}") for char in subject + body
              if char not in "\n\r\t\u200d" and unicodedata.category(char) in _HIDDEN}  # fmt: skip
    return [f"The text has an invisible character: {sorted(hidden)[0]}."] if hidden else []
