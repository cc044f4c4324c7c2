"""``manage.py export_leads FILE``: leads as CSV or JSON Lines, harmless in a spreadsheet."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.models import Lead, LeadQuerySet, Segment
from leads.services import exports, segments


class Command(BaseCommand):
    """Export leads."""

    help = "Export all leads, or those of a segment, to a file (- for standard output)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file")
        parser.add_argument("--segment", type=int, help="Number of a segment.")
        parser.add_argument(
            "--format", choices=exports.FORMATS, help="Taken from the file's name if left out."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        ending = Path(options["file"]).suffix.removeprefix(".").lower()
        form = options["format"] or (ending if ending in exports.FORMATS else "csv")
        lines = exports.lines(_chosen(options["segment"]), form)
        if options["file"] == "-":
            self.stdout.write("".join(lines), ending="")
            return
        try:
            with Path(options["file"]).open("w", encoding="utf-8", newline="") as file:
                count = sum(file.write(line) > 0 for line in lines) - (form == "csv")
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error}") from error
        self.stdout.write(f"{count:,} leads written to {options['file']}.")


def _chosen(segment_id: int | None) -> LeadQuerySet:
    if segment_id is None:
        return Lead.objects.current()
    segment = Segment.objects.filter(pk=segment_id).first()
    if segment is None:
        raise CommandError(f"There is no segment {segment_id}.")
    return segments.queryset(segment.criteria)
