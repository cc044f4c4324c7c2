"""The whole product in one process: web server in the main thread, worker and scheduler beside it.

Two copies on one state folder would send everything twice, so a lock file, which the kernel frees even after
``kill -9``, lets only one in. Work waits in rows; whatever the process holds when it dies is picked up later.
"""

import fcntl
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TextIO

import uvicorn
from django.conf import settings

from config.engine import Engine

PATIENCE = 8.0
READY_WITHIN = 90.0


class AlreadyRunning(Exception):
    """Another process serves this state folder."""


class PortTaken(Exception):
    """Something else listens on the address."""


class Server(uvicorn.Server):
    """Uvicorn that stops the engine together with itself, and at the second signal leaves at once."""

    def __init__(self, config: uvicorn.Config, engine: Engine | None) -> None:
        super().__init__(config)
        self._engine = engine

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gently at the first signal, at once at the second."""
        if self.should_exit:
            os._exit(130)
        if self._engine:
            self._engine.ask_to_stop()
        super().handle_exit(sig, frame)


def only_one() -> TextIO:
    """Take the lock of the state folder, or raise ``AlreadyRunning``; keep the file open to keep the lock."""
    file = (settings.VAR / "embedded.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        raise AlreadyRunning(file.read().strip() or "unknown") from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done, or raise ``PortTaken``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise PortTaken(str(error)) from error
    return found


def serve(listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until a signal says stop; ``announce`` is called once everything is ready. Does not return."""
    from config.asgi import application

    engine = Engine() if settings.EMBEDDED_WORKER else None
    server = Server(_server_config(application), engine)
    for sig in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises the signal again after its own stop
        signal.signal(sig, lambda *_: None)
    if engine:
        engine.start()
    threading.Thread(target=_announce_when_ready, args=(listener, announce), daemon=True).start()
    server.run(sockets=[listener])
    finished = engine.wait(PATIENCE) if engine else True
    if not finished:
        print("A task is still at work; its rows will be taken up again at the next start.", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if server.started else 1)  # threads that still work must not hold the exit


def _server_config(application: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
        ws_max_size=1_000_000,
    )


def _announce_when_ready(listener: socket.socket, announce: Callable[[], None]) -> None:
    """Ask ``/health/ready/`` until it answers 200."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if _is_ready(host, port):
            announce()
            return
        time.sleep(0.05)
    print(f"Not ready after {READY_WITHIN:.0f} s; /health/ says why.", file=sys.stderr)


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/ready/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
