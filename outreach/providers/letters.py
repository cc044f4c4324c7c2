"""What every transport takes and gives: letters go in, one of four words comes back for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Outcome = Literal["accepted", "refused", "later", "unknown"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter, ready to leave; ``uid`` goes out with it and comes back in every report."""

    uid: str
    to: str
    subject: str
    text: str
    html: str
    sender_name: str
    sender_email: str
    reply_to: str
    unsubscribe_url: str = ""
    unsubscribe_address: str = ""
    in_reply_to: str = ""

    @property
    def message_id(self) -> str:
        """The Message-ID header: our own id, so that answers can be matched by it."""
        return f"<{self.uid}@{self.sender_email.rpartition('@')[2]}>"

    @property
    def headers(self) -> dict[str, str]:
        """Headers beyond the ordinary ones: one-click unsubscribe (RFC 8058) and threading."""
        found = {}
        if self.unsubscribe_url:
            address = f", <mailto:{self.unsubscribe_address}>" if self.unsubscribe_address else ""
            found["List-Unsubscribe"] = f"<{self.unsubscribe_url}>{address}"
            found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if self.in_reply_to:
            found["In-Reply-To"] = found["References"] = self.in_reply_to
        return found


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one letter.

    ``later`` counts as a failed try unless ``retry_at`` says when the provider wants it again.
    ``unknown`` is the word for every doubt: the letter may have left.
    """

    uid: str
    outcome: Outcome
    provider: str
    provider_id: str = ""
    reason: str = ""
    retry_at: datetime | None = None


class Watch(Protocol):
    """What a transport asks while it works through a batch."""

    def stops(self, uid: str) -> bool:
        """Whether this letter must not start any more (asked before each, from any thread)."""
        ...

    def look(self) -> None:
        """Read again what may have changed; long batches call it every half second, from their own thread."""
        ...


class Unwatched:
    """Lets every letter go."""

    def stops(self, uid: str) -> bool:
        """Stop nothing."""
        return False

    def look(self) -> None:
        """See nothing."""


class Transport(Protocol):
    """One way out for e-mail."""

    batch_size: int

    @property
    def name(self) -> str:
        """What its receipts call it."""
        ...

    def deliver(self, letters: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Hand the letters over; a letter without a receipt counts as ``unknown``."""
        ...

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """Ask what became of letters; what cannot be told is left out."""
        ...

    def rests(self) -> bool:
        """Whether the provider is down, so that no letter should be claimed for it now."""
        ...
