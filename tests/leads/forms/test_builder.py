"""The segment builder: any rule comes back as it went in, and what is wrong is said at its line."""

import random
from typing import Any

import pytest
from django.http import QueryDict

from campaigns.models import User
from leads.forms import builder
from leads.forms.builder import Group, Row
from leads.services.rules import language as rules
from tests.factories import CampaignFactory
from tests.leads.services.test_rules_parity import random_leaf

pytestmark = pytest.mark.django_db


def posted(group: Group) -> QueryDict:
    """Return a group as a browser sends it."""
    data = QueryDict(mutable=True)
    data[f"g-{group.path}"] = group.join
    for part in group.parts:
        if isinstance(part, Group):
            data.update(posted(part))
            continue
        name = f"c-{part.path}"
        data[f"{name}-field"], data[f"{name}-op"], data[f"{name}-scope"] = part.field, part.op, part.scope
        data.setlist(f"{name}-value", part.values)
    return data


def random_rule(chance: random.Random, campaign: int, depth: int = 1) -> dict[str, Any]:
    parts = [
        random_rule(chance, campaign, depth + 1)
        if depth < 5 and chance.random() < 0.3
        else random_leaf(chance, campaign)
        for _ in range(chance.randint(1, 3))
    ]
    word = chance.choice(["all", "any"])
    return {"not": {word: parts}} if chance.random() < 0.3 else {word: parts}


def test_any_rule_survives_the_form(admin: User) -> None:
    chance, campaign = random.Random(3), CampaignFactory().pk
    for _ in range(150):
        tree = random_rule(chance, campaign)
        # of a fact without a definition a form cannot know whether «5» is a number: it asks for the text
        if rules.validate(tree) or any(key.startswith("custom.") for key in rules.fields_in(tree)):
            continue
        again, problems = builder.to_tree(builder.read(posted(builder.from_tree(tree))))
        assert problems == []
        assert rules.sentence(again) == rules.sentence(tree)


def test_lines_and_groups_are_added_and_taken_away() -> None:
    group = builder.change(Group(), "row:0")
    group = builder.change(group, "group:0")
    group = builder.change(group, "row:0.1")
    assert [part.path for part in group.parts] == ["0.0", "0.1"]
    inner = group.parts[1]
    assert isinstance(inner, Group)
    assert [part.path for part in inner.parts] == ["0.1.0", "0.1.1"]
    group = builder.change(group, "drop:0.0")
    assert [part.path for part in group.parts] == ["0.0"]
    assert builder.change(group, "drop:0.0").parts == []
    assert builder.change(group, "nonsense:9.9") is group


def test_groups_nest_five_deep_and_no_deeper() -> None:
    group, path = Group(), "0"
    for _ in range(6):
        group = builder.change(group, f"group:{path}")
        path += ".0" if path == "0" else ".1"
    deepest, depth = group, 1
    while inner := next((part for part in deepest.parts if isinstance(part, Group)), None):
        deepest, depth = inner, depth + 1
    assert depth == builder.DEPTH


def test_what_is_wrong_stands_at_its_line() -> None:
    data = QueryDict(
        "g-0=all&c-0.0-field=score&c-0.0-op=gte&c-0.0-value=high"
        "&c-0.1-field=city&c-0.1-op=eq&c-0.1-value=Austin&c-0.2-field="
    )
    group = builder.read(data)
    _, problems = builder.to_tree(group)
    rows = [part for part in group.parts if isinstance(part, Row)]
    assert [bool(row.error) for row in rows] == [True, False, False]
    assert problems == ["«score» needs a number."]


def test_nothing_asked_is_said() -> None:
    assert builder.to_tree(builder.read(QueryDict("g-0=all"))) == ({}, ["Add at least one condition."])
