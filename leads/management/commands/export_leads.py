"""``manage.py export_leads FILE``: leads as CSV, Excel or JSON Lines, harmless in a spreadsheet."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.models import Lead, LeadQuerySet, Segment
from leads.services import segments
from leads.services.transfer import columns as choice
from leads.services.transfer import exports


class Command(BaseCommand):
    """Export leads."""

    help = "Export all leads, or those of a segment, to a file (- for standard output)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", help="Where to, such as leads.xlsx; - writes to standard output.")
        parser.add_argument("--segment", type=int, help="Number of a segment.")
        parser.add_argument(
            "--format", choices=list(exports.KINDS), help="Taken from the file's name if left out."
        )
        parser.add_argument(
            "--columns",
            help="Names with commas between, such as email,title,custom.plan; the usual ones else.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        ending = Path(options["file"]).suffix.removeprefix(".").lower()
        form = options["format"] or (ending if ending in exports.KINDS else "csv")
        leads, columns = _chosen(options["segment"]), _columns(options["columns"])
        if options["file"] == "-":
            exports.write(leads, form, getattr(self.stdout, "buffer", sys.stdout.buffer), columns)
            return
        try:
            with Path(options["file"]).open("wb") as file:
                count = exports.write(leads, form, file, columns)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error}") from error
        self.stdout.write(f"{count:,} leads written to {options['file']}.")


def _columns(text: str | None) -> list[str] | None:
    try:
        return choice.checked(name.strip() for name in text.split(",")) if text else None
    except choice.UnknownColumns as error:
        raise CommandError(str(error)) from error


def _chosen(segment_id: int | None) -> LeadQuerySet:
    if segment_id is None:
        return Lead.objects.current()
    segment = Segment.objects.filter(pk=segment_id).first()
    if segment is None:
        raise CommandError(f"There is no segment {segment_id}.")
    return segments.queryset(segment.criteria)
