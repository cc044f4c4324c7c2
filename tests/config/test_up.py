"""The one command, as a real process: it comes up, stops cleanly, survives a kill, and is alone."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from config.management.commands.up import Command

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]
READY = re.compile(r"Leadloom is ready at (http://\S+)")


class Up:
    """One ``manage.py up`` on a free port with a state folder of the test."""

    def __init__(self, var: Path) -> None:
        env = {**os.environ, "LEADLOOM_VAR": str(var), "LEADLOOM_NO_BOOTSTRAP": "1", "LOG_FORMAT": "json"}
        env = {name: value for name, value in env.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.log = (var.parent / f"{uuid.uuid4().hex}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--no-demo", "--port", "0"],
            cwd=settings.BASE_DIR, env=env, stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def wait_until_ready(self) -> str:
        """Return the address once the process has announced it."""
        until = time.monotonic() + 90
        while not (found := READY.findall(self.read())):
            assert self.process.poll() is None, self.read()
            assert time.monotonic() < until, self.read()
            time.sleep(0.05)
        return found[-1]

    def read(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def stop(self, sig: signal.Signals) -> tuple[int, float]:
        """Send a signal; return exit code and seconds until the process was gone."""
        started = time.monotonic()
        self.process.send_signal(sig)
        return self.process.wait(20), time.monotonic() - started


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    """Start servers that do not outlive the test."""
    started: list[Up] = []

    def start() -> Up:
        var = tmp_path / "state"
        var.mkdir(exist_ok=True)
        started.append(Up(var))
        return started[-1]

    yield start
    for one in started:
        with suppress(ProcessLookupError):
            one.process.kill()
        one.process.wait(10)


def get(address: str) -> int:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return int(answer.status)


def test_it_serves_and_a_stop_signal_ends_it_cleanly(up):
    server = up()
    address = server.wait_until_ready()
    assert get(f"{address}health/ready/") == 200
    assert get(f"{address}accounts/login/") == 200
    code, seconds = server.stop(signal.SIGTERM)
    assert code == 0, server.read()
    assert seconds < 8


def test_ctrl_c_ends_it_cleanly_too(up):
    server = up()
    server.wait_until_ready()
    assert server.stop(signal.SIGINT)[0] == 0, server.read()


def test_after_a_kill_it_starts_again_on_the_same_state(up):
    first = up()
    first.wait_until_ready()
    assert first.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    second = up()
    assert get(f"{second.wait_until_ready()}health/ready/") == 200


def test_a_second_one_on_the_same_state_is_refused_with_a_sentence(up):
    up().wait_until_ready()
    second = up()
    assert second.process.wait(30) == 1
    assert "already runs on" in second.read()


@pytest.mark.parametrize(
    ("given", "named"), [(None, "http://localhost:8123"), ("https://crm.example", "http://x")]
)
def test_links_name_the_served_port_unless_it_is_said(
    given: str | None, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PUBLIC_URL", "http://x")
    monkeypatch.setenv("PUBLIC_URL", given or "")
    if given is None:
        monkeypatch.delenv("PUBLIC_URL")
    Command()._name_links(8123)
    now = settings.PUBLIC_URL
    assert now == named
