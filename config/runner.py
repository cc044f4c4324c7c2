"""``manage.py test`` is pytest: its arguments are pytest's; without any the whole suite runs on two cores."""

import subprocess
import sys
from collections.abc import Sequence

from django.conf import settings

WHOLE_SUITE = ("-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


def command(arguments: Sequence[str]) -> list[str]:
    """Return the command line of the test run."""
    return [sys.executable, "-m", "pytest", *(arguments or WHOLE_SUITE)]


def run(arguments: Sequence[str]) -> int:
    """Run pytest in the project's folder and return its exit code."""
    return subprocess.run(command(arguments), cwd=settings.BASE_DIR, check=False).returncode  # noqa: S603
