"""Who may take how many leads out of the house, and that it is written down."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.models import User
from campaigns.models.user import Role
from campaigns.services import audit
from leads.models import LeadQuerySet, Segment
from leads.services.transfer import columns as choice
from leads.services.transfer import writers

LIMITS = {Role.REP: 500, Role.MANAGER: 10_000}


class ExportRefused(Exception):
    """This person may not take these leads out; the message says why and what to do."""

    code = "export_refused"
    status = 403


@dataclass(frozen=True)
class Export:
    """Leads that are on their way out: who asked, which, how many, as what, and with which columns."""

    by: User | None
    leads: LeadQuerySet
    count: int
    form: str
    columns: list[str] | None

    @property
    def file_name(self) -> str:
        """How the file is called."""
        return f"leads.{self.form}"

    @property
    def content_type(self) -> str:
        """What sort of file it is, for browsers."""
        return writers.TYPES[self.form]

    def chunks(self) -> Iterator[bytes]:
        """Yield the file as it is written; a workbook, whose directory comes last, once it is whole."""
        if self.form != "xlsx":
            for line in writers.lines(self.leads, self.form, self.columns):
                yield line.encode()
            return
        with tempfile.TemporaryFile() as file:
            writers.book(self.leads, file, self.columns)
            file.seek(0)
            while chunk := file.read(1 << 16):
                yield chunk


def own(leads: LeadQuerySet, by: User) -> LeadQuerySet:
    """Return the leads of a set that a person may take out: a rep their own, others what they see."""
    found = leads.visible_to(by)
    return found.filter(owner=by) if by.role == Role.REP and not by.is_superuser else found


def limit_of(by: User) -> int | None:
    """Return how many leads a person may take out at once; ``None``: any number."""
    return None if by.is_superuser else LIMITS.get(Role(by.role))


def ask(
    leads: LeadQuerySet, by: User, form: str, columns: Sequence[str] | None = None,
    segment: Segment | None = None,
) -> Export:  # fmt: skip
    """Allow an export and write it down, or raise ``ExportRefused``; nothing is written to a file yet."""
    if not by.is_superuser and by.role not in (Role.ADMIN, Role.MANAGER, Role.REP):
        raise ExportRefused("Your role takes no list of people out; ask a manager or an admin for one.")
    chosen = None if columns is None else choice.checked(columns)
    found = own(leads, by)
    count = _counted(found, limit_of(by), form)
    facts = {"rows": count, "format": form, "columns": chosen or "usual"}
    audit.record(by, "export", segment or by, after=facts)
    return Export(by, found, count, form, chosen)


def _counted(leads: LeadQuerySet, limit: int | None, form: str) -> int:
    most = min(limit or writers.MOST_IN_BOOK, writers.MOST_IN_BOOK) if form == "xlsx" else limit
    count = leads.order_by()[: most + 1].count() if most else leads.order_by().count()
    if limit and count > limit:
        whose = "of your own leads" if limit == LIMITS[Role.REP] else "leads of your team"
        raise ExportRefused(
            f"You may take {limit:,} {whose} out at once, and these are more. Narrow the view."
        )
    if most and count > most:
        raise ExportRefused(f"A sheet holds {most:,} people at most. Take CSV, or narrow the view.")
    return count
