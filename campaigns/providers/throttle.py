"""Token buckets: the arithmetic only. Where the tokens are kept is the meter's business."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    """A provider's rate: bursts of ``capacity`` calls, ``per_second`` in the long run."""

    name: str
    capacity: float
    per_second: float

    @classmethod
    def per_minute(cls, name: str, calls: float) -> "Bucket":
        """Return a bucket for so many calls a minute, of which five seconds' worth may come at once."""
        return cls(name, max(1.0, calls / 12), calls / 60)


def take(tokens: float, capacity: float, per_second: float, passed: float) -> tuple[float, float]:
    """Take one token after ``passed`` seconds of refilling; return what is left and the seconds to wait."""
    filled = min(capacity, tokens + max(0.0, passed) * per_second)
    if filled >= 1:
        return filled - 1, 0.0
    return filled, (1 - filled) / per_second
