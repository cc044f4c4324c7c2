from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from campaigns.providers import base, throttle
from campaigns.providers.base import Provider, ProviderError
from campaigns.providers.throttle import Bucket


class Notebook:
    """A meter that writes down what it was told."""

    def __init__(self, waits=()):
        self.told, self.kept, self.waits = [], {}, list(waits)

    def hold(self, units, price=None):
        self.told.append(("hold", units))

    def settle(self, units, *, reference, price=None, **facts):
        self.told.append(("settle", units, reference))

    def release(self):
        self.told.append(("release",))

    def recall(self, key):
        return self.kept.get(key)

    def remember(self, key, value, ttl):
        self.kept[key] = value

    def admit(self, bucket, capacity, per_second):
        return self.waits.pop(0) if self.waits else 0.0


class Weather(Provider):
    name = "weather"
    needs_key = False
    bucket = Bucket("weather", 5, 1)
    cache_for = timedelta(hours=1)


def failing(*errors):
    left = list(errors)

    def ask():
        if left:
            raise left.pop(0)
        return {"sky": "blue"}

    return ask


def test_a_call_is_held_made_and_settled():
    meter = Notebook()
    assert Weather(meter).call({"city": "Austin"}, lambda: {"sky": "blue"}, reference="w1") == {"sky": "blue"}
    assert meter.told == [("hold", 1), ("settle", 1, "w1")]


def test_an_equal_question_costs_nothing():
    meter = Notebook()
    weather = Weather(meter)
    for reference in ("w1", "w2"):
        weather.call({"city": "Austin"}, lambda: {"sky": "blue"}, reference=reference)
    assert meter.told == [("hold", 1), ("settle", 1, "w1")]


def test_a_failed_call_frees_its_money():
    meter = Notebook()
    with pytest.raises(ProviderError):
        Weather(meter).call({}, failing(ProviderError("no", permanent=True)), reference="w1")
    assert meter.told == [("hold", 1), ("release",)]


def test_trouble_that_passes_is_retried_within_one_hold():
    meter, waits = Notebook(), []
    weather = Weather(meter, pause=waits.append)
    weather.call({}, failing(ProviderError("busy", retry_after=3), ProviderError("busy")), reference="w1")
    assert meter.told == [("hold", 1), ("settle", 1, "w1")]
    assert 3 <= waits[0] < 3.2


def test_a_full_bucket_is_waited_for_but_not_for_ever():
    waits = []
    Weather(Notebook(waits=[0.5, 0.2]), pause=waits.append).call({}, lambda: 1, reference="w1")
    assert waits == [0.5, 0.2]
    with pytest.raises(ProviderError) as caught:
        Weather(Notebook(waits=[60.0]), pause=waits.append).call({}, lambda: 1, reference="w2")
    assert (caught.value.code, caught.value.retry_after, len(waits)) == ("rate_limit", 60.0, 2)


def test_a_provider_without_its_key_says_so():
    class Paid(Weather):
        needs_key = True

    with pytest.raises(ProviderError, match="weather has no key"):
        Paid(Notebook())


def test_waits_grow_and_differ():
    dice, waits = Random(1), []
    with pytest.raises(ProviderError):
        base.retried(
            failing(*[ProviderError("x")] * 9), tries=5, patience=99, pause=waits.append, chance=dice
        )
    assert len(waits) == 4
    assert len(set(waits)) == 4
    assert waits[3] > waits[0]


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0.0),
    ],
)
def test_the_wanted_wait_is_read_in_every_form(headers, seconds):
    assert base.retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "permanent"), [(429, False), (500, False), (503, False), (400, True), (404, True)]
)
def test_statuses_say_whether_repeating_helps(status, permanent):
    assert base.refusal("X", status, "text", {}).permanent is permanent


def test_a_bucket_lets_a_burst_through_and_then_its_rate():
    bucket, tokens, waits = Bucket.per_minute("b", 60), 5.0, []
    assert (bucket.capacity, bucket.per_second) == (5.0, 1.0)
    for _ in range(6):
        tokens, wait = throttle.take(tokens, bucket.capacity, bucket.per_second, 0.0)
        waits.append(wait)
    assert waits == [0.0] * 5 + [1.0]
    assert throttle.take(tokens, 5, 1, 1000.0) == (4.0, 0.0)
