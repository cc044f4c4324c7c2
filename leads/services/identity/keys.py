"""Further keys of a person, beside those of the lead row: second addresses, ad clicks, visitor cookies.

A key names one person. Whoever claims it second gets a shared row of it, and once more names than ``NAMES``
claim it (info@, a switchboard, the computer in the lobby) nobody is found by it any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from campaigns import clock
from campaigns.services import bulk
from leads.models import KeyKind, Lead, LeadKey
from leads.services.entry import normalise
from leads.services.identity import queue

NAMES = 3
#: Kinds that say who somebody is; a click or a cookie only says that a visit was theirs.
COMPARED = (KeyKind.EMAIL, KeyKind.PHONE, KeyKind.LINKEDIN)
_COLUMNS = ("lead_id", "kind", "value", "is_shared", "source", "first_seen_at", "last_seen_at")
_OWN = {KeyKind.EMAIL: "email_key", KeyKind.PHONE: "phone", KeyKind.LINKEDIN: "linkedin_key",
        KeyKind.EXTERNAL: "external_id"}  # fmt: skip
_ROLES = frozenset(
    {
        "info", "sales", "office", "admin", "support", "contact", "hello", "hi", "team", "mail", "kontakt",
        "post", "service", "help", "billing", "accounts", "accounting", "finance", "hr", "jobs", "careers",
        "press", "marketing", "enquiries", "inquiries", "noreply", "no-reply", "webmaster", "reception",
        "orders",
    }
)  # fmt: skip


class Claim(NamedTuple):
    """Somebody says that a key belongs to a lead."""

    lead_id: int
    kind: str
    value: str
    source: str = ""


def remember(lead_id: int, kind: str, value: str, source: str = "") -> int | None:
    """Keep a key of a person; return whose it is now (another's, if they had it first), or ``None``."""
    key = (kind, spelt(kind, value))
    return remember_many([Claim(lead_id, kind, value, source)]).get(key)


def remember_many(claims: Iterable[Claim]) -> dict[tuple[str, str], int]:
    """Keep keys of many people; return (kind, value) → the lead found by it now, if any.

    A key that another person has is kept as shared, and the two are put to the matcher. What cannot be a
    key (no address, no number) is passed over.
    """
    now = clock.now()
    ready = {(c.kind, spelt(c.kind, c.value), c.lead_id): c for c in claims}
    ready = {key: claim for key, claim in ready.items() if key[1]}
    if not ready:
        return {}
    with transaction.atomic():
        rows = [
            (lead_id, kind, value, is_role(kind, value), claim.source[:60], now, now)
            for (kind, value, lead_id), claim in ready.items()
        ]
        fresh = bulk.insert_ignore(LeadKey, _COLUMNS, rows, returning=("lead_id", "kind"))
        held = _held({(kind, value) for kind, value, _ in ready})
        late = [row for row in rows if row[0] not in held.get((row[1], row[2]), {})]
        if late:
            bulk.insert_ignore(LeadKey, _COLUMNS, [(*row[:3], True, *row[4:]) for row in late])
        _see_again(ready, now)
        crowded = _crowded({(row[1], row[2]) for row in late})
        queue.ask(row[0] for row in [*fresh, *late] if row[1] in COMPARED)
    found = {key: owners for key, owners in held.items() if key not in crowded}
    return {
        key: lead_id
        for key, owners in found.items()
        for lead_id, is_shared in owners.items()
        if not is_shared
    }


def find(kind: str, value: str) -> Lead | None:
    """Return the one person with this key, followed through merges; nobody when several have it."""
    key = spelt(kind, value)
    if not key:
        return None
    owners = find_many(kind, [key])
    return Lead.objects.filter(pk=owners[key]).first() if key in owners else None


def find_many(kind: str, values: Sequence[str]) -> dict[str, int]:
    """Return value → lead id for normalised keys that exactly one person has, merged ones followed."""
    found: dict[str, set[int]] = {}
    column = _OWN.get(KeyKind(kind))
    if column:
        condition, params = bulk.among(column, values)
        rows = bulk.fetch(
            f"SELECT {column}, COALESCE(merged_into_id, id) FROM leads_lead"  # noqa: S608
            f" WHERE {condition} AND NOT ({column} = '') AND erased_at IS NULL",
            params,
        )
        for value, lead_id in rows:
            found.setdefault(value, set()).add(lead_id)
    condition, params = bulk.among("k.value", values)
    rows = bulk.fetch(
        "SELECT k.value, COALESCE(l.merged_into_id, l.id) FROM leads_leadkey k"  # noqa: S608
        " JOIN leads_lead l ON l.id = k.lead_id"
        f" WHERE k.kind = %s AND {condition} AND NOT k.is_shared AND l.erased_at IS NULL",
        [kind, *params],
    )
    for value, lead_id in rows:
        found.setdefault(value, set()).add(lead_id)
    return {value: next(iter(ids)) for value, ids in found.items() if len(ids) == 1}


def known(drafts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Return people of whom a draft names a second address or profile, as rows of ``grouping.Known``."""
    wanted = [(KeyKind.EMAIL, "email_key"), (KeyKind.LINKEDIN, "linkedin_key")]
    values = [(kind, draft[column]) for draft in drafts for kind, column in wanted if draft.get(column)]
    if not values:
        return []
    condition, params = bulk.among("k.value", {value for _, value in values})
    return bulk.fetch(
        "SELECT COALESCE(l.merged_into_id, l.id), CASE k.kind WHEN 'email' THEN k.value ELSE '' END,"  # noqa: S608
        " CASE k.kind WHEN 'linkedin' THEN k.value ELSE '' END, '', '', l.first_name, l.last_name"
        " FROM leads_leadkey k JOIN leads_lead l ON l.id = k.lead_id"
        f" WHERE k.kind IN ('email', 'linkedin') AND {condition} AND NOT k.is_shared"
        " AND l.erased_at IS NULL",
        params,
    )


def spelt(kind: str, value: str) -> str:
    """Return a key in its one spelling; empty when it is none."""
    if kind == KeyKind.EMAIL:
        return normalise.email_key(value)
    if kind == KeyKind.PHONE:
        return normalise.phone(value)
    if kind == KeyKind.LINKEDIN:
        return normalise.linkedin_key(value) or value.strip().lower()[:120]
    return value.strip()[:254]


def is_role(kind: str, value: str) -> bool:
    """Whether a key belongs to an office rather than to somebody."""
    return kind == KeyKind.EMAIL and is_role_address(value)


def is_role_address(address: str) -> bool:
    """Whether an address is read by whoever is on duty: info@, sales@."""
    return address.partition("@")[0].lower() in _ROLES


def _held(keys: set[tuple[str, str]]) -> dict[tuple[str, str], dict[int, bool]]:
    """Return (kind, value) → {lead: whether its row is a shared one}."""
    held: dict[tuple[str, str], dict[int, bool]] = {}
    for kind in {kind for kind, _ in keys}:
        values = [value for other, value in keys if other == kind]
        for shared in (False, True):  # each by its own partial index
            rows = LeadKey.objects.filter(kind=kind, is_shared=shared, value__in=values)
            for value, lead_id in rows.values_list("value", "lead_id"):
                held.setdefault((kind, value), {})[lead_id] = shared
    return held


def _see_again(ready: Iterable[tuple[str, str, int]], now: object) -> None:
    for kind in {kind for kind, _, _ in ready}:
        mine = [(value, lead_id) for other, value, lead_id in ready if other == kind]
        LeadKey.objects.filter(
            kind=kind, value__in=[value for value, _ in mine], lead__in=[lead_id for _, lead_id in mine]
        ).update(last_seen_at=now)


def _crowded(keys: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Mark the keys that too many names claim as shared for everybody; return them."""
    crowded = set()
    for kind, value in keys:
        rows = LeadKey.objects.filter(kind=kind, value=value)
        names = {
            f"{a} {b}".strip().casefold() for a, b in rows.values_list("lead__first_name", "lead__last_name")
        }
        if len(names - {""}) > NAMES:
            rows.update(is_shared=True)
            crowded.add((kind, value))
    return crowded
