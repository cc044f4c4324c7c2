"""The guarded door: one look-up, every answer judged, the socket goes where the judgement went."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpcore2
import pytest

from campaigns.providers.addresses import Address, Forbidden
from campaigns.providers.base import ProviderError
from campaigns.providers.guard import GuardedTransport
from campaigns.providers.web import Manners, Web
from campaigns.providers.wire import Deadline

PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"


class Resolver:
    """A name server of our own: answers one list after the other and counts the questions."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[Address]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ipaddress.ip_address(one) for one in answer]


class Sockets(httpcore2.NetworkBackend):
    """Writes down where a connection would have gone and plays the prepared replies."""

    def __init__(self, *replies: bytes) -> None:
        self.went: list[tuple[str, int]] = []
        self.streams: list[httpcore2.MockStream] = []
        self.replies = list(replies)

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        self.went.append((host, port))
        stream = httpcore2.MockStream([self.replies.pop(0) if self.replies else OK])
        self.streams.append(stream)
        return stream


def web(resolver: Resolver, sockets: Sockets, **facts: Any) -> Web:
    deadline = Deadline()
    transport = GuardedTransport(deadline, resolve=resolver, backend=sockets, **facts)
    return Web(Manners(respects_robots=False), transport=transport, deadline=deadline)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[int]]]:
    """A server on loopback that counts who comes."""
    hits: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                hits.append(1)
                caller.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], hits


def test_the_socket_goes_to_the_address_that_was_judged() -> None:
    resolver, sockets = Resolver([PUBLIC], ["127.0.0.1"]), Sockets()
    assert web(resolver, sockets).get("http://firm.com/").text == "hi"
    assert (sockets.went, resolver.asked) == ([(PUBLIC, 80)], 1)


def test_a_name_that_turns_inside_between_two_visits_is_refused() -> None:
    resolver, sockets = Resolver([PUBLIC], ["127.0.0.1"]), Sockets()
    door = web(resolver, sockets)
    door.get("http://firm.com/")
    with pytest.raises(Forbidden):
        door.get("http://firm.com/")
    assert sockets.went == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"], ["2002:a00:1::"],
     ["169.254.169.254"], ["192.0.0.170"], ["224.0.0.5"], ["fe80::1"], ["0.0.0.0"], ["100.64.1.1"]],
)  # fmt: skip
def test_one_inside_answer_spoils_the_name(answers: list[str]) -> None:
    sockets = Sockets()
    with pytest.raises(Forbidden):
        web(Resolver(answers), sockets).get("http://firm.com/")
    assert sockets.went == []


@pytest.mark.parametrize("port", [80, 443, 22, 8000])
def test_nobody_reaches_a_listener_on_this_machine(port: int, listener: tuple[int, list[int]]) -> None:
    at, hits = listener
    deadline = Deadline()
    door = Web(Manners(respects_robots=False), transport=GuardedTransport(deadline), deadline=deadline)
    for host in ("127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1"):
        for place in (at, port):
            with pytest.raises(Forbidden):
                door.get(f"http://{host}:{place}/")
    assert hits == []


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.1/", "http://localhost:8000/", "https://[::1]/", "//169.254.169.254/latest/meta-data/",
     "http://inside.firm.com/", "file:///etc/passwd", "http://firm.com:22/"],
)  # fmt: skip
def test_a_redirect_is_judged_like_a_first_address(onward: str, listener: tuple[int, list[int]]) -> None:
    sockets = Sockets(b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % onward.encode())
    with pytest.raises(ProviderError):
        web(Resolver([PUBLIC], ["127.0.0.1"]), sockets).get("http://firm.com/")
    assert sockets.went == [(PUBLIC, 80)]
    assert listener[1] == []


def test_a_second_door_behind_the_guard_refuses_other_ports() -> None:
    """Even a caller that passes the guard an address of its own gets no other port and no inside host."""
    import httpx2

    for url in ("http://firm.com:25/", "http://127.0.0.1:80/", "http://localhost/"):
        transport = GuardedTransport(Deadline(), resolve=Resolver([PUBLIC]), backend=(sockets := Sockets()))
        with pytest.raises(Forbidden):
            transport.handle_request(httpx2.Request("POST", url, content=b"x"))
        assert sockets.went == []


def test_a_slow_resolver_does_not_hold_a_visit_up() -> None:
    gate = threading.Event()

    def never(host: str, port: int) -> list[Address]:
        gate.wait(30)
        return []

    deadline = Deadline(timer=iter([0.0, 0.0, 9.99, 9.99, 9.99]).__next__)
    transport = GuardedTransport(deadline, resolve=never, backend=Sockets())
    with pytest.raises(ProviderError, match="in time"):
        Web(Manners(respects_robots=False), transport=transport, deadline=deadline).get("http://firm.com/")
    gate.set()
