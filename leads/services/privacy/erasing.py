"""Forgets one person for good: everywhere in the registry, in files, and at every door from now on.

Files come first (they can be done again), then everything in the database in one transaction that ends by
writing the log outside it: whatever crashes, the person is either still there or forgotten for good.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit, bulk
from leads.models import Erasure, Lead, RowProblem, Suppression
from leads.services.privacy import journal, people, registry, tombstones, words
from leads.services.privacy.people import Person
from leads.services.privacy.registry import Personal


def erase(
    lead: Lead, reason: str, by: User | None, *, at: datetime | None = None, is_logged: bool = True
) -> Erasure:
    """Forget the person behind a lead; return the record of it, which holds only numbers and digests."""
    person, now = people.of(lead), at or clock.now()
    counts: Counter[str] = Counter()
    for path in settings.FORGETTERS:
        counts.update(import_string(path)(person))
    with transaction.atomic():
        for entry in registry.entries():
            counts[entry.title] += _forget_linked(entry, person)
        for entry in registry.entries():
            counts[entry.title] += _forget_found(entry, person)
        done = _close(person, lead, reason, by, now, +counts)
        if is_logged:
            made = tuple((row["id"], row["created_at"].isoformat()) for row in person.rows)
            marks = tuple(done.tombstones.values_list("kind", "digest"))
            journal.append(journal.Line(made, marks, now))
    _leave_no_trace()
    return done


def bury(line: journal.Line) -> Erasure:
    """Keep the digests of an erasure that this database does not know."""
    done = Erasure.objects.filter(lead_id=line.ids[0]).first() or Erasure.objects.create(
        lead_id=line.ids[0], reason="Known from the log", erased_at=line.at
    )
    tombstones.bury(done, line.marks)
    return done


def _forget_linked(entry: Personal, person: Person) -> int:
    rows = entry.of(person.ids)
    if entry.drop:
        return rows.delete()[0]
    return rows.update(**entry.empty) if entry.empty else 0


def _forget_found(entry: Personal, person: Person) -> int:
    """Do with rows that name the person what their entry says; return how many."""
    if entry.found == "keep":
        return 0
    found = [row for row in words.rows(entry, person).iterator() if words.is_named(row, entry, person)]
    ids = [row.pk for row in found]
    rows = entry.table._default_manager.filter(pk__in=ids)
    if entry.table is RowProblem:
        return _forget_import_rows(found, entry)
    if entry.found == "drop":
        rows.delete()
    elif entry.found == "row":
        rows.update(**entry.empty)
    else:
        clean = words.without_records if entry.found == "records" else words.black_out
        for row in found:
            changes = {name: clean(getattr(row, name), person) for name in entry.texts}
            entry.table._default_manager.filter(pk=row.pk).update(**changes)
    return len(ids)


def _forget_import_rows(found: Iterable[RowProblem], entry: Personal) -> int:
    """Empty all problems of a line of a file that names the person, also those of its other cells."""
    count = 0
    for job_id, line in {(one.job_id, one.line) for one in found}:
        count += RowProblem.objects.filter(job_id=job_id, line=line).update(**entry.empty)
    return count


def _close(
    person: Person, lead: Lead, reason: str, by: User | None, now: datetime, counts: Counter[str]
) -> Erasure:
    """Mark the records, bury the keys, and see that nobody is written to again."""
    Lead.objects.filter(pk__in=person.ids).update(erased_at=now, updated_at=now, version=F("version") + 1)
    done = Erasure.objects.create(
        lead_id=lead.pk, reason=reason[:200], by=by, counts=dict(counts), erased_at=now
    )
    tombstones.bury(done, tombstones.of(_own_keys(person)))
    columns = ("level", "value", "channel", "reason", "added_at")
    listed = [("person", f"lead:{pk}", "", "forgotten", now) for pk in person.ids]
    bulk.insert_ignore(Suppression, columns, listed)
    Suppression.objects.filter(value__in=[f"lead:{pk}" for pk in person.ids]).update(evidence="")
    audit.record(by, "erase", lead, reason=reason)
    return done


def _own_keys(person: Person) -> list[dict[str, str]]:
    """Return the person's keys; a number that others have as well is theirs too and stays free."""
    numbers = [key["phone"] for key in person.keys if key.get("phone")]
    shared = set(Lead.objects.filter(phone__in=numbers).values_list("phone", flat=True)) if numbers else set()
    return [
        {**key, "phone": "" if key.get("phone") in shared else key.get("phone", "")} for key in person.keys
    ]


def _leave_no_trace() -> None:
    """Move SQLite's journal into the file, where deleted bytes are overwritten."""
    if not bulk.is_postgres() and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
