"""The tests cannot leave the machine."""

import socket

import pytest

from tests.network import NetworkIsClosed


def test_a_foreign_address_is_refused():
    with pytest.raises(NetworkIsClosed), socket.socket() as plug:
        plug.connect(("192.0.2.1", 80))


def test_a_foreign_name_is_not_even_looked_up():
    with pytest.raises(NetworkIsClosed):
        socket.getaddrinfo("provider.example", 443)


def test_loopback_works():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
