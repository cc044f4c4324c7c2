"""What the four providers of lead data have in common: one question in, one answer with its price out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from campaigns.providers.throttle import Bucket
from leads.providers.web import Web

Question = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a provider answered: raw JSON, what it billed, and where a job that is not ready can be found.

    ``units`` are billed credits or records, ``None`` while nobody knows yet; ``poll_after`` is in seconds.
    """

    data: Any
    units: Decimal | None = Decimal(0)
    is_ready: bool = True
    external_id: str = ""
    credits_left: Decimal | None = None
    poll_after: float = 30.0


@dataclass(frozen=True)
class Operation:
    """One thing a provider sells. ``most`` says how many units a question can cost at the highest.

    ``deadline``: how long a job is waited for; ``None`` for answers that come at once.
    """

    provider: str
    name: str
    label: str
    unit: str
    ttl: timedelta
    bucket: Bucket
    deadline: timedelta | None = None
    is_free: bool = False

    @property
    def is_job(self) -> bool:
        """Whether the answer is fetched later."""
        return self.deadline is not None


class Connector(Protocol):
    """A provider's client. Its constructor takes the web and, for jobs, where the provider may call back."""

    name: ClassVar[str]
    label: ClassVar[str]
    base_url: ClassVar[str]
    operations: ClassVar[Mapping[str, Operation]]
    callback: str

    def __init__(self, web: Web, callback: str = "") -> None: ...

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """Return the headers that carry the key."""
        ...

    def most(self, operation: str, question: Question) -> Decimal:
        """Return the highest number of units a question can be billed with."""
        ...

    def ask(self, operation: str, question: Question) -> Answer:
        """Ask; raise ``ProviderError`` with a code of ``leads.providers.web``."""
        ...

    def poll(self, operation: str, external_id: str) -> Answer:
        """Fetch a job's result; ``is_ready`` is false while there is none."""
        ...

    def balance(self) -> Decimal | None:
        """Return the credits left, for nothing; ``None`` where the provider does not say (checks the key)."""
        ...
