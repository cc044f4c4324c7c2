"""Collect static files only when one of them has changed since the last time."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"
UNUSED = ("*/redoc/*", "*swagger-ui-es-bundle*")  # of the library that shows the API: its other two faces


def collect_if_changed() -> bool:
    """Run ``collectstatic`` if the files differ from those collected last; return whether it ran."""
    stamp, now = settings.STATIC_ROOT / STAMP, _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=list(UNUSED))
    stamp.write_text(now)
    return True


def _fingerprint() -> str:
    """Digest name, size and time of every file that the finders know."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = (storage.path(path), storage.size(path), storage.get_modified_time(path))
            digest.update(repr(state).encode())
    return digest.hexdigest()
