"""What sending knows about a channel; the words it speaks are those of the transports."""

from collections.abc import Sequence
from typing import Protocol

from outreach.providers.letters import Outcome, Outgoing, Receipt, Unwatched, Watch

__all__ = ["Channel", "Outcome", "Outgoing", "Receipt", "Unwatched", "Watch"]


class Channel(Protocol):
    """A way to reach people; ``provider`` and ``operation`` name its price."""

    name: str
    provider: str
    operation: str

    @property
    def batch_size(self) -> int:
        """Letters to claim at a time: fewer where sending takes long, so that a pause acts soon."""
        ...

    def rests(self) -> bool:
        """Whether the provider is down, so that nothing should be claimed now."""
        ...

    def send_batch(self, messages: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Hand the letters over; a letter without a receipt counts as ``unknown``."""
        ...

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """Ask the provider what became of letters; what cannot be told is left out."""
        ...
