"""A worker that is killed in the middle of a bulk act, or of taking one back, leaves nothing to guess."""

from pathlib import Path

import pytest

from tests.leads.services.transfer.test_crash import House, _until, house  # noqa: F401 - a fixture

pytestmark = pytest.mark.crash
PEOPLE = 12_000
WORK = """
import time
from campaigns import clock
from leads.models import BulkAction
from leads.services.grouped import running
running.SIZE = 500
while BulkAction.objects.filter(status__in=['queued', 'running', 'undoing']).exists():
    ahead = clock.now() + running.LEASE * 2  # the lease of the dead worker is over
    if not running.drain(ahead):
        time.sleep(0.1)
"""
PREPARE = f"""
from campaigns import clock
from campaigns.models import User
from campaigns.services import bulk
from leads.models import Lead
from leads.services.grouped import asking
from leads.services.grouped.asking import Chosen
boss = User.objects.create(username='boss', role='admin')
now = clock.now()
rows = ((f'p{{n}}@x.example', f'p{{n}}@x.example', 'old', ['a'], now, now) for n in range({PEOPLE}))
bulk.copy_rows(Lead, ('email', 'email_key', 'title', 'tags', 'created_at', 'updated_at'), rows)
asking.ask('set', {{'field': 'title', 'value': 'Director of sales'}}, Chosen(), boss)
"""
UNDO = """
from campaigns.models import User
from leads.models import BulkAction
from leads.services.grouped import asking
asking.undo(BulkAction.objects.get(), User.objects.get())
"""
SOURCES = "SELECT COUNT(*) FROM leads_factsource WHERE field = 'title' AND source = 'person'"


def kill_at(house: House, figure: str, moments: list[int]) -> None:  # noqa: F811
    """Let workers go on until a figure reaches each moment, and kill them there; then let one finish."""
    for moment in moments:
        worker = house.run(WORK)
        _until(lambda moment=moment: house.ask(figure) >= moment, worker)  # type: ignore[misc]
        worker.kill()
        assert worker.wait(timeout=10) == -9
    house.finish(WORK)


def people(house: House, condition: str) -> int:  # noqa: F811
    return int(house.ask(f"SELECT COUNT(*) FROM leads_lead WHERE {condition}"))


@pytest.mark.timeout(300)
def test_a_bulk_act_killed_twice_is_exact_and_so_is_its_undo(house: House, tmp_path: Path) -> None:  # noqa: F811
    house.finish(PREPARE)
    kill_at(house, "SELECT cursor FROM leads_bulkaction", [PEOPLE // 4, PEOPLE // 2])
    figures = "status || ' ' || total || ' ' || cursor || ' ' || changed || ' ' || skipped"
    assert house.ask(f"SELECT {figures} FROM leads_bulkaction") == f"done {PEOPLE} {PEOPLE} {PEOPLE} 0"
    assert people(house, "title = 'Director of sales' AND seniority = 'director' AND version = 2") == PEOPLE
    assert house.ask(SOURCES) == PEOPLE

    house.finish(UNDO)
    undone = "SELECT COUNT(*) FROM leads_bulktarget WHERE NOT is_done"
    kill_at(house, undone, [PEOPLE // 4, PEOPLE // 2])
    told = "status || ' ' || (params ->> '$.undone.restored') || ' ' || (params ->> '$.undone.kept')"
    assert house.ask(f"SELECT {told} FROM leads_bulkaction") == f"undone {PEOPLE} 0"
    assert people(house, "title = 'old' AND seniority = '' AND version = 3") == PEOPLE
    assert house.ask(SOURCES) == 0
