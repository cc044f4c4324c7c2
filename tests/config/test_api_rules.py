"""Rate limits of the API."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from config.throttling import PerCaller


@pytest.fixture
def ten_a_minute(monkeypatch):
    rates = {"api": "10/min", "anonymous": "2/min", "bulk": "1/min"}
    monkeypatch.setattr(PerCaller, "THROTTLE_RATES", rates)


def call(pk: int | None = 1, scope: str | None = None, token: int | None = None) -> bool:
    user = SimpleNamespace(pk=pk, is_authenticated=pk is not None)
    auth = SimpleNamespace(pk=token) if token else None
    request = SimpleNamespace(user=user, auth=auth, headers={}, META={"REMOTE_ADDR": "192.0.2.1"})
    return PerCaller().allow_request(request, SimpleNamespace(throttle_scope=scope))


def test_the_eleventh_call_is_refused(ten_a_minute):
    assert [call() for _ in range(11)] == [True] * 10 + [False]


def test_two_callers_do_not_share_a_limit(ten_a_minute):
    assert [call(pk=1) for _ in range(10)] == [call(pk=2) for _ in range(10)] == [True] * 10


def test_each_key_of_a_person_has_its_own_limit(ten_a_minute):
    assert all(call(token=token) for token in (1, 2) for _ in range(10))


def test_an_endpoint_may_name_a_stricter_rate(ten_a_minute):
    assert [call(scope="bulk"), call(scope="bulk"), call()] == [True, False, True]


def test_strangers_have_the_smallest_rate(ten_a_minute):
    assert [call(pk=None) for _ in range(3)] == [True, True, False]


def test_parallel_calls_cannot_slip_past_the_limit_together(ten_a_minute):
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: call(), range(80)))
    assert sum(allowed) == 10
