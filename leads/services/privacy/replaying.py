"""After an older copy was restored: forgets again, before the house opens, whom we had forgotten."""

from datetime import datetime

from django.db.models import Q

from leads.models import Erasure, Lead
from leads.services.privacy import erasing, journal, tombstones
from leads.services.privacy.journal import Line


def catch_up() -> int:
    """Carry out again every erasure of the log that this database does not know; return how many."""
    waiting = journal.pending()
    for line in waiting:
        for lead in _people(line):
            lead.refresh_from_db()
            if lead.erased_at is None:
                erasing.erase(lead, "Forgotten again after a restore", None, at=line.at, is_logged=False)
        erasing.bury(line)
    _write_back()
    return len(waiting)


def _people(line: Line) -> list[Lead]:
    """Return the living records of an erasure: by number and birth, or by a key with the same digest."""
    by_number = [
        lead
        for lead in Lead.objects.filter(pk__in=line.ids, erased_at=None)
        if (lead.pk, lead.created_at.isoformat()) in line.leads
    ]
    marks = set(line.marks)
    keyed = Lead.objects.filter(erased_at=None).exclude(Q(email_key="") & Q(phone="") & Q(linkedin_key=""))
    columns = tuple(tombstones.KINDS)
    ids = [
        pk
        for pk, *values in keyed.values_list("pk", *columns).iterator(chunk_size=5000)
        for column, value in zip(columns, values, strict=True)
        if value and any((tombstones.KINDS[column], mark) in marks for mark in _marks(column, value))
    ]
    return list({lead.pk: lead for lead in [*by_number, *Lead.objects.filter(pk__in=ids)]}.values())


def _marks(column: str, value: str) -> list[str]:
    return tombstones.digests(tombstones.KINDS[column], value)


def _write_back() -> None:
    """Add erasures to the log that it lacks, as after a move to another machine without its state folder."""
    logged = {pk for line in journal.lines() for pk in line.ids}
    for erasure in Erasure.objects.exclude(lead_id__in=logged).order_by("pk"):
        made = Lead.objects.filter(pk=erasure.lead_id).values_list("created_at", flat=True).first()
        marks = tuple(erasure.tombstones.values_list("kind", "digest"))
        journal.append(Line(((erasure.lead_id, _iso(made)),), marks, erasure.erased_at))


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
