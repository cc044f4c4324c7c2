"""Lists and groups beside the floor: counting a segment, and a page of the list of leads."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import QueryDict

from campaigns import clock
from campaigns.models import User
from campaigns.services import bulk, paging
from config.bench.harness import Case
from leads.models import BulkAction, LeadScore
from leads.services import rulebook, segments
from leads.services.grouped import asking, listing, running
from leads.views import state

FIVE: dict[str, Any] = {
    "all": [
        {"field": "score", "op": "gte", "value": 60},
        {"field": "source", "op": "eq", "value": "Google"},
        {"field": "website_visits", "op": "gte", "value": 3},
        {"field": "employees", "op": "between", "value": [10, 200]},
        {"field": "do_not_email", "op": "is", "value": False},
    ]
}
_COUNT = (
    "SELECT COUNT(*) FROM leads_lead l JOIN leads_company c ON c.id = l.company_id"
    " JOIN leads_leadscore s ON s.lead_id = l.id WHERE s.value >= 60 AND lower(l.source) = 'google'"
    " AND l.website_visits >= 3 AND c.employees BETWEEN 10 AND 200 AND NOT l.do_not_email"
    " AND l.merged_into_id IS NULL"
)
_PAGE = (
    "SELECT l.*, c.*, s.* FROM leads_leadscore s JOIN leads_lead l ON l.id = s.lead_id"
    " LEFT JOIN leads_company c ON c.id = l.company_id WHERE l.merged_into_id IS NULL"
    " ORDER BY s.value DESC, s.lead_id DESC LIMIT 50"
)
REPEATS = 20  # a page is too quick to be timed alone


def list_cases(count: int) -> list[Case]:
    """Return the cases at this size; the leads are there, their scores are given here."""
    return [count_case(count), page_case(count), find_case(count), tag_case(count)]


def count_case(count: int) -> Case:
    """A segment of five predicates counted, beside the same question written by hand."""
    boss = _boss()

    def check() -> None:
        _same(segments.count(FIVE, boss), bulk.fetch(_COUNT)[0][0])

    product = lambda: segments.count(FIVE, boss)  # noqa: E731
    return Case("segment", count, "lead", lambda: bulk.fetch(_COUNT), product, scored, check, 1.5)


def page_case(count: int) -> Case:
    """A page of fifty by score with everything beside each person, beside the bare rows."""
    product = lambda: _page("v=0")  # noqa: E731
    check = lambda: _same(len(_page("v=0")), 50)  # noqa: E731
    floor, many = _repeated(lambda: bulk.fetch(_PAGE)), _repeated(product)
    return Case("page", REPEATS, "page", floor, many, scored, check, 3.0)


def find_case(count: int) -> Case:
    """Words that nobody has, looked for in all, beside one plain pass over the same texts."""
    said = "(first_name || ' ' || last_name || ' ' || email || ' ' || title)"
    like = "ILIKE" if bulk.is_postgres() else "LIKE"
    sql = f"SELECT COUNT(*) FROM leads_lead WHERE {said} {like} %s"  # noqa: S608
    check = lambda: _same(len(_page("v=0&q=qqqzzz")), 0)  # noqa: E731
    product = lambda: _page("v=0&q=qqqzzz")  # noqa: E731
    return Case("find", count, "lead", lambda: bulk.fetch(sql, ["%qqqzzz%"]), product, scored, check, 3.0)


def tag_case(count: int) -> Case:
    """A tag for everybody as a bulk act, beside the two bare statements that one with undo needs."""
    boss = _boss()
    added = "tags || to_jsonb('x'::text)" if bulk.is_postgres() else "json_insert(tags, '$[#]', 'x')"

    def prepare() -> None:
        bulk.run("DELETE FROM leads_bulktarget")
        bulk.run("UPDATE leads_lead SET tags = '[]'")

    def product() -> None:
        action = asking.ask("tag", {"tag": "x"}, asking.Chosen(), boss)
        while running.drain(clock.now()):
            pass
        action.refresh_from_db()
        _same(action.changed, count)

    def check() -> None:
        [(tagged,)] = bulk.fetch("SELECT COUNT(*) FROM leads_lead WHERE version > 1")
        _same(tagged, count)

    def floor() -> None:
        action = BulkAction.objects.create(verb="tag", owner=boss, status=BulkAction.Status.DONE)
        noted = [action.pk, True, '{"tagged": 0}']
        bulk.run(
            "INSERT INTO leads_bulktarget (action_id, lead_id, is_done, before)"
            " SELECT %s, id, %s, %s FROM leads_lead", noted,
        )  # fmt: skip
        changes = f"tags = {added}, version = version + 1, updated_at = %s"
        bulk.run(f"UPDATE leads_lead SET {changes}", [clock.now()])  # noqa: S608

    return Case("tag all", count, "lead", floor, product, prepare, check, 3.0)


def _page(query: str) -> list[listing.Line]:
    now = state.read(QueryDict(query), _boss())
    page = paging.page(listing.rows(now.page_rows(_boss())), order=now.order, tie=now.tie)
    return listing.lines(page.rows)


def _repeated(work: Callable[[], object]) -> Callable[[], None]:
    def many() -> None:
        for _ in range(REPEATS):
            work()

    return many


def scored() -> None:
    """Give every lead a score, once."""
    if LeadScore.objects.exists():
        return
    empty = "'{}'" if bulk.is_postgres() else "'[]'"
    bulk.run(
        "INSERT INTO leads_leadscore (lead_id, card_id, value, previous, contributions, scored_at)"  # noqa: S608
        f" SELECT id, %s, (id * 7919) %% 101, 50, {empty}, %s FROM leads_lead",
        [rulebook.active("scoring").pk, clock.now()],
    )
    bulk.run("ANALYZE")


@cache
def _boss() -> User:
    return User.objects.get_or_create(username="boss", defaults={"role": "admin", "is_superuser": True})[0]


def _same(found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"expected {expected}, found {found}")
