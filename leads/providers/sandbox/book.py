"""The sandbox's own book: calls with what they billed, jobs, credits and knobs; never our tables.

It is an SQLite file, so it outlives a process that is killed, and it is the oracle of the crash tests.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from campaigns import clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, provider TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL, units TEXT NOT NULL, asked TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS things (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, name));
"""


class Book:
    """One file; every act is a short transaction of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as book:
            book.execute("PRAGMA journal_mode=WAL")
            book.executescript(SCHEMA)

    def note(self, provider: str, method: str, path: str, status: int, units: Decimal, asked: Any) -> None:
        """Write a call down."""
        row = (
            clock.now().isoformat(),
            provider,
            method,
            path,
            status,
            str(units),
            json.dumps(asked)[:200_000],
        )
        with self._open() as book:
            book.execute(
                "INSERT INTO calls (at, provider, method, path, status, units, asked) VALUES (?,?,?,?,?,?,?)",
                row,
            )

    def now(self) -> datetime:
        """Return the sandbox's own time: it may be told to be ``ahead`` by some seconds."""
        return clock.now() + timedelta(seconds=float(self.get("knob", "ahead", 0)))

    def calls(self, provider: str = "") -> list[dict[str, Any]]:
        """Return the calls, oldest first."""
        names = ("id", "at", "provider", "method", "path", "status", "units", "asked")
        with self._open() as book:
            found = book.execute(f"SELECT {', '.join(names)} FROM calls ORDER BY id").fetchall()  # noqa: S608
        rows = [dict(zip(names, row, strict=True)) for row in found]
        return [row for row in rows if provider in ("", row["provider"])]

    def billed(self, provider: str) -> Decimal:
        """Return what a provider billed in all."""
        return sum((Decimal(row["units"]) for row in self.calls(provider)), Decimal(0))

    def get(self, kind: str, name: str, default: Any = None) -> Any:
        """Return something kept."""
        with self._open() as book:
            row = book.execute(
                "SELECT value FROM things WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
        return json.loads(row[0]) if row else default

    def put(self, kind: str, name: str, value: Any) -> None:
        """Keep something."""
        with self._open() as book:
            book.execute("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", (kind, name, json.dumps(value)))

    def put_all(self, kind: str, things: dict[str, Any]) -> None:
        """Keep many things at once."""
        rows = [(kind, name, json.dumps(value)) for name, value in things.items()]
        with self._open() as book:
            book.executemany("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", rows)

    def add(self, kind: str, name: str, number: int, start: int = 0) -> int:
        """Add to a number and return the new one; several callers never get the same."""
        with self._open() as book:
            book.execute("BEGIN IMMEDIATE")
            row = book.execute(
                "SELECT value FROM things WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
            new = (json.loads(row[0]) if row else start) + number
            book.execute("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", (kind, name, json.dumps(new)))
        return int(new)

    def clear(self) -> None:
        """Begin anew."""
        with self._open() as book:
            book.execute("DELETE FROM calls")
            book.execute("DELETE FROM things")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=20)) as book, book:
            book.execute("PRAGMA synchronous=OFF")  # it must outlive a killed process, not a power cut
            yield book
