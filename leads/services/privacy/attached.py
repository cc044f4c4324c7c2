"""Removes the files behind rows that go, once the transaction that lets them go has held."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction


def remove(paths: Iterable[str]) -> None:
    """Remove files below the media folder after the commit; a path that leads out of it is left alone."""
    root = Path(settings.MEDIA_ROOT).resolve()
    files = [(root / path).resolve() for path in paths if path]
    inside = [file for file in files if file.is_relative_to(root) and file != root]

    def unlink() -> None:
        for file in inside:
            file.unlink(missing_ok=True)

    transaction.on_commit(unlink)
