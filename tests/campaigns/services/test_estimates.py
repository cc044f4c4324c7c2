"""An estimate is the price list times the plan."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns import clock
from campaigns.models import Price
from campaigns.services import estimates

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prices() -> None:
    estimates.seed_prices()


def test_fifty_prospects_cost_exactly_five_dollars_forty_two() -> None:
    assert estimates.estimate(50).total == Decimal("5.42")


def test_the_range_lies_around_the_estimate() -> None:
    found = estimates.estimate(50)
    assert found.low < found.total < found.high


def test_a_new_price_counts_from_its_day_on() -> None:
    tomorrow = clock.now() + timedelta(days=1)
    Price.objects.create(provider="email", operation="send", amount=1, effective_from=tomorrow)
    assert estimates.estimate(50).total == Decimal("5.42")
    assert estimates.estimate(50, now=tomorrow).total == Decimal("55.37")


def test_seeding_twice_changes_nothing() -> None:
    Price.objects.filter(operation="send").update(amount=2)
    estimates.seed_prices()
    assert Price.objects.count() == len(estimates.DEFAULT_PRICES)
    assert Price.objects.get(operation="send").amount == 2
