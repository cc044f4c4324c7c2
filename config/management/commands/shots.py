"""``shots``: pictures of every page of a running Leadloom, for a look beside the design."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import User
from campaigns.models.user import Role
from config import shots


class Command(BaseCommand):
    """Sign in as a manager and photograph all pages."""

    help = "Take screenshots of every page from a running server (start it with: python3 manage.py up)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--url", default="http://localhost:8000", help="where Leadloom runs")
        parser.add_argument("--out", default=str(settings.VAR / "shots"), help="folder for the pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the pictures; fail if a page did not answer 200."""
        person = User.objects.filter(role=Role.MANAGER).order_by("pk").first()
        if person is None:
            raise CommandError("There is no manager to sign in as. Run: python3 manage.py demo")
        folder = Path(options["out"])
        folder.mkdir(parents=True, exist_ok=True)
        bad = 0
        for shot, status in shots.take(options["url"], folder, person):
            bad += status >= 400
            self.stdout.write(f"{status} {shot.file}")
        self.stdout.write(f"Pictures are in {folder}")
        if bad:
            raise CommandError(f"{bad} pages did not answer well.")
