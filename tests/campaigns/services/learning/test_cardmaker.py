"""Trained cards: what they hold, that they are honest, and what a hand-made card adds while data are few."""

import json
import random

import pytest

from campaigns.services.learning import bins, cardmaker, metrics
from campaigns.services.learning.cardmaker import Card, Prior
from campaigns.services.learning.table import Feature, Table

INDUSTRY = Feature("industry", "Industry", "fit", "text")
PAGES = Feature("pages_per_visit", "Pages", "intent", "number")
PHONE = Feature("has_phone", "Phone", "quality", "flag")
ODDS = {"dental": 2.0, "legal": 0.0, "software": -2.0, "": -1.0}


def world(count: int, seed: int) -> Table:
    dice = random.Random(seed)
    columns: dict[str, list[object]] = {"industry": [], "pages_per_visit": [], "has_phone": []}
    labels = []
    for _ in range(count):
        industry, pages = dice.choice(list(ODDS)), dice.choice([None, *(n / 2 for n in range(12))])
        columns["industry"].append(industry.title())
        columns["pages_per_visit"].append(pages)
        columns["has_phone"].append(dice.random() < 0.5)
        odds = ODDS[industry] + (1.5 if (pages or 0) > 3 else -0.8)
        labels.append(dice.random() < 1 / (1 + 2.718281828**-odds))
    return Table((INDUSTRY, PAGES, PHONE), columns, labels)


def chances(card: Card, learned: Table, table: Table) -> list[float]:
    """Return a card's chances by hand, from the cuts it was made of."""
    cuts = {one.key: bins.cut(one, learned.columns[one.key]) for one in learned.features}
    found = []
    for row in table.rows():
        total = card["base"]
        for dimension in card["dimensions"]:
            cut = cuts[dimension["key"]]
            assert cut is not None
            total += dimension["bins"][cut.place(row[dimension["key"]])]["points"]
        found.append(1 / (1 + 2.718281828 ** -(card["unit"] * total + card["offset"])))
    return found


def test_a_card_is_plain_json_with_whole_points_and_words() -> None:
    card = cardmaker.train(world(600, 1))
    assert json.loads(json.dumps(card)) == card
    parts = [one for dimension in card["dimensions"] for one in dimension["bins"]]
    assert all(isinstance(one["points"], int) and one["text"] for one in parts)
    assert isinstance(card["base"], int)
    assert abs(card["offset"]) <= card["unit"] / 2
    assert "Industry: dental" in [one["text"] for one in parts]
    assert "Industry: not known" in [one["text"] for one in parts]


def test_it_orders_people_nearly_as_well_as_can_be_and_keeps_its_word() -> None:
    learned, later = world(3000, 1), world(4000, 2)
    found = chances(cardmaker.train(learned), learned, later)
    assert metrics.auc(later.labels, found) > 0.83
    assert metrics.ece(later.labels, found) < 0.03


def test_a_fact_that_tells_nothing_gets_no_points() -> None:
    card = cardmaker.train(world(3000, 1))
    phone = [one for one in card["dimensions"] if one["key"] == "has_phone"]
    assert all(abs(part["points"]) <= 1 for one in phone for part in one["bins"])


def test_a_rising_rate_is_followed_by_the_start() -> None:
    old, new = world(1000, 1), world(1000, 2)
    columns = {key: old.columns[key] + new.columns[key] for key in old.columns}
    dice = random.Random(1)
    labels = old.labels + [label or dice.random() < 0.5 for label in new.labels]
    table = Table(old.features, columns, labels)
    said = chances(cardmaker.train(table), table, new)
    assert sum(said) / 1000 > sum(table.labels) / 2000 + 0.05


def test_the_card_made_by_hand_carries_few_labels() -> None:
    by_hand = {"key": "industry", "group": "fit", "label": "Industry", "bins": [
        {"when": {"field": "industry", "op": "eq", "value": "dental"}, "points": 20, "text": "Dental"},
        {"when": {"field": "industry", "op": "eq", "value": "software"}, "points": -20, "text": "Software"},
    ]}  # fmt: skip
    few = world(60, 5)
    where = {"Dental": 0, "Software": 1}
    prior = Prior([by_hand], [[where.get(str(one), -1) for one in few.columns["industry"]]])
    card = cardmaker.train(few, prior)
    blended = next(one for one in card["dimensions"] if one["key"] == "rule.industry")
    points = [part["points"] for part in blended["bins"]]
    assert points[0] > 0 > points[1]
    assert blended["label"] == "Industry (house rule)"


def test_a_misleading_card_made_by_hand_is_left_out() -> None:
    upside_down = {"key": "industry", "group": "fit", "label": "Industry", "bins": [
        {"when": {"field": "industry", "op": "eq", "value": "dental"}, "points": -20, "text": "Dental"},
    ]}  # fmt: skip
    few = world(200, 5)
    prior = Prior([upside_down], [[0 if one == "Dental" else -1 for one in few.columns["industry"]]])
    card = cardmaker.train(few, prior)
    assert all(not one["key"].startswith("rule.") for one in card["dimensions"])


@pytest.mark.parametrize("values", [[None] * 100, ["x"] * 100, list(range(3)) + [None] * 97])
def test_a_fact_without_differences_has_no_bins(values: list[object]) -> None:
    kind = "text" if "x" in values else "number"
    assert bins.cut(Feature("f", "F", "fit", kind), values) is None  # type: ignore[arg-type]


def test_words_that_a_field_cannot_hold_fall_among_the_rest() -> None:
    feature = Feature("seniority", "Seniority", "authority", "text", ("founder", "manager"))
    cut = bins.cut(feature, ["Founder"] * 30 + ["manager"] * 30 + ["boss"] * 30)
    assert cut is not None
    assert cut.levels == ("founder", "manager")
    assert cut.place("boss") == cut.size - 1
