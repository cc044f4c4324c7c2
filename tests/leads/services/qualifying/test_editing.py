"""Edits of a tree: each keeps it sound, and a broken one is refused in words."""

from typing import Any

import pytest

from leads.services import trees
from leads.services.qualifying import editing
from leads.services.qualifying.editing import EditRefused
from leads.services.trees import DEFAULT_TREE

BIG = {"field": "employees", "op": "gte", "value": 5}
SMALL: dict[str, Any] = {
    "node": "a", "rule": BIG,
    "yes": {"node": "b", "rule": {"field": "has_email", "op": "is", "value": True},
            "yes": {"decision": "qualified", "reason": "fits"},
            "no": {"decision": "review", "reason": "Look"}},
    "no": {"decision": "rejected", "reason": "Too small"},
}  # fmt: skip


def names(tree: dict[str, Any]) -> list[str]:
    return [f"{place}:{node.get('node', node.get('decision'))}" for place, node in editing.walk(tree)]


def test_a_question_goes_in_before_what_stands_there() -> None:
    made = editing.insert(SMALL, "yn", "owner", {"field": "has_owner", "op": "is", "value": True}, below="no")
    assert editing.at(made, "yn")["node"] == "owner"
    assert editing.at(made, "ynn") == {"decision": "review", "reason": "Look"}
    assert editing.at(made, "yny")["decision"] == "rejected"
    assert trees.validate(made) == []


def test_a_duplicate_gets_a_name_of_its_own() -> None:
    assert names(editing.duplicate(SMALL, "y"))[1:3] == ["y:b 2", "yy:b"]


def test_a_question_is_removed_with_one_of_its_branches() -> None:
    assert names(editing.remove(SMALL, "", keep="yes"))[0] == ":b"
    assert editing.remove(SMALL, "", keep="no") == {"decision": "rejected", "reason": "Too small"}


def test_questions_change_places_and_the_endings_stay() -> None:
    made = editing.earlier(SMALL, "y")
    assert names(made) == [":b", "y:a", "yy:qualified", "yn:review", "n:rejected"]
    assert editing.later(made, "") == SMALL


def test_yes_and_no_are_swapped() -> None:
    assert names(editing.swap_answers(SMALL, "y"))[2:4] == ["yy:review", "yn:qualified"]


def test_an_edit_never_touches_the_tree_it_began_from() -> None:
    before = repr(DEFAULT_TREE)
    editing.end(DEFAULT_TREE, "y", "review", "Look")
    editing.duplicate(DEFAULT_TREE, "yyn")
    assert repr(DEFAULT_TREE) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda: editing.at(SMALL, "yyyy"),
        lambda: editing.at(SMALL, "x"),
        lambda: editing.earlier(SMALL, ""),
        lambda: editing.later(SMALL, "y"),
        lambda: editing.remove(SMALL, "n"),
        lambda: editing.end(SMALL, "n", "rejected", "  "),
        lambda: editing.end(SMALL, "n", "maybe", "why"),
        lambda: editing.change(SMALL, "", "a", {"field": "no_such_field", "op": "is", "value": 1}),
        lambda: editing.change(SMALL, "", "a", {"field": "employees", "op": "gte", "value": "many"}),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(edit: Any) -> None:
    with pytest.raises(EditRefused):
        edit()


def test_a_tree_cannot_grow_deeper_than_its_path_can_tell() -> None:
    tree: dict[str, Any] = SMALL
    for number in range(10):
        tree = editing.insert(tree, "", f"q{number}", BIG)
    with pytest.raises(EditRefused, match="deep"):
        editing.insert(tree, "", "one more", BIG)


def test_a_name_carries_no_sign_that_separates_steps() -> None:
    assert editing.at(editing.change(SMALL, "", "size: big/small?", BIG), "")["node"] == "size big small?"


def test_conditions_of_a_question_come_apart_and_together_again() -> None:
    for match in ("all", "any"):
        rule = {match: [BIG, {"field": "has_owner", "op": "is", "value": True}]}
        assert editing.joined(*editing.conditions(rule)) == rule  # type: ignore[misc]
    assert editing.conditions({"not": BIG}) is None
