"""The pages of who is who: the queue, two records side by side, what was merged, and old numbers."""

import pytest
from django.test import Client

from campaigns.models import User
from leads.models import Lead, MatchCandidate, Merge, Note
from leads.services import rulebook
from leads.services.identity import matching, merging, review
from tests.factories import LeadFactory
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
PHONE = "+447700900123"


@pytest.fixture
def pair(rep: User) -> tuple[Lead, Lead]:
    """Two records of rep's team on one phone number, with different first names."""
    rulebook.active("scoring")
    facts = {"last_name": "Smith", "phone": PHONE, "owner": rep, "team": rep.team}
    one, other = LeadFactory(first_name="Jon", **facts), LeadFactory(first_name="Mary", email="", **facts)
    matching.match([other.pk])
    return one, other


@pytest.fixture
def question(pair: tuple[Lead, Lead]) -> MatchCandidate:
    """What the matcher asks about the pair."""
    return MatchCandidate.objects.get()


@pytest.fixture
def browser(manager: User) -> Client:
    """The manager's browser."""
    return signed_in(manager)


def test_the_queue_shows_both_records_with_the_evidence(browser: Client, question: MatchCandidate) -> None:
    page = text(browser.get(url("leads:duplicates")))

    assert "Jon Smith" in page
    assert "Mary Smith" in page
    assert "Same phone number" in page
    assert 'data-key="m"' in page
    assert 'data-key="d"' in page


def test_an_empty_queue_teaches(browser: Client) -> None:
    assert "Nobody is here twice" in text(browser.get(url("leads:duplicates")))


def test_the_answer_merge_takes_the_chosen_fields(browser: Client, question: MatchCandidate) -> None:
    answer = {"question": question.pk, "kept": question.left_id, "act": "merge", "field_first_name": "gone"}

    assert browser.post(url("leads:duplicates"), answer).status_code == 302

    question.refresh_from_db(), question.left.refresh_from_db(), question.right.refresh_from_db()
    assert question.status == "merged"
    assert question.right.merged_into == question.left
    assert question.left.first_name == "Mary"


def test_the_answer_two_people_is_remembered(browser: Client, question: MatchCandidate) -> None:
    browser.post(url("leads:duplicates"), {"question": question.pk, "act": "distinct"})

    question.refresh_from_db()
    assert (question.status, question.decided_by.username) == ("distinct", "manager")
    assert "Nobody is here twice" in text(browser.get(url("leads:duplicates")))


def test_the_second_of_two_people_who_answer_is_told(manager: User, question: MatchCandidate) -> None:
    first, second = signed_in(manager), signed_in(manager)
    answer = {"question": question.pk, "kept": question.left_id, "act": "merge"}
    first.post(url("leads:duplicates"), answer)

    assert second.post(url("leads:duplicates"), answer).status_code == 404
    assert Merge.objects.count() == 1


def test_a_lead_page_says_who_may_be_the_same(browser: Client, question: MatchCandidate) -> None:
    panel = text(browser.get(url("leads:duplicates_of", question.left_id)))

    assert "Mary Smith" in panel
    assert (
        text(browser.get(url("leads:duplicates_of", LeadFactory(team=question.left.team).pk))).strip() == ""
    )


def test_a_second_record_is_found_by_name_and_compared(browser: Client, pair: tuple[Lead, Lead]) -> None:
    one, other = pair

    assert "Mary Smith" in text(browser.get(url("leads:merge_with", one.pk), {"q": "mary"}))
    assert "Merge two records" in text(browser.get(url("leads:merge_with", one.pk), {"with": other.pk}))


def test_the_other_record_may_stay(browser: Client, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    page = text(browser.get(url("leads:merge"), {"ids": [one.pk, other.pk], "keep": other.pk}))
    assert f'name="kept" value="{other.pk}"' in page

    browser.post(url("leads:merge"), {"ids": [one.pk, other.pk], "kept": other.pk, "act": "merge"})

    assert Lead.objects.get(pk=one.pk).merged_into == other


def test_three_chosen_records_are_merged_at_once(browser: Client, pair: tuple[Lead, Lead], rep: User) -> None:
    third = LeadFactory(team=rep.team)
    ids = [pair[0].pk, pair[1].pk, third.pk]
    assert "Which record stays?" in text(browser.get(url("leads:merge"), {"ids": ids}))

    browser.post(url("leads:merge"), {"ids": ids, "kept": pair[0].pk, "act": "merge"})

    assert Lead.objects.filter(merged_into=pair[0]).count() == 2


def test_one_chosen_record_is_not_enough(browser: Client, pair: tuple[Lead, Lead]) -> None:
    assert browser.get(url("leads:merge"), {"ids": [pair[0].pk]}).status_code == 302


def test_a_merge_is_listed_and_undone(browser: Client, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    note = Note.objects.create(lead=other, body="Old")
    made = merging.merge(one, other)
    assert "Mary Smith" in text(browser.get(url("leads:merges")))

    browser.post(url("leads:undo_merge", made.pk))

    note.refresh_from_db()
    assert note.lead == other
    assert "Undone" in text(browser.get(url("leads:merges")))


def test_an_old_address_leads_to_the_survivor_with_a_notice(browser: Client, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    merging.merge(one, other)

    answer = browser.get(url("leads:lead", other.pk), follow=True)

    assert answer.redirect_chain == [(url("leads:lead", one.pk), 302)]
    assert "was merged into this one" in text(answer)


def test_reps_merge_only_what_is_theirs(rep: User, other_rep: User, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    Lead.objects.filter(pk=other.pk).update(owner=None)
    assert not review.may_merge(rep, *Lead.objects.filter(pk__in=[one.pk, other.pk]))
    body = {"ids": [one.pk, other.pk], "kept": one.pk, "act": "merge"}
    signed_in(rep).post(url("leads:merge"), body)
    assert not Merge.objects.exists()

    Lead.objects.filter(pk=other.pk).update(owner=rep)
    signed_in(rep).post(url("leads:merge"), body)
    assert Merge.objects.get().by == rep


@pytest.mark.parametrize("who", ["agent", "analyst"])
def test_others_do_not_merge(who: str, request: pytest.FixtureRequest, pair: tuple[Lead, Lead]) -> None:
    client = signed_in(request.getfixturevalue(who))
    for name in ("leads:duplicates", "leads:merge", "leads:merges"):
        assert client.get(url(name), {"ids": [pair[0].pk, pair[1].pk]}).status_code == 403


def test_a_stranger_sees_neither_question_nor_records(stranger: User, question: MatchCandidate) -> None:
    client, ids = signed_in(stranger), [question.left_id, question.right_id]

    assert "Mary" not in text(client.get(url("leads:duplicates")))
    assert client.get(url("leads:merge"), {"ids": ids}).status_code == 404
    assert client.get(url("leads:merge_with", ids[0])).status_code == 404
    assert client.get(url("leads:duplicates_of", ids[0])).status_code == 404


@pytest.mark.parametrize("name", ["leads:duplicates", "leads:merges"])
def test_a_longer_list_asks_no_more_of_the_database(name: str, manager: User, rep: User) -> None:
    rulebook.active("scoring")
    for number in range(6):
        one, other = LeadFactory(team=rep.team), LeadFactory(team=rep.team)
        if number % 2:
            merging.merge(one, other)
        else:
            MatchCandidate.objects.create(left=one, right=other, probability=0.95)

    assert queries(manager, url(name)) <= committed(name)
