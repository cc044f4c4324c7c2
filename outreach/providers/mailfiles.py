"""Mail that a house without a mail server writes into files instead of sending it (Django's file backend)."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

#: the line that Django's file backend writes after each letter
LINE = "-" * 79 + "\n"


def forget(is_named: Callable[[str], bool]) -> int:
    """Take out the letters in which somebody is named; return how many."""
    gone = 0
    for file in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log")):
        letters = file.read_text(encoding="utf-8", errors="surrogateescape").split(LINE)
        kept = [letter for letter in letters if not is_named(letter)]
        if len(kept) < len(letters):
            gone += len(letters) - len(kept)
            file.write_text(LINE.join(kept), encoding="utf-8", errors="surrogateescape")
    return gone
