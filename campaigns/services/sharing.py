"""What all workers share about outside services: remembered answers and token buckets."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from campaigns.models import CacheEntry, TokenBucket
from campaigns.providers import throttle


def recall(key: str, now: datetime) -> Any:
    """Return the answer remembered under ``key`` if it is still good, counting the hit."""
    entry = CacheEntry.objects.filter(key=key, expires_at__gt=now).first()
    if entry is None:
        return None
    CacheEntry.objects.filter(pk=entry.pk).update(hits=F("hits") + 1)
    return entry.value


def remember(key: str, provider: str, value: Any, expires_at: datetime) -> None:
    """Keep an answer until ``expires_at``."""
    facts = {"provider": provider, "value": value, "expires_at": expires_at}
    CacheEntry.objects.update_or_create(key=key, defaults=facts)


def admit(name: str, capacity: float, per_second: float, now: datetime) -> float:
    """Take one token from a bucket shared by all workers; return the seconds to wait when it is empty."""
    start = {"tokens": capacity, "capacity": capacity, "per_second": per_second, "refilled_at": now}
    with transaction.atomic():
        TokenBucket.objects.get_or_create(name=name, defaults=start)
        bucket = TokenBucket.objects.select_for_update().get(name=name)
        passed = (now - bucket.refilled_at).total_seconds()
        left, wait = throttle.take(bucket.tokens, capacity, per_second, passed)
        TokenBucket.objects.filter(pk=bucket.pk).update(
            tokens=left, refilled_at=max(now, bucket.refilled_at), capacity=capacity, per_second=per_second
        )
    return wait
