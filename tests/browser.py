"""A real server and a real browser for the journeys."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chromium-headless-shell",
)


class LiveApp:
    """The whole ASGI application on a free port of this machine."""

    def __init__(self) -> None:
        import uvicorn

        from config.asgi import application

        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.ws_url = self.url.replace("http", "ws", 1)
        self._server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        """Serve in a thread and return once it answers."""
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert self._thread.is_alive(), "the test server ended"
            assert time.monotonic() < until, "the test server did not start"
            time.sleep(0.01)

    def rest(self, patience: float = 20) -> None:
        """Return once no request is being answered, so that the tables can be emptied under nobody's feet."""
        until = time.monotonic() + patience
        while self._server.server_state.tasks or _others_at_work():
            assert time.monotonic() < until, "a request of this test never came to its end"
            time.sleep(0.01)

    def stop(self) -> None:
        """End the thread."""
        self._server.should_exit = True
        self._thread.join(10)


def _others_at_work() -> bool:
    """Whether another connection holds a transaction open or runs a statement (a cancelled request may)."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend')"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session")
def served(django_db_setup: None) -> Iterator[LiveApp]:
    app = LiveApp()
    app.start()
    yield app
    app.stop()


@pytest.fixture
def live_app(served: LiveApp, transactional_db: None, settings: Any) -> Iterator[LiveApp]:
    """The running product on the test database: it sees the rows of the test and the test sees its rows.

    Ask for it before ``page``: the page is then closed first, and what it still asked for is answered
    before the tables are emptied.
    """
    settings.PUBLIC_URL = served.url
    yield served
    served.rest()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: Any) -> dict[str, Any]:
    """Use the machine's own Chromium; without any, skip with the reason (in CI that is a failure)."""
    found = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and not Path(browser_type.executable_path).exists():
        reason = "no Chromium here: apt-get install chromium, or .venv/bin/playwright install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    own = {"executable_path": found} if found else {}
    unsafe = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, **own, "args": unsafe}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: the browser's driver leaves an event loop running in the main thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let browser tests, and only them, use the database beside that event loop."""
    if item.get_closest_marker("browser"):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    else:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
