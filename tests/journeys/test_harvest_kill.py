"""A harvest of a hundred from each provider; its worker is killed twice, once while an answer is on its way.

The oracle is the sandbox's own book: what it billed is what our ledger says, and nothing was asked twice.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from leads.providers.sandbox import world
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.core import PROVIDERS
from leads.providers.sandbox.server import Server
from tests.leads.sandboxes import server  # noqa: F401 - a fixture

pytestmark = pytest.mark.crash
SCRIPT = Path(__file__).parent.parent / "leads" / "harvest_process.py"


@pytest.fixture
def scratch(tmp_path: Path, server: Server) -> Iterator[dict[str, str]]:  # noqa: F811
    """The environment of a house with a database of its own, whose providers are the sandbox."""
    env = {**os.environ, "LEADLOOM_VAR": str(tmp_path / "var"), "PYTHONPATH": str(settings.BASE_DIR)}
    env |= {"LEADLOOM_NO_BOOTSTRAP": "1", "LOG_LEVEL": "ERROR", "PUBLIC_URL": "https://crm.example"}
    for name in PROVIDERS:
        env |= {f"{name.upper()}_URL": server.base_url(name), f"{name.upper()}_API_KEY": "sandbox"}
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield from _on_postgres(env)
    else:
        env.pop("DATABASE_URL", None)
        yield env


def _on_postgres(env: dict[str, str]) -> Iterator[dict[str, str]]:
    import psycopg

    name = f"harvest_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {name}")
        link.execute(f"CREATE DATABASE {name}")
        yield {**env, "HARVEST_DATABASE": name}
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(env: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def do(env: dict[str, str], *words: str) -> Any:
    done = start(env, *words)
    out, complaints = done.communicate(timeout=100)
    assert done.returncode == 0, complaints
    return json.loads(out.splitlines()[-1])


def kill_when(env: dict[str, str], is_time: Callable[[], bool]) -> bool:
    """Start a worker and kill it at a moment; return whether it was still at work then."""
    worker, end = start(env, "work"), time.monotonic() + 60
    while not is_time() and worker.poll() is None:
        assert time.monotonic() < end, "the moment never came"
        time.sleep(0.002)
    worker.send_signal(signal.SIGKILL)
    return worker.wait(10) == -signal.SIGKILL


def finish(env: dict[str, str], book: Book) -> dict[str, Any]:
    """Let a fresh worker end the harvest; where only a job's number was lost, the provider calls back."""
    for _ in range(4):
        ended: dict[str, Any] = do(env, "work")
        if not ended.get("waits"):
            break
        submits = [row for row in book.calls("dropcontact") if row["method"] == "POST"]
        for number, row in enumerate(submits, 1):
            token = json.loads(row["asked"])["custom_callback_url"].rstrip("/").rpartition("/")[2]
            job = world.digest(f"dropcontact {number}", 8)
            do(env, "callback", "dropcontact", token, json.dumps([{"data": {"request_id": job}}]))
    return ended


@pytest.mark.parametrize(
    ("source", "door", "halfway"),
    [
        ("apollo", "/people/bulk_match", 5),
        ("outscraper", "/domain-search", 50),
        ("hunter", "/domain-search", 25),
        ("dropcontact", "/enrich/all", 1),
    ],
)
def test_a_worker_killed_half_way_pays_nothing_twice(
    source: str,
    door: str,
    halfway: int,
    scratch: dict[str, str],
    server: Server,  # noqa: F811
) -> None:
    book = server.sandbox.book

    def calls() -> int:
        return sum(1 for row in book.calls() if row["path"].endswith(door))

    do(scratch, "prepare", source, "100")
    server.sandbox.turn(latency=0.2)
    assert kill_when(scratch, lambda: calls() >= halfway)  # billed and on its way
    first = len(book.calls())
    kill_when(scratch, lambda: len(book.calls()) > first + 1)
    server.sandbox.turn(latency=0)
    ended = finish(scratch, book)
    found = do(scratch, "told")
    assert found["people"] == 100, (ended, found)
    billed = {name: book.billed(name) for name in PROVIDERS if book.billed(name)}
    assert {name: Decimal(units) for name, units in found["paid"].items()} == billed, found
    assert Decimal(found["spent"]) == Decimal(found["money"])
    assert (Decimal(found["held"]), found["holds"]) == (0, 0)
    assert set(found["orders"]) <= {"done", "failed"}
    assert found["orders"].get("failed", 0) <= 2
    assert_asked_once(book.calls())


def assert_asked_once(calls: list[dict[str, Any]]) -> None:
    """No billed question stands twice in the provider's book."""
    billed = [(row["provider"], row["path"], row["asked"]) for row in calls if Decimal(row["units"]) > 0]
    assert len(billed) == len(set(billed))
