"""New people against those we have: merged, asked about, or left alone; told apart for good."""

import pytest
from django.test.utils import override_settings

from campaigns import clock
from campaigns.models import ModelVersion
from campaigns.services import bulk
from leads.models import Lead, MatchCandidate, MatchRun, Merge, Note, Suppression
from leads.services import contactability, intake, rulebook
from leads.services.identity import (
    blocking,
    following,
    keys,
    matching,
    merging,
    parameters,
    queue,
    undoing,
    working,
)
from tests.factories import CompanyFactory, LeadFactory, TeamFactory

pytestmark = pytest.mark.django_db
PHONE = "+447700900123"


@pytest.fixture(autouse=True)
def card() -> None:
    rulebook.active("scoring")


def jon(**facts: object) -> Lead:
    return LeadFactory(**{"first_name": "Jon", "last_name": "Smith", "email": "", "company": None, **facts})


def test_the_same_phone_and_name_is_merged_by_rule() -> None:
    old, new = jon(phone=PHONE), jon(phone=PHONE, first_name="John", title="Owner")

    figures = matching.match([new.pk])

    new.refresh_from_db(), old.refresh_from_db()
    assert (figures["merged"], new.merged_into, old.title) == (1, old, "Owner")
    done = Merge.objects.get()
    assert done.how == "rule"
    assert "same phone number" in [line["words"] for line in done.evidence]


def test_the_evidence_adds_up_exactly() -> None:
    one, other = jon(phone=PHONE, city="Austin"), jon(phone=PHONE, city="Boston", first_name="John")

    said = matching.compare(one.pk, other.pk)

    assert sum(line["weight"] for line in said.evidence) == pytest.approx(said.weight, abs=0.05)
    words = {line["words"]: line["weight"] for line in said.evidence}
    assert words["same phone number"] > 15
    assert words["first name nearly the same (jon / john)"] > 0
    assert words["other city"] < 0


def test_the_same_phone_with_another_name_is_asked() -> None:
    old, new = jon(phone=PHONE), jon(phone=PHONE, first_name="Mary")

    assert matching.match([new.pk])["merged"] == 0

    question = MatchCandidate.objects.get()
    assert (question.left, question.right, question.status) == (old, new, "open")
    assert question.probability >= 0.9


def test_a_switchboard_says_nothing() -> None:
    names = ["Ann", "Bob", "Carl", "Dora", "Emil"]
    people = [jon(phone=PHONE, first_name=name, last_name=f"L{name}") for name in names]
    new = jon(phone=PHONE, first_name="Ann", last_name="Otherwise")

    assert matching.match([new.pk, *(one.pk for one in people)])["merged"] == 0
    assert not MatchCandidate.objects.exists()


def test_a_key_that_very_many_have_is_not_even_compared() -> None:
    people = [jon(phone=PHONE, first_name=f"N{n}", last_name=f"L{n}") for n in range(4)]

    found = blocking.find([people[0].pk], most=2)

    assert (found.pairs, found.too_large) == (set(), 1)


def test_namesakes_are_not_the_same_person() -> None:
    jon(email="jon.smith@one.example"), jon(email="jon.smith@two.example")

    figures = matching.match(list(Lead.objects.values_list("pk", flat=True)))

    assert figures["merged"] == figures["asked"] == 0


def test_the_same_name_title_and_company_is_at_least_asked() -> None:
    firm = CompanyFactory(name="Cobalt Logistics")
    jon(company=firm, title="Finance Director", phone=PHONE)
    new = jon(company=firm, title="Finance Director", last_name="Smiht")

    matching.match([new.pk])

    assert MatchCandidate.objects.filter(status="open").exists() or Merge.objects.exists()


def test_who_wrote_the_last_name_first_is_found() -> None:
    firm = CompanyFactory(name="Cobalt Logistics")
    jon(company=firm, title="Finance Director")
    new = jon(company=firm, title="Finance Director", first_name="Smith", last_name="Jon")

    assert matching.match([new.pk])["compared"] == 1


def test_two_people_are_never_asked_about_again(manager: object) -> None:
    old, new = jon(phone=PHONE), jon(phone=PHONE)
    undoing.remember_distinct(old.pk, new.pk, None)

    figures = matching.match([new.pk, old.pk])

    assert (figures["merged"], figures["asked"]) == (0, 0)
    assert MatchCandidate.objects.get().status == "distinct"


def test_a_second_address_links(manager: object) -> None:
    old = jon(email="jon@one.example")
    keys.remember(old.pk, "email", "jon@home.example", "chat")
    new = jon(email="jon@home.example")

    matching.match([new.pk])

    new.refresh_from_db()
    assert new.merged_into == old


