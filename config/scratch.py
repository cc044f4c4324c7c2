"""Run a command again in a scratch world: its own state folder and database, thrown away afterwards."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

MARK = "LEADLOOM_SCRATCH"


def is_scratch() -> bool:
    """Whether this process already lives in a scratch world."""
    return os.environ.get(MARK) == "1"


def rerun(database: str = "same") -> int:
    """Run this very command line in a scratch world and return its exit code.

    ``database``: ``sqlite``, or ``same`` for the kind of database in use (on PostgreSQL a new one is
    created beside it and dropped at the end).
    """
    with tempfile.TemporaryDirectory(prefix="leadloom-") as folder:
        (Path(folder) / "static").mkdir()
        env = {**os.environ, MARK: "1", "LEADLOOM_VAR": folder}
        with _own_database(env, database) as own:
            return subprocess.run([sys.executable, *sys.argv], env=own, check=False).returncode  # noqa: S603


@contextmanager
def _own_database(env: dict[str, str], database: str) -> Iterator[dict[str, str]]:
    if database == "sqlite" or connection.vendor != "postgresql":
        yield {name: value for name, value in env.items() if name != "DATABASE_URL"}
        return
    name = f"leadloom_scratch_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        base = env["DATABASE_URL"].rpartition("/")[0]
        yield {**env, "DATABASE_URL": f"{base}/{name}"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def post_office_path() -> str:
    """Return where this world's offline post office keeps its own book."""
    return str(settings.VAR / "post_office.sqlite3")
