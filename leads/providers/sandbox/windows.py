"""Apollo's three fixed windows (minute, hour, day) that open with the first request."""

from datetime import datetime, timedelta

from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Reply

SIZES = {"minute": 60, "hourly": 3600, "24-hour": 86_400}
LIMITS = {"search": (200, 6000, 50_000), "enrich": (1000, 0, 0), "default": (200, 400, 2000)}


def count(book: Book, path: str) -> tuple[dict[str, str], Reply | None]:
    """Count a call; return the headers that say what is left, and the refusal if nothing is."""
    kind = "search" if "search" in path else "enrich" if "match" in path or "enrich" in path else "default"
    limits = book.get("knob", f"limits.{kind}") or LIMITS[kind]
    headers: dict[str, str] = {}
    for (name, seconds), limit in zip(SIZES.items(), limits, strict=True):
        used, ends = _used(book, f"{kind}.{name}", seconds)
        headers |= _said(name, limit, used)
        if limit and used > limit:
            wait = max(1, round((ends - book.now()).total_seconds()))
            words = f"The maximum number of api calls allowed for api/v1{path} is {limit} times per {name}."
            return headers, Reply(429, {"message": words}, {**headers, "retry-after": str(wait)})
    return headers, None


def _used(book: Book, name: str, seconds: int) -> tuple[int, datetime]:
    now = book.now()
    opened = datetime.fromisoformat(book.get("window", name, now.isoformat()))
    if now >= opened + timedelta(seconds=seconds):
        opened = now
        book.put("used", name, 0)
    book.put("window", name, opened.isoformat())
    return book.add("used", name, 1), opened + timedelta(seconds=seconds)


def _said(name: str, limit: int, used: int) -> dict[str, str]:
    """An unlimited window gives empty headers."""
    left = str(max(0, limit - used)) if limit else ""
    return {
        f"x-rate-limit-{name}": str(limit or ""), f"x-{name}-usage": str(used) if limit else "",
        f"x-{name}-requests-left": left,
    }  # fmt: skip
