"""The one clock of the house: the world's time, unless a simulation carries its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_virtual: ContextVar[datetime | None] = ContextVar("virtual_time", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _virtual.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make ``now()`` answer ``moment`` inside the block."""
    token = _virtual.set(moment)
    try:
        yield
    finally:
        _virtual.reset(token)