def test_a_rule_takes_no_lead_out_of_a_teams_sight() -> None:
    old, new = jon(phone=PHONE, team=TeamFactory()), jon(phone=PHONE, team=TeamFactory())

    assert matching.match([new.pk])["merged"] == 0
    assert MatchCandidate.objects.get(left=old, right=new).status == "open"


@override_settings(IDENTITY_MERGES=False)
def test_a_house_may_want_to_be_asked_always() -> None:
    jon(phone=PHONE)

    assert matching.match([jon(phone=PHONE).pk])["merged"] == 0
    assert MatchCandidate.objects.filter(status="open").count() == 1


def test_a_question_that_newer_facts_answer_is_dropped() -> None:
    old, new = jon(phone=PHONE), jon(phone=PHONE, first_name="Mary")
    matching.match([new.pk])
    Lead.objects.filter(pk=new.pk).update(phone="+447700900999")

    matching.match([new.pk])

    assert MatchCandidate.objects.get(left=old).status == "gone"


def test_a_group_of_records_becomes_one_person() -> None:
    first = jon(phone=PHONE, email="a@one.example")
    rest = [jon(phone=PHONE), jon(phone=PHONE)]

    matching.match([one.pk for one in rest])

    assert set(Lead.objects.filter(merged_into=first)) == set(rest)


def test_whoever_comes_in_is_compared_by_the_next_drain() -> None:
    old = jon(phone=PHONE, email="jon@one.example")
    draft = {"first_name": "Jon", "last_name": "Smith", "phone": PHONE, "email": "jon@two.example",
             "email_key": "jon@two.example"}  # fmt: skip
    made = intake.store([draft], intake.Entrance("import", clock.now()))[0]
    assert MatchRun.objects.get().lead_ids == [made.lead_id]

    assert working.drain(clock.now()) == 1

    assert Lead.objects.get(pk=made.lead_id).merged_into == old
    run = MatchRun.objects.order_by("id")[0]
    assert (run.status, run.figures["merged"]) == ("done", 1)


def test_a_merged_persons_second_address_meets_them_at_the_door() -> None:
    kept, gone = jon(email="jon@one.example"), jon(email="jon@two.example")
    merging.merge(kept, gone, choices={"email": "gone"})
    draft = {"email": "jon@one.example", "email_key": "jon@one.example", "city": "Austin"}

    met = intake.store([draft], intake.Entrance("import", clock.now()))[0]

    assert (met.lead_id, met.verdict) == (kept.pk, "updated")


def test_a_batch_that_cannot_be_compared_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    lead, now = jon(), clock.now()
    queue.ask([lead.pk])
    monkeypatch.setattr(matching, "match", lambda ids: 1 / 0)
    for minute in range(4):
        working.drain(now + minute * working.LEASE)
    run = MatchRun.objects.get()
    assert (run.status, "ZeroDivisionError" in run.error) == ("failed", True)


def test_nobody_writes_to_a_merged_record() -> None:
    kept, gone = LeadFactory(), LeadFactory()
    Suppression.objects.all().delete()
    merging.merge(kept, gone)

    assert "merged" in contactability.may_contact([gone.pk], "email")[gone.pk]


def test_what_came_in_the_moment_of_the_merge_follows_and_comes_back() -> None:
    kept, gone = LeadFactory(), LeadFactory()
    done = merging.merge(kept, gone)
    late = Note.objects.create(lead=gone, body="Late")

    assert following.sweep(clock.now()) == 0
    assert following.sweep(clock.now() + 2 * following.WAIT) == 1

    late.refresh_from_db()
    assert late.lead == kept
    undoing.undo(Merge.objects.get(pk=done.pk), None)
    late.refresh_from_db()
    assert late.lead == gone


def test_a_learned_model_is_used_once_it_is_champion() -> None:
    assert parameters.current()[1] == "shipped"
    params = parameters.write(parameters.shipped(1000))
    ModelVersion.objects.create(
        kind="identity", version=3, algorithm="fellegi_sunter", params=params, status="champion"
    )

    model, name = parameters.current()

    assert name == "v3"
    assert model.weights == parameters.shipped(1000).weights


def test_one_new_lead_costs_the_same_few_statements_among_many(django_assert_max_num_queries: object) -> None:
    bulk.copy_rows(
        Lead, ("first_name", "last_name", "phone"), [("A", f"B{n}", f"+4477009{n:05}") for n in range(300)]
    )
    new = jon(phone=PHONE, email="jon@x.example")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        matching.match([new.pk])
