"""Pages by key: no gap and no double, forwards and backwards, with and without values."""

import pytest

from campaigns.models import Campaign
from campaigns.services import paging
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db


def walk(order: str, size: int = 3) -> list[list[int]]:
    """Return the ids of every page from the first to the last."""
    pages = [paging.page(Campaign.objects.all(), order=order, size=size)]
    while pages[-1].after:
        pages.append(paging.page(Campaign.objects.all(), order=order, after=pages[-1].after, size=size))
    return [[row.pk for row in page] for page in pages]


def walk_back(order: str, size: int = 3) -> list[list[int]]:
    """Return the ids of every page from the last to the first."""
    page = paging.page(Campaign.objects.all(), order=order, size=size)
    while page.after:
        page = paging.page(Campaign.objects.all(), order=order, after=page.after, size=size)
    pages = [page]
    while pages[-1].before:
        pages.append(paging.page(Campaign.objects.all(), order=order, before=pages[-1].before, size=size))
    return [[row.pk for row in page] for page in pages]


@pytest.mark.parametrize("order", ["-id", "id", "-goal_target", "goal_target", "name", "-created_at"])
def test_every_row_is_on_exactly_one_page(order: str) -> None:
    for number in range(10):
        CampaignFactory(goal_target=number // 3 if number % 2 else None, name=f"C{number % 4}")
    seen = [pk for page in walk(order) for pk in page]
    assert (len(seen), len(set(seen))) == (10, 10)


@pytest.mark.parametrize("order", ["-id", "-goal_target", "goal_target"])
def test_going_back_shows_the_same_rows(order: str) -> None:
    for number in range(8):
        CampaignFactory(goal_target=number // 2 if number < 5 else None)
    forwards = [pk for page in walk(order) for pk in page]
    backwards = [pk for page in walk_back(order) for pk in reversed(page)]
    assert backwards == list(reversed(forwards))


def test_rows_without_a_value_come_last_in_both_directions() -> None:
    without, low, high = (CampaignFactory(goal_target=value).pk for value in (None, 1, 2))
    assert walk("goal_target") == [[low, high, without]]
    assert walk("-goal_target") == [[high, low, without]]


@pytest.mark.parametrize("cursor", ["abc", "=abc~7", "~x", "=~", "=1~"])
def test_a_cursor_nobody_gave_starts_at_the_top(cursor: str) -> None:
    CampaignFactory(goal_target=1)
    assert len(paging.page(Campaign.objects.all(), order="-goal_target", after=cursor)) == 1


def test_a_count_gives_up_above_its_bound() -> None:
    CampaignFactory.create_batch(4)
    assert paging.count(Campaign.objects.all(), at_most=3) == 4
    assert (paging.say_count(4, at_most=3), paging.say_count(1204)) == ("3+", "1,204")
