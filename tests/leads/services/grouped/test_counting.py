"""Live counts: an estimate near the truth, an exact number, and a statement that really stops."""

import threading
import time
from typing import Any

import pytest
from django.db import connection

from campaigns.models import User
from campaigns.services import bulk
from leads.models import Lead
from leads.services.grouped import counting
from tests.factories import LeadFactory

WARM: dict[str, Any] = {"field": "city", "op": "eq", "value": "Austin"}
SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000)"
    " SELECT COUNT(*) FROM n"
)


def always() -> bool:
    return True


@pytest.mark.django_db
def test_the_exact_number_and_the_newest_people(manager: User) -> None:
    LeadFactory.create_batch(2, team=manager.team, city="Austin")
    newest = LeadFactory(team=manager.team, city="Austin")
    LeadFactory(city="Austin")  # of another team
    LeadFactory(team=manager.team, city="Austin", merged_into=newest)
    assert counting.exact(WARM, manager, always) == 3
    assert counting.people(WARM, manager, always)[0] == newest
    assert counting.estimate(WARM, manager) is None


@pytest.mark.django_db
def test_a_large_table_is_estimated_from_a_sample(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"L{n}", "Austin" if n % 4 == 0 else "Boston") for n in range(4000)]
    bulk.copy_rows(Lead, ("last_name", "city"), rows)
    monkeypatch.setattr(counting, "SMALL", 1000)
    found = counting.estimate(WARM, admin)
    assert found is not None
    assert 850 < found.count < 1150


@pytest.mark.django_db
def test_a_count_nobody_wants_does_not_start(manager: User) -> None:
    with pytest.raises(counting.Stopped):
        counting.exact(WARM, manager, lambda: False)


@pytest.mark.django_db
def test_a_newer_count_takes_the_ticket() -> None:
    first = counting.begin("maya:1")
    assert counting.is_wanted("maya:1", first)
    second = counting.begin("maya:1")
    assert (counting.is_wanted("maya:1", first), counting.is_wanted("maya:1", second)) == (False, True)
    counting.stop("maya:1")
    assert not counting.is_wanted("maya:1", second)


@pytest.mark.django_db
def test_a_running_statement_ends_when_it_is_not_wanted_any_more() -> None:
    ticket = counting.begin("maya:2")
    threading.Timer(0.3, counting.stop, ["maya:2"]).start()
    started = time.monotonic()
    with pytest.raises(counting.Stopped), counting.cancellable(lambda: counting.is_wanted("maya:2", ticket)):
        bulk.fetch(SLOW)
    assert time.monotonic() - started < 5
    assert bulk.fetch("SELECT 1") == [(1,)]  # the connection is as good as new


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_ends_by_itself() -> None:
    with pytest.raises(counting.TooLong), counting.cancellable(always, seconds=0.4):
        bulk.fetch(SLOW)
    assert bulk.fetch("SELECT 1") == [(1,)]
    if connection.vendor == "postgresql":
        [(left,)] = bulk.fetch("SHOW statement_timeout")
        assert left == "0"
