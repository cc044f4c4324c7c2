"""Two people change one row: what each touched is known, nothing is lost."""

from leads.services.known import conflicts

BASE = {"city": "Austin", "title": "CEO", "phone": "", "tags": "a", "flag": False}


def picks(mine: dict[str, object], theirs: dict[str, object]) -> dict[str, str]:
    return {one.name: one.pick for one in conflicts.differences(BASE, BASE | mine, BASE | theirs)}


def test_a_field_only_one_of_two_touched_is_chosen_already() -> None:
    assert picks({"city": "Boston"}, {"title": "CTO"}) == {"city": "mine", "title": "theirs"}


def test_a_field_both_changed_is_asked_and_the_same_change_is_no_conflict() -> None:
    assert picks({"city": "Boston", "flag": True}, {"city": "Dallas", "flag": "on"}) == {"city": ""}


def test_without_a_base_everything_that_differs_is_asked() -> None:
    found = conflicts.differences({}, {"city": "Boston"}, {"city": "Austin"})
    assert [(one.name, one.pick) for one in found] == [("city", "")]


def test_changes_of_different_fields_are_joined_and_of_the_same_are_not() -> None:
    assert conflicts.merge(BASE, BASE | {"city": "Boston"}, BASE | {"title": "CTO"}) == BASE | {
        "city": "Boston", "title": "CTO",
    }  # fmt: skip
    assert conflicts.merge(BASE, BASE | {"city": "Boston"}, BASE | {"city": "Dallas"}) is None


def test_a_choice_settles_field_by_field() -> None:
    mine, theirs = {"city": "Boston", "title": "CEO"}, {"city": "Dallas", "title": "CTO"}
    assert conflicts.settle(mine, theirs, {"title": "theirs"}) == {"city": "Boston", "title": "CTO"}


def test_empty_is_empty_however_it_is_said() -> None:
    assert all(conflicts.same("", other) for other in (None, False, [], ""))
    assert conflicts.same(["a", "b"], "a, b")
    assert not conflicts.same(0, "")
