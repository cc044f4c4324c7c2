"""What a person said about each channel: how it stands, since when, how we know, and every word before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import User
from campaigns.services import audit
from leads.models import Consent, Lead
from leads.services import contactability

CHANNELS = ("email", "call", "sms", "linkedin")


@dataclass(frozen=True)
class Standing:
    """One channel: the newest word (or none), and why nobody may use the channel now (empty: they may)."""

    channel: str
    word: Consent | None
    why_not: str

    @property
    def state(self) -> str:
        """The newest word as one: yes, no, or not asked."""
        return "not asked" if self.word is None else "yes" if self.word.is_granted else "no"

    @property
    def since(self) -> datetime | None:
        """When it was said."""
        return self.word.recorded_at if self.word else None


def standing(lead: Lead) -> list[Standing]:
    """Return how each channel stands; what else was spoken of comes after the usual ones."""
    newest = {word.channel: word for word in reversed(history(lead))}
    channels = [*CHANNELS, *(channel for channel in newest if channel not in CHANNELS)]
    return [
        Standing(
            channel, newest.get(channel), contactability.may_contact([lead.pk], channel).get(lead.pk, "")
        )
        for channel in channels
    ]


def history(lead: Lead) -> Sequence[Consent]:
    """Return every word of a person, the newest first."""
    return list(Consent.objects.filter(lead=lead).order_by("-id")[:200])


def record(
    lead: Lead, channel: str, *, is_granted: bool, evidence: str, by: User, source: str = ""
) -> Consent:
    """Write down a yes or a no that somebody heard; the act is audited."""
    said = contactability.record_consent(
        lead, channel, is_granted=is_granted, source=(source or f"heard by {by}")[:80], evidence=evidence
    )
    audit.record(by, "consent", lead, after={"channel": channel, "granted": is_granted})
    return said
