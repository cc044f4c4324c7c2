"""The way out for addresses that strangers named: resolve once, judge every answer, connect to that address.

The name stays in the Host header and in the TLS handshake, but the socket goes to the address that was
judged: a second look-up that answers differently (DNS rebinding) never happens.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import httpcore2
import httpx2

from campaigns.providers import addresses
from campaigns.providers.addresses import Address, Forbidden, Network
from campaigns.providers.wire import Deadline, Timed, in_time, look_up, translated

Resolve = Callable[[str, int], list[Address]]
Sandbox = Mapping[str, tuple[str, int]]
MOST_TRIES = 3


class GuardedTransport(httpx2.BaseTransport):
    """Carries requests to public addresses only; for ``httpx2.Client(transport=…)`` and for ``web.Web``.

    With ``proxy`` (such as Smokescreen) the proxy looks names up and judges addresses instead.
    """

    def __init__(
        self,
        deadline: Deadline,
        *,
        resolve: Resolve | None = None,
        sandbox: Sandbox | None = None,
        own: Sequence[Network] = (),
        proxy: str = "",
        backend: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self.deadline = deadline
        way = PublicOnly(deadline, resolve or look_up, sandbox or {}, own, backend)
        self._pool: httpcore2.ConnectionPool = (
            httpcore2.HTTPProxy(proxy, ssl_context=_tls(), max_connections=4, keepalive_expiry=5)
            if proxy
            else httpcore2.ConnectionPool(
                network_backend=way, ssl_context=_tls(), max_connections=4, keepalive_expiry=5
            )
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; redirects are not followed here."""
        with translated():
            reply = self._pool.handle_request(self._asked(request))
        return httpx2.Response(reply.status, headers=reply.headers, stream=_Stream(reply))

    def close(self) -> None:
        """Hang up."""
        self._pool.close()

    def _asked(self, request: httpx2.Request) -> httpcore2.Request:
        url = request.url
        return httpcore2.Request(
            request.method,
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.deadline.left())},
        )


class PublicOnly(httpcore2.NetworkBackend):
    """Opens sockets to addresses that were judged; to a sandbox only where a setting names it."""

    def __init__(
        self,
        deadline: Deadline,
        resolve: Resolve,
        sandbox: Sandbox,
        own: Sequence[Network],
        backend: httpcore2.NetworkBackend | None,
    ) -> None:
        self._deadline, self._resolve, self._sandbox, self._own = deadline, resolve, sandbox, own
        self._backend = backend or httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the host's addresses that answers, all of them being public."""
        problem: Exception = httpcore2.ConnectError("The name leads nowhere.")
        for address, at in self._ways(host, port)[:MOST_TRIES]:
            try:
                stream = self._backend.connect_tcp(
                    address, at, timeout=self._deadline.left(), socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
            else:
                return Timed(stream, self._deadline)
        raise problem

    def _ways(self, host: str, port: int) -> list[tuple[str, int]]:
        if host in self._sandbox:
            return [self._sandbox[host]]
        if port not in addresses.PORTS.values():
            raise Forbidden("Only the ports 80 and 443 are visited.")
        addresses.check_host(host, self._own)
        literal = addresses.as_address(host)
        found = [literal] if literal else in_time(lambda: self._resolve(host, port), self._deadline.left())
        for address in found:
            addresses.check_address(address, self._own)
        return [(str(address), port) for address in found]


class _Stream(httpx2.SyncByteStream):
    """A reply's body; its errors are those of the client library."""

    def __init__(self, reply: httpcore2.Response) -> None:
        self._reply = reply

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body as it comes."""
        with translated():
            yield from self._reply.iter_stream()

    def close(self) -> None:
        """Let the connection go."""
        self._reply.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
