"""``python3 manage.py test [pytest arguments]``: the bootstrap has installed what the tests need."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config import runner


class Command(BaseCommand):
    """Hand everything on to pytest."""

    help = "Run the tests with pytest; arguments are pytest's own (for example: -k scoring -x)."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Pass the arguments through unread, since they are pytest's."""
        sys.exit(runner.run(argv[2:]))

    def handle(self, *args: str, **options: Any) -> None:
        """Run the given arguments when called from code."""
        sys.exit(runner.run(args))
