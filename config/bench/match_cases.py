"""Is this new lead somebody we have? Compared with all others by keys, alone and as the drain does it."""

from collections.abc import Callable, Sequence
from typing import Any

from campaigns.services import bulk
from config.bench import scenery
from config.bench.harness import Case
from leads.models import Company, Lead, MatchCandidate, MatchRun
from leads.services.identity import matching

Look = Callable[[tuple[Any, ...]], list[Any]]
ONE_BY_ONE, BATCH = 100, 500
_OWN = "id, first_name, last_name, email_key, company_id, external_id"
_FACTS = (
    "l.id, l.first_name, l.last_name, l.email_key, l.phone, l.linkedin_key, l.title, l.city, l.company_id"
)


def match_case(count: int) -> Case:
    """One new lead after the other, beside the bare look-ups by the same keys and who is found."""
    return _case("match", count, ONE_BY_ONE, 1, 3.0, "200 ms a lead")


def match_set_case(count: int) -> Case:
    """A batch of new leads at once, beside the same look-ups one after the other."""
    return _case("match set", count, BATCH, BATCH, 3.0, "3.4 s for 1M pairs of keys")


def _case(name: str, count: int, units: int, at_once: int, goal: float, earlier: str) -> Case:
    new: list[int] = []

    def prepare() -> None:
        MatchCandidate.objects.all().delete()
        MatchRun.objects.all().delete()
        if not new:
            new.extend(_newcomers(units, name.replace(" ", "")))

    def product() -> None:
        for at in range(0, units, at_once):
            matching.match(new[at : at + at_once])

    def check() -> None:
        if Lead.objects.filter(pk__in=new, merged_into=None).count() != units:
            raise AssertionError("strangers were merged")

    return Case(name, units, "lead", lambda: _floor(new), product, prepare, check, goal, earlier)


def _newcomers(count: int, mark: str) -> list[int]:
    """Store people who look like many others and are nobody of them."""
    firms = list(Company.objects.values_list("id", flat=True))
    rows = [
        (*row[:2], f"{mark}{n}.{row[2]}", f"{mark}{n}.{row[3]}", *row[4:12], f"{mark}{n}", *row[13:])
        for n, row in enumerate(scenery.people(count, firms, seed=len(mark)))
    ]
    top = Lead.objects.order_by("-id").values_list("id", flat=True).first() or 0
    bulk.copy_rows(Lead, scenery.LEAD_COLUMNS, rows)
    return list(Lead.objects.filter(pk__gt=top).order_by("id").values_list("id", flat=True))


def _floor(lead_ids: Sequence[int]) -> None:
    """The least: for each lead its keys, whom they find (fifty at most a key), and what these are like."""
    first = "SUBSTRING" if bulk.is_postgres() else "SUBSTR"
    looks: tuple[tuple[str, Look], ...] = (
        ("l.email_key = %s AND NOT (l.email_key = '')", lambda lead: [lead[3]]),
        ("l.external_id = %s", lambda lead: [lead[5]]),
        (
            f"LOWER(l.last_name) = LOWER(%s) AND {first}(LOWER(l.first_name), 1, 1) = LOWER(%s)"
            " AND NOT (l.last_name = '')",
            lambda lead: [lead[2], lead[1][:1]],
        ),
        (
            f"l.company_id = %s AND LOWER({first}(l.last_name, 1, 3)) = LOWER(%s)",
            lambda lead: [lead[4], lead[2][:3]],
        ),
    )
    for pk in lead_ids:
        own = f"SELECT {_OWN} FROM leads_lead WHERE id = %s"  # noqa: S608
        lead = bulk.fetch(own, [pk])[0]
        found: set[int] = set()
        for condition, values in looks:
            sql = f"SELECT l.id FROM leads_lead l WHERE {condition} LIMIT 51"  # noqa: S608
            found |= {row[0] for row in bulk.fetch(sql, values(lead))}
        among, params = bulk.among("l.id", found)
        sql = f"SELECT {_FACTS}, c.name FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id"  # noqa: S608
        bulk.fetch(f"{sql} WHERE {among}", params)
