"""Real processes, really killed: afterwards everybody has the letter once, and it is paid once."""

import json
import os
import subprocess
import sys
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from outreach.services import failpoints
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.crash
WORKER = Path(__file__).with_name("worker.py")
POSTGRES = "postgres://postgres@127.0.0.1"
PEOPLE = 240


@pytest.fixture
def sqlite_world(tmp_path):
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return env | {"LEADLOOM_VAR": str(tmp_path), "LEADLOOM_NO_BOOTSTRAP": "1"}


@pytest.fixture
def postgres_world(sqlite_world):
    name = f"leadloom_crash_{uuid.uuid4().hex[:8]}"
    try:
        house = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL on this machine")
    with house:
        house.execute(f"CREATE DATABASE {name}")
        yield sqlite_world | {"DATABASE_URL": f"{POSTGRES}/{name}"}
        house.execute(f"DROP DATABASE {name} WITH (FORCE)")


def work(minutes, failpoint=""):
    return {"do": "work", "moment": (MONDAY + timedelta(minutes=minutes)).isoformat(), "failpoint": failpoint}


def run(world, *rounds):
    """Let the rounds of workers run; return how they ended, after checking all the books."""
    script = json.dumps([[{"do": "setup", "people": PEOPLE}], *rounds])
    command = [sys.executable, WORKER, script]
    done = subprocess.run(command, env=world, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["statuses"] == {"sent": PEOPLE}
    assert (found["letters"], found["doubled"]) == (PEOPLE, [])
    assert found["costs"] == found["tally"] == found["timeline"] == PEOPLE
    assert Decimal(found["spent"]) == Decimal("0.001") * PEOPLE
    assert {code for ends in found["ends"] for code in ends} <= {0, -9}, done.stderr
    return found["ends"][1:]


def test_a_worker_killed_at_every_named_point_neither_loses_nor_doubles(sqlite_world):
    kills = [[work(10 * number, point)] for number, point in enumerate(failpoints.POINTS)]
    ends = run(sqlite_world, *kills, [work(80)], [work(120)])
    assert ends == [[-9]] * len(kills) + [[0], [0]]


def test_two_workers_side_by_side_on_sqlite(sqlite_world):
    ends = run(sqlite_world, [work(0), work(0, "after_accept:0.5")], [work(20), work(20)], [work(60)])
    assert ends[1:] == [[0, 0], [0]]


def test_two_workers_on_postgres_get_different_messages_even_when_some_are_killed(postgres_world):
    kills = [[work(10 * number), work(10 * number, point)] for number, point in enumerate(failpoints.POINTS)]
    ends = run(postgres_world, *kills, [work(80), work(80)], [work(120), work(120)])
    assert ends[-2:] == [[0, 0], [0, 0]]
