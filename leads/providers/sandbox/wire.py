"""A call and a reply, as plain data: the same for the server and for the twin inside the process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Call:
    """One request: method, path below the provider's address, query, JSON body, headers in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    headers: Mapping[str, str]

    @classmethod
    def of(cls, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> "Call":
        """Read a raw request; a body that is no JSON is ``None``."""
        try:
            sent = json.loads(body) if body else None
        except ValueError:
            sent = None
        named = {name.lower(): value for name, value in headers.items()}
        return cls(method, path, parse_qs(query, keep_blank_values=True), sent, named)

    def first(self, name: str, default: str = "") -> str:
        """Return one value of the query."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Reply:
    """What is answered; ``units`` is what the provider bills for it; ``cut`` drops the line instead."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    units: Decimal = Decimal(0)
    cut: bool = False

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        return (json.dumps(self.data) if self.text is None else self.text).encode()

    @property
    def content_type(self) -> str:
        """The type of the body."""
        if self.text is None:
            return "application/json"
        return "text/html" if self.text.lstrip().startswith("<") else "text/plain"
