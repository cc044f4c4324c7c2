"""Logs carry no personal data."""

import json
import logging

import pytest

from config import logs


@pytest.mark.parametrize(
    "secret",
    [
        "elena.vasquez@customer.example",
        "+1 512 555 0134",
        "loom_a1b2c3d4e5f6",
        "SG.abcdefgh.ijkl",
        "Bearer abcdefgh123",
    ],
)
def test_addresses_numbers_and_keys_are_masked(secret):
    assert secret not in logs.masked(f"sent to {secret} at noon")


def test_a_line_of_a_library_is_masked_too():
    record = logging.LogRecord("lib", logging.ERROR, "x.py", 1, "no such user: %s", ("a@b.example",), None)
    line = json.loads(logs.formatter("json").format(record))
    assert line["event"] == "no such user: <address>"
    assert line["level"] == "error"


def test_a_line_break_cannot_forge_a_second_line():
    record = logging.LogRecord("lib", logging.ERROR, "x.py", 1, "one\n{two}\r", (), None)
    assert "\n" not in logs.formatter("json").format(record)


def test_each_request_is_answered_with_its_id(client):
    assert len(client.get("/health/live/")["X-Request-ID"]) == 32
    given = client.get("/health/live/", headers={"X-Request-ID": "from-the-proxy-1"})
    assert given["X-Request-ID"] == "from-the-proxy-1"
    forged = client.get("/health/live/", headers={"X-Request-ID": "a b"})
    assert forged["X-Request-ID"] != "a b"
