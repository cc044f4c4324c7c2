"""Two price lists: the example of the plan (50 prospects: $5.42) and what the services publish today.

Today's figures are of 2026: apollo.io/pricing, hunter.io/pricing; for Outscraper and Dropcontact nothing
public could be reached, so theirs are placeholders. All are rows, to be edited by an admin.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction

from campaigns import clock
from campaigns.models import Price, User
from campaigns.services import audit

FROM_THE_START = datetime(2000, 1, 1, tzinfo=UTC)
Line = tuple[str, str, str, str, str, int, str]

#: provider, operation, label, unit, amount, per, units a prospect needs
EXAMPLE: tuple[Line, ...] = (
    ("outscraper", "maps_search", "Maps search", "record", "0.50", 100, "1"),
    ("hunter", "email_finding", "E-mail finding", "address", "10", 100, "1"),
    ("llm", "site_analysis", "Site analysis", "token", "3", 1_000_000, "500"),
    ("llm", "lead_scoring", "Lead scoring", "token", "3", 1_000_000, "300"),
    ("email", "send", "E-mails", "message", "0.001", 1, "1"),
)
#: what only some sources need: never part of the plain estimate
SOURCES: tuple[Line, ...] = (
    ("apollo", "people_search", "People search", "page", "0", 1, "0.010"),
    ("apollo", "people_match", "People match", "person", "0.025", 1, "1"),
    ("apollo", "organization_enrichment", "Company enrichment", "company", "0.025", 1, "1"),
    ("apollo", "phone_reveal", "Mobile number", "credit", "0.025", 1, "9"),
    ("hunter", "domain_search", "Domain search", "search", "0.0245", 1, "1"),
    ("hunter", "email_verification", "Verification", "address", "0.01225", 1, "1"),
    ("dropcontact", "enrichment", "Enrichment", "address", "0.05", 1, "1"),
)
TODAY: tuple[Line, ...] = (
    ("outscraper", "maps_search", "Maps search", "record", "0.003", 1, "1"),
    ("hunter", "email_finding", "E-mail finding", "address", "0.0245", 1, "1"),
    ("llm", "site_analysis", "Site analysis", "token", "0.30", 1_000_000, "500"),
    ("llm", "lead_scoring", "Lead scoring", "token", "0.30", 1_000_000, "300"),
    ("email", "send", "E-mails", "message", "0.0004", 1, "1"),
)
LISTS: dict[str, tuple[str, tuple[Line, ...]]] = {
    "example": ("Prices of the example plan", EXAMPLE),
    "today": ("Prices published in 2026", TODAY),
}


def seed() -> None:
    """Write the example's prices, and those of all sources, where a price is missing."""
    for line in EXAMPLE:
        _write(line, FROM_THE_START)
    for line in SOURCES:
        _write(line, FROM_THE_START, in_estimate=False)


def use(name: str, by: User | None = None) -> int:
    """Let a list count from now on; earlier prices stay as history. Return how many prices changed."""
    now, changed = clock.now(), []
    with transaction.atomic():
        for line in LISTS[name][1]:
            current = _newest(line[0], line[1], now)
            if current is None or current.unit_price != Decimal(line[4]) / line[5]:
                changed.append(_write(line, now))
        if changed:
            audit.record(by, "use_prices", changed[0], after={"list": name, "prices": len(changed)})
    return len(changed)


def in_force(now: datetime | None = None) -> str:
    """Return the name of the list that counts now; empty when somebody has edited single prices."""
    return next((name for name, (_, lines) in LISTS.items() if _all_count(lines, now or clock.now())), "")


def _all_count(lines: Iterable[Line], now: datetime) -> bool:
    found = {(one.provider, one.operation): one.unit_price for one in
             Price.objects.filter(effective_from__lte=now).order_by("effective_from")}  # fmt: skip
    return all(found.get((line[0], line[1])) == Decimal(line[4]) / line[5] for line in lines)


def _newest(provider: str, operation: str, now: datetime) -> Price | None:
    rows = Price.objects.filter(provider=provider, operation=operation, effective_from__lte=now)
    return rows.order_by("-effective_from").first()


def _write(line: Line, since: datetime, in_estimate: bool = True) -> Price:
    provider, operation, label, unit, amount, per, units = line
    facts = {"label": label, "unit": unit, "amount": Decimal(amount), "per": per,
             "units_per_prospect": Decimal(units), "in_estimate": in_estimate}  # fmt: skip
    key = {"provider": provider, "operation": operation, "effective_from": since}
    return Price.objects.get_or_create(**key, defaults=facts)[0]
