"""Answers are remembered while they are good; buckets keep all workers to one rate."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import CacheEntry
from campaigns.services import sharing

pytestmark = pytest.mark.django_db


def test_an_answer_is_recalled_until_it_expires_and_its_hits_are_counted() -> None:
    now = clock.now()
    sharing.remember("k", "hunter", {"email": "a@x.example"}, now + timedelta(hours=1))
    assert sharing.recall("k", now) == {"email": "a@x.example"}
    assert sharing.recall("k", now + timedelta(hours=2)) is None
    assert CacheEntry.objects.get().hits == 1


def test_an_empty_bucket_says_how_long_to_wait_and_fills_again() -> None:
    now = clock.now()
    assert [sharing.admit("apollo", 2, 0.5, now) for _ in range(3)] == [0, 0, 2.0]
    assert sharing.admit("apollo", 2, 0.5, now + timedelta(seconds=2)) == 0
