"""A worker that is killed in the middle of an import, or of taking one back, leaves nothing to guess.

Another process does the work on a database of its own; SIGKILL hits it at a moment nobody chose.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.crash
ROWS = 24_000
KILLS = 3


class House:
    """A database of its own, and processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.var, self.database = folder / "var", folder / "house.sqlite3"
        self.var.mkdir()
        self.environment = {
            **os.environ, "LEADLOOM_VAR": str(self.var), "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "", "LEASE_SECONDS": "2", "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip

    def run(self, code: str) -> subprocess.Popen[bytes]:
        """Start Python in the house with Django set up."""
        text = f"import django; django.setup()\n{code}"
        base = str(settings.BASE_DIR)
        return subprocess.Popen([sys.executable, "-c", text], cwd=base, env=self.environment)

    def finish(self, code: str) -> None:
        """Run Python in the house to its end."""
        assert self.run(code).wait(timeout=110) == 0

    def ask(self, sql: str) -> Any:
        """Read one value with a connection that waits for nobody."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20) as connection:
            return connection.execute(sql).fetchone()[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house with its tables made from the models."""
    found = House(tmp_path)
    found.finish(
        "from django.core.management import call_command\n"
        "from django.conf import settings\n"
        "from django.apps import apps\n"
        "settings.MIGRATION_MODULES = {one.label: None for one in apps.get_app_configs()}\n"
        "call_command('migrate', run_syncdb=True, verbosity=0)"
    )
    return found


WORK = """
import time
from campaigns import clock
from leads.models import ImportJob
from leads.services import imports
from leads.services.transfer import undo
while ImportJob.objects.filter(status__in=['queued', 'running', 'undoing']).exists():
    if not imports.drain(clock.now()) + undo.drain(clock.now()):
        time.sleep(0.1)
"""


def _kill_at(house: House, figure: str, moments: list[int]) -> None:
    """Let workers go on until a figure reaches each moment, and kill them there; then let one finish."""
    for moment in moments:
        worker = house.run(WORK)
        _until(lambda moment=moment: house.ask(figure) >= moment, worker)  # type: ignore[misc]
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(timeout=10) == -signal.SIGKILL
    house.finish(WORK)


def _until(is_there: Callable[[], bool], worker: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not is_there():
        assert worker.poll() is None, "the worker ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.timeout(300)
def test_an_import_killed_three_times_is_exact_and_so_is_its_undo(house: House, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("w") as file:
        file.write("First Name,Email,Company\n")
        file.writelines(f"P{n},p{n}@corp{n % 300}.example,Corp {n % 300}\n" for n in range(ROWS))
    house.finish(f"from leads.services import imports\nimports.confirm(imports.start({str(path)!r}))")
    _kill_at(house, "SELECT cursor FROM leads_importjob", [ROWS * n // 5 for n in range(1, KILLS + 1)])
    figures = "status || ' ' || cursor || ' ' || created || ' ' || unchanged || ' ' || rejected"
    assert house.ask(f"SELECT {figures} FROM leads_importjob") == f"done {ROWS} {ROWS} 0 0"
    assert (
        house.ask("SELECT COUNT(*) || ' ' || COUNT(DISTINCT email_key) FROM leads_lead") == f"{ROWS} {ROWS}"
    )
    assert house.ask("SELECT COUNT(*) FROM leads_importedlead") == ROWS
    assert house.ask("SELECT COUNT(*) FROM leads_company") == 300

    house.finish(
        "from leads.services.transfer import undo\nfrom leads.models import ImportJob\n"
        "undo.begin(ImportJob.objects.get())"
    )
    removed = "SELECT removed FROM leads_importjob"
    _kill_at(house, removed, [ROWS * n // 5 for n in range(1, KILLS + 1)])
    assert (
        house.ask("SELECT status || ' ' || removed || ' ' || kept FROM leads_importjob") == f"undone {ROWS} 0"
    )
    left = "SELECT (SELECT COUNT(*) FROM leads_lead) + (SELECT COUNT(*) FROM leads_company)"
    assert house.ask(left) == 0
