"""Pages of the judgement: who sees what, what a click does, and that a guess leaves no trace."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from campaigns.models import ModelVersion, User
from campaigns.services.learning import queue
from leads.models import Activity, Lead, LeadScore, Rule
from leads.services import rulebook, scoring
from leads.services.learning import versions
from tests.factories import LeadFactory, ModelVersionFactory
from tests.leads.services.learning.worlds import LATER, outcomes_known
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def lead(rep: User) -> Lead:
    made: Lead = LeadFactory(owner=rep, team=rep.team, seniority="", website_seconds=500)
    scoring.score_leads([made.pk])
    return made


@pytest.fixture
def trained(db: None) -> ModelVersion:
    outcomes_known(300, START)
    order = queue.order("lead_score", None)
    queue.drain(START + LATER)
    order.refresh_from_db()
    return order


def test_without_outcomes_the_page_says_what_is_missing(manager: User) -> None:
    page = text(signed_in(manager).get(url("leads:learned")))
    assert "0 of 50 labels" in page
    assert "points by hand" in page


def test_a_trained_version_is_shown_promoted_and_taken_back_by_clicks(
    manager: User, trained: ModelVersion
) -> None:
    client = signed_in(manager)
    page = text(client.get(url("leads:learned")))
    for said in ("Does it keep its word?", "Which minimum score?", "Leak guard", "learned from"):
        assert said in page
    client.post(url("leads:promote", trained.pk))
    assert rulebook.active("scoring").model_version == trained
    assert "This card was learned from outcomes" in text(client.get(url("leads:scoring")))
    client.post(url("leads:unpromote"))
    assert rulebook.active("scoring").body.get("link") is None
    trained.refresh_from_db()
    assert trained.status == "retired"


def test_a_version_that_failed_its_gates_is_refused_in_words(manager: User) -> None:
    version = ModelVersion.objects.create(
        kind="lead_score", algorithm="points card", status="refused", note="AUC too low"
    )
    answer = signed_in(manager).post(url("leads:promote", version.pk), follow=True)
    assert "may not serve: AUC too low" in text(answer)
    assert ModelVersion.objects.get(pk=version.pk).status == "refused"


def test_a_rep_looks_but_neither_trains_nor_promotes(rep: User, trained: ModelVersion) -> None:
    client, count = signed_in(rep), ModelVersion.objects.count()
    assert client.get(url("leads:learned")).status_code == 200
    acts = [url("leads:train"), url("leads:unpromote"), url("leads:promote", trained.pk)]
    assert {client.post(act).status_code for act in acts} == {403}
    assert ModelVersion.objects.count() == count


def test_train_now_places_an_order_that_the_drain_fills(manager: User) -> None:
    signed_in(manager).post(url("leads:train"))
    order = ModelVersion.objects.get(status="draft")
    assert order.created_by == manager
    signed_in(manager).post(url("leads:train"))
    assert ModelVersion.objects.filter(status="draft").count() == 1


def test_a_guess_says_the_score_and_the_answers_and_stores_nothing(rep: User, lead: Lead) -> None:
    before = (LeadScore.objects.get(lead=lead).value, lead.version)
    answer = signed_in(rep).get(url("leads:what_if", lead.pk), {"f.seniority": "founder"})
    guess = answer.context["guess"]
    assert (guess.before, guess.delta) == (before[0], 9)
    assert (9, "Decides alone") in guess.changes
    lead.refresh_from_db()
    assert (LeadScore.objects.get(lead=lead).value, lead.version, lead.seniority) == (*before, "")


def test_a_guess_that_cannot_be_read_is_told(rep: User, lead: Lead) -> None:
    answer = signed_in(rep).get(url("leads:what_if", lead.pk), {"f.website_seconds": "long"})
    assert answer.status_code == 422
    assert "needs a number" in text(answer)


def test_a_foreign_lead_is_not_found(stranger: User, lead: Lead) -> None:
    client = signed_in(stranger)
    found = {client.get(url(f"leads:{name}", lead.pk)).status_code for name in ("what_if", "score_change")}
    assert found == {404}


def test_a_changed_score_says_why_on_its_page_and_in_the_timeline(rep: User, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(lifecycle="replied")
    scoring.score_leads([lead.pk])
    assert scoring.difference(lead) == [(15, "Answered us")]
    assert "Answered us" in text(signed_in(rep).get(url("leads:score_change", lead.pk)))
    line = Activity.objects.get(lead=lead, kind="scored")
    assert line.summary.endswith("(+15)")
    Lead.objects.filter(pk=lead.pk).update(seniority="manager")
    scoring.score_leads([lead.pk])
    assert Activity.objects.filter(lead=lead, kind="scored").count() == 1


def test_another_card_is_no_event_in_anybodys_timeline(lead: Lead) -> None:
    body = rulebook.active("scoring").body
    rulebook.publish("scoring", "Generous", {**body, "base": 60}, None)
    scoring.score_leads([lead.pk])
    assert Activity.objects.filter(kind="scored").count() == 0
    ((points, sentence),) = scoring.difference(lead)
    assert (points, sentence) == (27, "Judged by another card now: Generous v2")


def test_the_head_of_the_score_is_the_sum_below_it_even_when_facts_have_moved(rep: User, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(seniority="founder")
    judgement = signed_in(rep).get(url("leads:score_change", lead.pk)).context["judgement"]
    assert judgement.value == judgement.start + judgement.plus + judgement.minus
    assert (judgement.is_stale, judgement.would_be) == (True, judgement.value + 9)


def test_changed_points_are_tried_before_they_are_published(manager: User, lead: Lead) -> None:
    client, rule = signed_in(manager), rulebook.active("scoring")
    form = client.get(url("leads:scoring")).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"base": 90}
    answer = client.post(url("leads:scoring"), data | {"try": "1"})
    assert answer.context["spread"].raised == 1
    assert Rule.objects.filter(kind="scoring").count() == 1
    client.post(url("leads:scoring"), data)
    made = rulebook.active("scoring")
    assert (made.body["base"], made.model_version.status) == (90, "champion")
    lines = client.get(url("leads:edition", rule.pk)).context["lines"]
    assert [(line.before, line.after) for line in lines] == [(33, 90)]
    client.post(url("leads:activate", rule.pk))
    assert rulebook.active("scoring") == rule
    assert ModelVersion.objects.get(status="champion").rules.get() == rule


def test_a_learned_card_may_be_edited_and_stays_on_its_curve(manager: User, trained: ModelVersion) -> None:
    versions.promote(trained, manager)
    client: Client = signed_in(manager)
    form = client.get(url("leads:scoring")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data["base"] = int(data["base"]) - 1
    client.post(url("leads:scoring"), data)
    made = rulebook.active("scoring")
    assert (made.body["link"], made.model_version.algorithm) == ("logit", versions.EDITED)


def test_the_page_of_versions_needs_a_fixed_number_of_statements(manager: User) -> None:
    ModelVersionFactory(created_by=manager)
    first = queries(manager, url("leads:learned"))
    for number in range(8):
        ModelVersionFactory(created_by=manager, version=9000 + number)
    assert queries(manager, url("leads:learned")) == first == committed("leads:learned")
