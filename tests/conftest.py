"""What every test has: the personas, a closed network, a clean cache; a server and a browser on demand."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.browser import *  # noqa: F403
from tests.network import *  # noqa: F403
from tests.personas import *  # noqa: F403


def pytest_configure(config: pytest.Config) -> None:
    """Trade what only production needs (slow hashes, hashed file names) for speed."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0


@pytest.fixture(autouse=True)
def clean_cache(settings: Any) -> None:
    """Forget counters and sessions of the test before, and whom its world has forgotten."""
    cache.clear()
    (Path(settings.VAR) / "erasures.jsonl").unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in which size of the house the suite ran."""
    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    terminalreporter.write_line(f"Ran on {engine}, {'Redis' if settings.REDIS_URL else 'no Redis'}.")
