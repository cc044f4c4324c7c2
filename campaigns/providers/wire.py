"""The wire below the guarded door: what a visit may still take, how names are looked up, errors in words."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2

from campaigns.providers import addresses
from campaigns.providers.addresses import Address
from campaigns.providers.base import ProviderError


class Deadline:
    """How long a visit may still take in all, in seconds; every read and write is cut to what is left."""

    def __init__(self, seconds: float = 10.0, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self.restart(seconds)

    def restart(self, seconds: float) -> None:
        """Begin a new visit."""
        self._end = self._timer() + seconds

    def left(self) -> float:
        """Return the seconds left; raise a timeout when there are none."""
        left = self._end - self._timer()
        if left <= 0:
            raise httpcore2.ReadTimeout("The visit took too long.")
        return left


class Timed(httpcore2.NetworkStream):
    """A connection of which every step ends with the visit."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, within the time left."""
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, within the time left."""
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Go on encrypted; the certificate must be the name's, not the address's."""
        made = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return Timed(made, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the socket knows."""
        return self._stream.get_extra_info(info)


def look_up(host: str, port: int) -> list[Address]:
    """Return the addresses of a host as the system's resolver knows them."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError("The name leads nowhere.") from error
    found = [addresses.as_address(str(row[4][0]).partition("%")[0]) for row in rows]
    return list(dict.fromkeys(address for address in found if address))


def in_time(ask: Callable[[], list[Address]], seconds: float) -> list[Address]:
    """Call what knows no timeout (the resolver) for at most so long."""
    box: list[Any] = []

    def work() -> None:
        try:
            box.append(ask())
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=work, daemon=True, name="look-up")
    thread.start()
    thread.join(seconds)
    if not box:
        raise httpcore2.ConnectTimeout("The name was not found in time.")
    if isinstance(box[0], Exception):
        raise box[0]
    found: list[Address] = box[0]
    return found


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the wire into words for people."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise ProviderError("The website did not answer in time.", code="timeout") from error
    except (httpcore2.NetworkError, httpcore2.ProxyError) as error:
        raise ProviderError(f"The website cannot be reached: {error}"[:200], code="unreachable") from error
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, ssl.SSLError) as error:
        message = "The website answered in a way that cannot be read."
        raise ProviderError(message, permanent=True, code="protocol") from error
