"""How often one address may send one form: counted atomically in the shared cache."""

from datetime import datetime

from django.core.cache import cache

MOST = 20
SECONDS = 600


def is_over(form_key: str, ip: str, now: datetime) -> bool:
    """Count a post and say whether this address has sent this form too often in these ten minutes."""
    key = f"webform:{form_key}:{ip}:{int(now.timestamp()) // SECONDS}"
    cache.add(key, 0, timeout=2 * SECONDS)
    return bool(cache.incr(key) > MOST)
