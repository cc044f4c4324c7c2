from datetime import timedelta

import pytest

from campaigns import clock
from conversations.services import inbox, suggestions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.TeamFactory()


@pytest.fixture
def maya(team):
    return factories.UserFactory(team=team)


def test_groups_are_counted_in_one_query(maya, django_assert_num_queries):
    factories.ConversationFactory(assignee=maya, status="escalated")
    factories.ConversationFactory(assignee=maya, status="ended")
    factories.ConversationFactory(lead__owner=maya)
    factories.ConversationFactory()
    with django_assert_num_queries(1):
        counts = inbox.groups(maya)
    assert counts == {
        "mine": 1, "escalated": 1, "open": 1, "waiting": 0, "ended": 1, "unassigned": 1, "all": 3,
    }  # fmt: skip


def test_a_foreign_conversation_is_not_listed(maya):
    factories.ConversationFactory()
    assert inbox.listing(maya).rows == []


def test_pages_follow_each_other_without_gap_or_repeat(maya, django_assert_max_num_queries):
    moment = clock.now()
    for n in range(7):  # some share a moment: the id decides
        factories.ConversationFactory(assignee=maya, last_turn_at=moment - timedelta(minutes=n // 3))
    seen, after = [], ""
    while True:
        with django_assert_max_num_queries(2):
            page = inbox.listing(maya, "mine", after=after, size=3)
        seen += page.rows
        after = page.after
        if not after:
            break
    assert len(seen) == len({row.pk for row in seen}) == 7


def test_search_finds_people_subjects_and_words(maya):
    own = {"assignee": maya}
    found = {
        factories.ConversationFactory(lead__first_name="Zora", **own).pk,
        factories.ConversationFactory(subject="About zora", **own).pk,
        factories.ConversationFactory(last_line="Ask Zora", **own).pk,
    }
    factories.ConversationFactory(**own)
    assert {row.pk for row in inbox.listing(maya, search="zora").rows} == found


def test_a_broken_page_key_starts_at_the_top(maya):
    factories.ConversationFactory(assignee=maya)
    assert len(inbox.listing(maya, after="rubbish").rows) == 1


def test_three_answers_are_proposed_and_names_are_only_words():
    conversation = factories.ConversationFactory(lead__first_name="{company}", intent="question")
    proposed = suggestions.suggest(conversation)
    assert [s.tone for s in proposed] == ["professional", "friendly", "direct"]
    assert "{company}" in proposed[0].text
    assert conversation.lead.company.name in proposed[1].text
