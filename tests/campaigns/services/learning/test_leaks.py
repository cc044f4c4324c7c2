"""The guard refuses what knows the outcome, and what nobody should be judged by, in words."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.services.learning import leaks
from campaigns.services.learning.table import Feature, Table

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def table(**columns: list[object]) -> Table:
    dice = random.Random(3)
    labels = [dice.random() < 0.4 for _ in range(300)]
    features = tuple(Feature(f"custom.{key}", key, "fit", "text") for key in columns)
    own = {f"custom.{key}": values for key, values in columns.items()}
    return Table(features, own, labels, [NOW] * 300)


def labels() -> list[bool]:
    return table().labels


def why(made: Table, key: str, trusted: tuple[str, ...] = ()) -> str:
    return next(one.why for one in leaks.look(made, trusted) if one.key == f"custom.{key}")


def test_a_field_that_tells_the_outcome_alone_is_refused() -> None:
    made = table(tags=["will buy" if good else "lost" for good in labels()])
    assert why(made, "tags").startswith("Refused: alone it tells 100%")
    assert why(made, "tags", ("custom.tags",)) != ""


def test_a_field_filled_more_often_for_winners_is_refused_unless_vouched_for() -> None:
    dice = random.Random(4)
    made = table(quality=[dice.choice("ab") if good or dice.random() < 0.6 else "" for good in labels()])
    assert "more often after a good end" in why(made, "quality")
    assert why(made, "quality", ("custom.quality",)) == ""


def test_a_field_changed_after_the_scoring_is_refused() -> None:
    dice = random.Random(5)
    made = table(city=[dice.choice(["Oslo", "Rome"]) for _ in range(300)])
    assert why(made, "city") == ""
    made.stamps["custom.city"] = [NOW + timedelta(days=1)] * 12 + [NOW - timedelta(days=1)] * 288
    assert why(made, "city") == "Refused: in 4% of the rows it was changed after the moment of scoring."


@pytest.mark.parametrize("key", ["gender", "Age", "birth_date", "home_address", "last_name", "SeniorCitizen"])
def test_what_somebody_is_is_left_out(key: str) -> None:
    assert leaks.is_personal(f"custom.{key}") or leaks.is_personal(key)


@pytest.mark.parametrize("key", ["package", "average_order", "usage", "company_size", "sexton_group_id_x"])
def test_innocent_words_stay(key: str) -> None:
    assert not leaks.is_personal(f"custom.{key}")
