"""Undo: every row comes back, what changed since stays, and the last merge goes first."""

import pytest

from campaigns.models import User
from leads.models import (
    Lead,
    MatchCandidate,
)
from leads.services import contactability, rulebook
from leads.services.identity import merging, undoing
from leads.services.identity.undoing import UndoRefused
from tests.factories import (
    LeadFactory,
)
from tests.leads.services.identity.worlds import all_rows, pair_with_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def card() -> None:
    rulebook.active("scoring")


@pytest.mark.parametrize("seed", range(12))
def test_an_undone_merge_leaves_every_row_of_every_table_as_it_was(seed: int, manager: User) -> None:
    kept, gone = pair_with_everything(seed)
    before = all_rows()

    done = merging.merge(kept, gone, by=manager)
    assert all_rows() != before
    assert undoing.undo(done, manager) == 0

    after = all_rows()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_what_was_changed_since_is_left_by_the_undo(manager: User) -> None:
    kept, gone = LeadFactory(city="", title=""), LeadFactory(city="Austin", title="Chef")
    done = merging.merge(kept, gone)
    Lead.objects.filter(pk=kept.pk).update(city="Boston")

    assert undoing.undo(done, manager) == 1

    kept.refresh_from_db()
    assert (kept.city, kept.title) == ("Boston", "")


def test_what_was_refused_while_they_were_one_counts_for_both(manager: User) -> None:
    kept, gone = LeadFactory(), LeadFactory()
    done = merging.merge(kept, gone)
    contactability.suppress_lead(kept, "unsubscribed")

    undoing.undo(done, manager)

    assert set(contactability.may_contact([kept.pk, gone.pk], "email")) == {kept.pk, gone.pk}


def test_merges_of_one_person_are_undone_from_the_last_one(manager: User) -> None:
    kept, one, two = LeadFactory(), LeadFactory(), LeadFactory()
    first, second = merging.merge(kept, one), merging.merge(kept, two)

    with pytest.raises(UndoRefused, match="later"):
        undoing.undo(first, manager)
    undoing.undo(second, manager)
    undoing.undo(first, manager)
    with pytest.raises(UndoRefused, match="already"):
        undoing.undo(first, manager)


def test_a_chain_of_merges_ends_at_one_person(manager: User) -> None:
    one, two, three = LeadFactory(), LeadFactory(), LeadFactory()
    merging.merge(two, three)
    done = merging.merge(one, two)

    assert set(Lead.objects.filter(merged_into=one)) == {two, three}
    undoing.undo(done, manager)
    assert Lead.objects.get(pk=three.pk).merged_into == two


def test_an_undo_says_that_they_are_two_people(manager: User) -> None:
    kept, gone = LeadFactory(), LeadFactory()

    undoing.undo(merging.merge(kept, gone), manager)

    assert MatchCandidate.objects.get(left=kept, right=gone).status == "distinct"
