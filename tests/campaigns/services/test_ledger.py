"""Money is held before, settled after, and never overspent."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns import clock
from campaigns.models import Campaign, Cost, Hold
from campaigns.services import estimates, ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return Campaign.objects.create(name="Austin dental", budget=Decimal("1.00"))


def charge(amount: str, reference: str = "call:1") -> ledger.Charge:
    return ledger.Charge("apollo", "search", Decimal(1), Decimal(amount), reference)


def test_a_hold_takes_money_out_of_what_remains(campaign: Campaign) -> None:
    ledger.hold(campaign.pk, Decimal("0.40"), "search", clock.now())
    campaign.refresh_from_db()
    assert (campaign.held, campaign.remaining) == (Decimal("0.40"), Decimal("0.60"))


def test_a_hold_beyond_the_budget_says_how_much_is_missing(campaign: Campaign) -> None:
    with pytest.raises(ledger.BudgetExceeded, match=r"short by \$0\.25"):
        ledger.hold(campaign.pk, Decimal("1.25"), "search", clock.now())
    assert not Hold.objects.exists()


def test_the_last_cent_can_be_held(campaign: Campaign) -> None:
    for _ in range(10):
        ledger.hold(campaign.pk, Decimal("0.10"), "search", clock.now())
    with pytest.raises(ledger.BudgetExceeded):
        ledger.hold(campaign.pk, Decimal("0.000001"), "search", clock.now())


def test_settling_books_what_was_billed_and_frees_the_rest(campaign: Campaign) -> None:
    held = ledger.hold(campaign.pk, Decimal("0.40"), "search", clock.now())
    assert ledger.settle(held, [charge("0.30")], clock.now()) == Decimal("0.30")
    campaign.refresh_from_db()
    assert (campaign.spent, campaign.held) == (Decimal("0.30"), Decimal(0))


def test_the_same_charge_is_booked_once(campaign: Campaign) -> None:
    for _ in range(2):
        ledger.settle(
            ledger.hold(campaign.pk, Decimal("0.3"), "x", clock.now()), [charge("0.3")], clock.now()
        )
    campaign.refresh_from_db()
    assert (Cost.objects.count(), campaign.spent, campaign.held) == (1, Decimal("0.3"), Decimal(0))


def test_a_dead_workers_hold_is_freed_when_its_lease_ends(campaign: Campaign) -> None:
    ledger.hold(campaign.pk, Decimal("0.40"), "search", clock.now())
    assert ledger.release_expired(clock.now()) == 0
    assert ledger.release_expired(clock.now() + timedelta(hours=1)) == 1
    campaign.refresh_from_db()
    assert campaign.held == 0


def test_a_bill_that_comes_after_its_hold_was_freed_is_shown_as_overspent(campaign: Campaign) -> None:
    late = ledger.hold(campaign.pk, Decimal("0.60"), "search", clock.now())
    ledger.release_expired(clock.now() + timedelta(hours=1))
    ledger.hold(campaign.pk, Decimal("0.90"), "search", clock.now())
    ledger.settle(late, [charge("0.60")], clock.now())
    campaign.refresh_from_db()
    assert (campaign.spent, campaign.overspent) == (Decimal("0.60"), Decimal("0.50"))


def test_a_meter_leaves_nothing_held_when_the_call_fails(campaign: Campaign) -> None:
    estimates.seed_prices()

    def failing_call() -> None:
        with ledger.meter(campaign, "outscraper", "maps_search") as meter:
            meter.hold(100)
            raise RuntimeError("the provider is down")

    with pytest.raises(RuntimeError):
        failing_call()
    campaign.refresh_from_db()
    assert campaign.held == 0


def test_a_meter_books_units_at_the_price_of_the_list(campaign: Campaign) -> None:
    estimates.seed_prices()
    with ledger.meter(campaign, "outscraper", "maps_search") as meter:
        meter.hold(100)
        meter.settle(80, reference="page:1")
    assert Cost.objects.get().amount == Decimal("0.40")


def test_return_is_unknown_without_cost(campaign: Campaign) -> None:
    ledger.earn(campaign, Decimal(100), "deal", "deal:1")
    ledger.earn(campaign, Decimal(100), "deal", "deal:1")
    assert (ledger.totals(campaign.pk).revenue, ledger.totals(campaign.pk).roi) == (Decimal(100), None)
