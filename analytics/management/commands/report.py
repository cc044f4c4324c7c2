"""``manage.py report CAMPAIGN``: a campaign's report on the terminal or as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.services import reports
from campaigns.models import Campaign

GOOD = {"Good": "✓", "Poor": "✗"}


class Command(BaseCommand):
    """Print the same report that the page shows."""

    help = "Print a campaign's report: full, cost, lead or outreach."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the campaign, ``--type`` and ``--json``."""
        parser.add_argument("campaign", help="number or name of the campaign")
        parser.add_argument("--type", choices=reports.TYPES, default="full")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and print."""
        report = reports.build(_find(options["campaign"]), options["type"])
        if options["json"]:
            self.stdout.write(json.dumps(report))
            return
        self.stdout.write(report["title"] + (f": {report['verdict']}" if report["verdict"] else ""))
        for section in report["sections"]:
            self.stdout.write(f"\n{section['title']}")
            for figure in section["figures"]:
                self.stdout.write(_line(figure))


def _find(name: str) -> Campaign:
    """Find a campaign by number, else by its exact name."""
    by_number = Campaign.objects.filter(pk=int(name)) if name.isdecimal() else Campaign.objects.none()
    found = by_number.first() or Campaign.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no campaign «{name}».")
    return found


def _line(figure: dict[str, Any]) -> str:
    verdict = figure["rating"]
    judged = f"  {GOOD[verdict]} {verdict} ({figure['rule']} {_text(figure, 'threshold')})" if verdict else ""
    return f"  {figure['label']:<24}{_text(figure, 'value'):>14}{judged}"


def _text(figure: dict[str, Any], key: str) -> str:
    value = figure[key]
    if value is None:
        return "–"
    match figure["kind"]:
        case "rate":
            return f"{value:.1%}"
        case "percent":
            return f"{value:,.0f} %"
        case "money":
            return f"${float(value):,.2f}"
    return f"{value:,}"
