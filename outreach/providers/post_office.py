"""The offline post office: an outside mail service's twin, so that everything runs with no account anywhere.

Like a real one it keeps its own append-only book (an SQLite file of its own, never our tables), refuses
nothing twice and doubles what it is given twice: a letter handed over two times stands there two times.
Crash tests and the simulation read the book to learn what really left the house.
"""

import os
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from campaigns import clock
from outreach.providers.letters import Outgoing, Receipt, Watch

NAME = "post_office"
SCHEMA = """CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, reply_to TEXT NOT NULL,
    message_id TEXT NOT NULL, unsubscribe_url TEXT NOT NULL, in_reply_to TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mails_uid ON mails (uid);"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the book: what was handed over, its place there and when it was taken in."""

    uid: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    reply_to: str
    message_id: str
    unsubscribe_url: str
    in_reply_to: str
    number: int
    at: datetime


COLUMNS = ("uid", "sender", "recipient", "subject", "text", "html", "reply_to", "message_id",
           "unsubscribe_url", "in_reply_to", "at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of letters (0–1) that meet trouble; ``silence`` accepts and then says nothing."""

    refuse: float = 0.0
    error: float = 0.0
    busy: float = 0.0
    silence: float = 0.0

    @classmethod
    def from_text(cls, text: str) -> "Faults":
        """Read switches such as ``busy=0.05,silence=0.03``."""
        pairs = (part.split("=") for part in text.replace(" ", "").split(",") if part)
        return cls(**{name: float(share) for name, share in pairs})


class PostOffice:
    """The way out of a house without a mail server."""

    name = NAME
    batch_size = int(os.environ.get("LEADLOOM_POST_OFFICE_BATCH", "1000"))

    def rests(self) -> bool:
        """It never closes."""
        return False

    def deliver(self, letters: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Hand letters over, except those that must not start any more."""
        held = {letter.uid for letter in letters if watch.stops(letter.uid)}
        now = clock.now()
        back = [Receipt(uid, "later", NAME, reason="held back", retry_at=now) for uid in held]
        return back + accept([letter for letter in letters if letter.uid not in held])

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """Ask the book: it knows for certain what came and what did not."""
        found = taken(uids)
        return {
            uid: Receipt(uid, "accepted", NAME, provider_id=found[uid])
            if uid in found
            else Receipt(uid, "later", NAME, reason="never arrived at the post office")
            for uid in uids
        }


def book() -> Path:
    """Name the file of the book."""
    return Path(settings.VAR) / "post_office.sqlite3"


def accept(letters: Sequence[Outgoing], faults: Faults | None = None) -> list[Receipt]:
    """Take letters in, in one write; a letter without a receipt may or may not have been taken."""
    faults = faults or Faults.from_text(os.environ.get("LEADLOOM_POST_OFFICE_FAULTS", ""))
    fates = [(letter, _fate(faults)) for letter in letters]
    _write([letter for letter, fate in fates if fate in ("accepted", "silence")])
    return [_receipt(letter, fate) for letter, fate in fates if fate != "silence"]


def taken(uids: Sequence[str]) -> dict[str, str]:
    """Return the Message-ID of each of these letters that was taken in."""
    found: dict[str, str] = {}
    with _open() as book:
        for start in range(0, len(uids), 500):
            part = uids[start : start + 500]
            marks = ",".join("?" * len(part))
            sql = f"SELECT uid, message_id FROM mails WHERE uid IN ({marks})"  # noqa: S608
            found |= dict(book.execute(sql, part).fetchall())
    return found


def unread(after: int = 0, limit: int = 1000) -> list[Letter]:
    """Return the letters that came in after one (by its number), oldest first."""
    with _open() as book:
        rows = book.execute(
            f"SELECT {', '.join(COLUMNS[:-1])}, id, at FROM mails WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608
            (after, limit),
        ).fetchall()
    return [Letter(*(*row[:-1], datetime.fromisoformat(row[-1]))) for row in rows]


def doubled() -> list[str]:
    """Return the letters that were taken in more than once."""
    with _open() as book:
        rows = book.execute("SELECT uid FROM mails GROUP BY uid HAVING count(*) > 1").fetchall()
    return [row[0] for row in rows]


def forget(is_named: Callable[[str], bool]) -> int:
    """Burn the letters in which somebody is named, beyond recovery; return how many."""
    if not book().exists():
        return 0
    with _open() as pages:
        pages.execute("PRAGMA secure_delete=ON")
        rows = pages.execute("SELECT id, recipient, subject, text, html FROM mails")
        found = [(row[0],) for row in rows if is_named("\n".join(row[1:]))]
        with pages:
            pages.executemany("DELETE FROM mails WHERE id = ?", found)
        pages.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(found)


def count() -> int:
    """Return how many letters the book holds."""
    with _open() as book:
        return int(book.execute("SELECT count(*) FROM mails").fetchone()[0])


def _write(letters: Sequence[Outgoing]) -> None:
    now = clock.now().isoformat()
    rows = [
        (m.uid, m.sender_email, m.to, m.subject, m.text, m.html, m.reply_to, m.message_id,
         m.unsubscribe_url, m.in_reply_to, now)
        for m in letters
    ]  # fmt: skip
    with _open() as book, book:
        marks = ", ".join("?" * len(COLUMNS))
        book.executemany(f"INSERT INTO mails ({', '.join(COLUMNS)}) VALUES ({marks})", rows)  # noqa: S608


def _receipt(letter: Outgoing, fate: str) -> Receipt:
    match fate:
        case "refused":
            return Receipt(letter.uid, "refused", NAME, reason="550 5.1.1 no such mailbox")
        case "error":
            return Receipt(letter.uid, "later", NAME, reason="451 try again")
        case "busy":
            wait = clock.now() + timedelta(seconds=30)
            return Receipt(letter.uid, "later", NAME, reason="429 too many letters", retry_at=wait)
    return Receipt(letter.uid, "accepted", NAME, provider_id=letter.message_id)


def _fate(faults: Faults) -> str:
    dice = random.random()  # noqa: S311
    for fate, share in (
        ("refused", faults.refuse),
        ("error", faults.error),
        ("busy", faults.busy),
        ("silence", faults.silence),
    ):
        if dice < share:
            return fate
        dice -= share
    return "accepted"


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(book(), timeout=20)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'mails'").fetchone():
            connection.executescript(SCHEMA)
        yield connection
