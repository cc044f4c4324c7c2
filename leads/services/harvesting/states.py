"""How a provider is doing: working, resting until a moment, or stopped until a person looks.

Five failures in a row open the circuit: nobody asks any more, and every 30 seconds one worker makes a call
that costs nothing. One line in the log and one entry in the audit tell of it, not one per failure.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.providers.base import ProviderError
from campaigns.services import audit
from leads.models import ProviderState
from leads.services.harvesting import catalogue

logger = logging.getLogger(__name__)
S = ProviderState.Status
ENOUGH = 5
PROBE = timedelta(seconds=30)
EMPTY = timedelta(hours=1)
PATIENT = timedelta(minutes=10)


@dataclass(frozen=True)
class Rest:
    """Why a provider is not asked now, and until when (``None``: until a person looks)."""

    words: str
    until: datetime | None

    def is_long(self, now: datetime) -> bool:
        """Whether a run should go on without it instead of waiting."""
        return self.until is None or self.until > now + PATIENT


class Halted(Exception):
    """A provider is not asked now; ``rest`` says why and until when."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        super().__init__(rest.words)


def of(provider: str) -> ProviderState:
    """Return the state of a provider."""
    return ProviderState.objects.get_or_create(name=provider)[0]


def gate(provider: str, now: datetime) -> Rest | None:
    """Return why a provider may not be asked now; a rest ends with one free call of one worker."""
    state = of(provider)
    if state.status == S.OK:
        return None
    if state.status == S.STOPPED:
        return Rest(state.reason, None)
    if state.until and state.until > now:
        return Rest(state.reason, state.until)
    mine = ProviderState.objects.filter(name=provider, status=S.RESTING, until=state.until)
    if not mine.update(until=now + PROBE):
        return Rest(state.reason, now + PROBE)
    return _probe(provider)


def worked(provider: str) -> None:
    """Note that a provider answered."""
    rows = ProviderState.objects.filter(name=provider)
    if rows.exclude(status=S.OK).update(
        status=S.OK, reason="", until=None, failures=0, changed_at=clock.now()
    ):
        logger.info("%s works again", provider)
    else:
        rows.filter(failures__gt=0).update(failures=0)


def failed(provider: str, words: str) -> None:
    """Count a failure; the fifth in a row opens the circuit."""
    of(provider)
    rows = ProviderState.objects.filter(name=provider)
    rows.update(failures=F("failures") + 1)
    if rows.filter(status=S.OK, failures__gte=ENOUGH).exists():
        _change(provider, S.RESTING, f"{words} It is asked again every 30 seconds.", clock.now() + PROBE)
    else:
        rows.filter(status=S.RESTING).update(until=clock.now() + PROBE)


def slow_down(provider: str, words: str, seconds: float) -> datetime:
    """Let a provider rest as long as it asked for; this is no failure."""
    until = clock.now() + timedelta(seconds=max(1.0, seconds))
    of(provider)
    ProviderState.objects.filter(name=provider).exclude(status=S.STOPPED).update(
        status=S.RESTING, reason=words[:250], until=until, changed_at=clock.now()
    )
    return until


def ran_dry(provider: str, words: str) -> None:
    """Credits are used up: look again in an hour, or when a person says so."""
    _change(provider, S.RESTING, words, clock.now() + EMPTY)


def stop(provider: str, words: str) -> None:
    """The key is refused: nobody asks until a person has looked."""
    _change(provider, S.STOPPED, words, None)


def resume(provider: str, by: User) -> None:
    """Let a provider be asked again."""
    state = of(provider)
    before = {"status": state.status, "reason": state.reason}
    ProviderState.objects.filter(pk=state.pk).update(
        status=S.OK, reason="", until=None, failures=0, changed_at=clock.now()
    )
    audit.record(by, "resume", state, before=before)


def count_memory(provider: str, *, is_hit: bool) -> None:
    """Count an answer from memory, or one that had to be bought."""
    of(provider)
    name = "cache_hits" if is_hit else "cache_misses"
    ProviderState.objects.filter(name=provider).update(**{name: F(name) + 1})


def note_credits(provider: str, left: Decimal | None, used: Decimal = Decimal(0)) -> None:
    """Keep what a provider said is left, or count down from what it said before."""
    rows = ProviderState.objects.filter(name=provider)
    if left is not None:
        rows.update(credits_left=left)
    elif used:
        rows.exclude(credits_left=None).filter(credits_left__gte=used).update(
            credits_left=F("credits_left") - used
        )


def _probe(provider: str) -> Rest | None:
    try:
        note_credits(provider, catalogue.connect(provider).balance())
    except ProviderError as error:
        if error.code == "key":
            stop(provider, error.message)
            return Rest(error.message, None)
        until = clock.now() + timedelta(seconds=max(PROBE.total_seconds(), error.retry_after or 0))
        ProviderState.objects.filter(name=provider, status=S.RESTING).update(until=until)
        return Rest(error.message, until)
    worked(provider)
    return None


def _change(provider: str, status: str, words: str, until: datetime | None) -> None:
    """Change the state and tell about it once."""
    state = of(provider)
    rows = ProviderState.objects.filter(name=provider)
    news = rows.exclude(status=status, reason=words[:250])
    if news.update(status=status, reason=words[:250], until=until, changed_at=clock.now()):
        logger.warning("%s: %s", provider, words)
        audit.record(None, status, state, reason=words)
    else:
        rows.update(until=until)
