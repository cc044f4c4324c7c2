"""The closed network of the tests: loopback and unix sockets work, everything else is refused loudly."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = {None, "", "localhost", "testserver", socket.gethostname()}


class NetworkIsClosed(RuntimeError):
    """A test tried to leave the machine."""


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Let sockets and name look-ups reach this machine only."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
    yield
    patch.undo()


def _guarded(original: Any) -> Any:
    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if self.family != socket.AF_UNIX:
            _refuse_foreign(address[0])
        return original(self, *args)

    return guarded


def _guarded_lookup(original: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_foreign(host.decode() if isinstance(host, bytes) else host)
        return original(host, *args, **kwargs)

    return guarded


def _refuse_foreign(host: str | None) -> None:
    if host in NAMES:
        return
    try:
        near = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        near = None
    if near is None or not (near.is_loopback or near.is_unspecified):
        raise NetworkIsClosed(f"The network is closed in tests, but something asked for {host!r}.")
