#!/usr/bin/env python3
"""Leadloom's command line: ``up`` and ``test`` set themselves up on a bare machine."""

import os
import sys

from config import bootstrap


def main() -> None:
    """Install what is missing, then run the command named on the command line."""
    bootstrap.ensure(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
