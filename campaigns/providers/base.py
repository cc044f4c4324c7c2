"""What every outside service has in common: a key, a timeout, a retry that listens, a cache, a rate, a meter.

A provider knows no database. It is handed a meter, which holds the price before the call and settles it
after, remembers answers and keeps the rate over all workers; a provider cannot be called unmetered.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Protocol, TypeVar

from campaigns import clock
from campaigns.providers.throttle import Bucket

T = TypeVar("T")
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0


class ProviderError(Exception):
    """An outside call failed. ``permanent``: no use in repeating; ``retry_after``: when to, at best."""

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: float | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.permanent, self.retry_after, self.code = message, permanent, retry_after, code


class Meter(Protocol):
    """What a provider is handed by the ledger."""

    def hold(self, units: Decimal | int, price: Decimal | None = None) -> None:
        """Set the money for a call aside."""
        ...

    def settle(
        self, units: Decimal | int, *, reference: str, price: Decimal | None = None, **facts: Any
    ) -> None:
        """Book what the call cost."""
        ...

    def release(self) -> None:
        """Free what is still held."""
        ...

    def recall(self, key: str) -> Any:
        """Return a remembered answer."""
        ...

    def remember(self, key: str, value: Any, ttl: timedelta) -> None:
        """Keep an answer."""
        ...

    def admit(self, bucket: str, capacity: float, per_second: float) -> float:
        """Take one call from the provider's bucket; return the seconds to wait."""
        ...


class Provider:
    """One outside service. A subclass says its name, rate and timeout and turns replies into dataclasses."""

    name: ClassVar[str]
    needs_key: ClassVar[bool] = True
    timeout: ClassVar[float] = 10.0
    tries: ClassVar[int] = 3
    patience: ClassVar[float] = 10.0
    bucket: ClassVar[Bucket | None] = None
    cache_for: ClassVar[timedelta | None] = None

    def __init__(self, meter: Meter, key: str = "", *, pause: Callable[[float], None] = time.sleep) -> None:
        """Take the meter and the key; ``pause`` is how to wait (tests do not)."""
        if self.needs_key and not key:
            raise ProviderError(f"{self.name} has no key.", permanent=True, code="no_key")
        self.meter, self.key, self._pause = meter, key, pause

    def call(
        self,
        question: Mapping[str, Any],
        ask: Callable[[], T],
        *,
        reference: str,
        units: Decimal | int = 1,
        **facts: Any,
    ) -> T:
        """Ask once, politely and paid for; an equal question within ``cache_for`` is answered from memory.

        ``question`` is what makes two questions equal; the answer must be plain JSON if it is to be kept.
        """
        key = self._key(question)
        if self.cache_for and (known := self.meter.recall(key)) is not None:
            return known  # type: ignore[no-any-return]
        self.meter.hold(units)
        try:
            answer = retried(self._admitted(ask), tries=self.tries, patience=self.patience, pause=self._pause)
        except BaseException:
            self.meter.release()
            raise
        self.meter.settle(units, reference=reference, **facts)
        if self.cache_for:
            self.meter.remember(key, answer, self.cache_for)
        return answer

    def _admitted(self, ask: Callable[[], T]) -> Callable[[], T]:
        def admitted() -> T:
            if self.bucket:
                wait_for_turn(self.meter, self.bucket, self.patience, self._pause)
            return ask()

        return admitted

    def _key(self, question: Mapping[str, Any]) -> str:
        text = json.dumps([self.name, question], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def retried(
    ask: Callable[[], T],
    *,
    tries: int,
    patience: float,
    pause: Callable[[float], None] = time.sleep,
    chance: random.Random | None = None,
) -> T:
    """Call until it works, at most ``tries`` times; wait as told, else twice as long each time, with jitter.

    A wait longer than ``patience`` is not slept through in a worker: the error goes up, with its
    ``retry_after``, and the row comes back when it is due.
    """
    for number in range(1, tries + 1):
        try:
            return ask()
        except ProviderError as error:
            wait = _wait(number, error, chance or random)
            if error.permanent or number == tries or wait > patience:
                raise
            pause(wait)
    raise AssertionError("unreachable: the last try raises or returns")


def wait_for_turn(meter: Meter, bucket: Bucket, patience: float, pause: Callable[[float], None]) -> None:
    """Wait until the bucket lets a call through; give up (for now) beyond ``patience`` seconds."""
    waited = 0.0
    while wait := meter.admit(bucket.name, bucket.capacity, bucket.per_second):
        if waited + wait > patience:
            raise ProviderError(f"{bucket.name} is at its rate limit.", retry_after=wait, code="rate_limit")
        pause(wait)
        waited += wait


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Read how long a provider asks to wait: ``retry-after-ms``, seconds, or a date."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    try:
        if "retry-after-ms" in named:
            return max(0.0, float(named["retry-after-ms"]) / 1000)
        if named.get("retry-after", "").replace(".", "", 1).isdigit():
            return float(named["retry-after"])
        if "retry-after" in named:
            moment = parsedate_to_datetime(named["retry-after"])
            return max(0.0, (moment - (now or clock.now())).total_seconds())
    except (ValueError, TypeError):
        return None
    return None


def refusal(service: str, status: int, text: str, headers: Mapping[str, str]) -> ProviderError:
    """Turn an HTTP error answer into words: 429 and 5xx may be repeated, the rest may not."""
    if status == 429:
        return ProviderError(
            f"{service} asks us to slow down.", retry_after=retry_after(headers), code="rate_limit"
        )
    if status >= 500 or status == 408:
        return ProviderError(
            f"{service} is in trouble ({status}).", retry_after=retry_after(headers), code="server_error"
        )
    code = {401: "key", 402: "quota", 403: "key", 404: "not_found"}.get(status, "refused")
    return ProviderError(f"{service} refused ({status}): {text[:200]}", permanent=True, code=code)


def _wait(number: int, error: ProviderError, chance: Any) -> float:
    """Return the seconds before the next try; a wait that was asked for is never shortened."""
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (number - 1))
    jitter = float(chance.uniform(0, backoff))
    return error.retry_after + jitter / 10 if error.retry_after is not None else backoff / 2 + jitter
