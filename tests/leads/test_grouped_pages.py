"""Pages of segments, snapshots, saved views and acts on many."""

import pytest

from campaigns.models import User
from leads.models import BulkAction, Lead, SavedView, Segment, Snapshot
from leads.services.grouped import asking, running
from tests.factories import LeadFactory, SegmentFactory
from tests.pages import queries, signed_in, text, url

pytestmark = pytest.mark.django_db
AUSTIN = {"g-0": "all", "c-0.0-field": "city", "c-0.0-op": "eq", "c-0.0-value": "Austin"}
NESTED = AUSTIN | {
    "g-0.1": "none", "c-0.1.0-field": "opens", "c-0.1.0-scope": "30", "c-0.1.0-op": "gte",
    "c-0.1.0-value": "1",
}  # fmt: skip


def test_a_nested_segment_is_saved_and_shown_again(manager: User) -> None:
    client = signed_in(manager)
    client.post(url("leads:new_segment"), NESTED | {"name": "Cold in Austin", "is_shared": "on"})
    made = Segment.objects.get()
    assert made.criteria == {"all": [
        {"field": "city", "op": "eq", "value": "Austin"},
        {"not": {"any": [{"field": "opens@30", "op": "gte", "value": 1}]}},
    ]}  # fmt: skip
    assert (made.owner, made.team) == (manager, manager.team)
    page = text(client.get(url("leads:segment", made.pk)))
    assert 'value="none" selected' in page
    assert 'value="30" selected' in page
    assert "not (e-mails opened in the last 30 days is at least 1)" in text(client.get(url("leads:segments")))


def test_a_wrong_value_is_named_at_its_line_and_nothing_is_lost(manager: User) -> None:
    wrong = NESTED | {"name": "X", "c-0.1.0-value": "many"}
    answer = signed_in(manager).post(url("leads:new_segment"), wrong)
    page = text(answer)
    assert (answer.status_code, Segment.objects.count()) == (422, 0)
    assert 'aria-describedby="err-0.1.0"' in page
    assert 'value="many"' in page


def test_a_press_on_a_button_redraws_the_conditions_without_saving(manager: User) -> None:
    page = text(signed_in(manager).post(url("leads:build_segment"), AUSTIN | {"act": "group:0"}))
    assert "c-0.1.0-field" in page
    assert not Segment.objects.exists()
    plain = text(signed_in(manager).post(url("leads:new_segment"), AUSTIN | {"act": "row:0", "name": "X"}))
    assert "c-0.1-field" in plain
    assert not Segment.objects.exists()


def test_the_count_comes_with_its_sentence_and_can_be_stopped(manager: User) -> None:
    LeadFactory(team=manager.team, city="Austin", first_name="Ottilie")
    client = signed_in(manager)
    first = text(client.post(url("leads:count_segment"), AUSTIN | {"page": "p"}))
    assert "City is «Austin»." in first
    ticket = first.partition('name="ticket" value="')[2].partition('"')[0]
    exact = text(client.post(url("leads:exact_segment"), AUSTIN | {"page": "p", "ticket": ticket}))
    assert 'data-count="1"' in exact
    assert "Ottilie" in exact
    client.post(url("leads:stop_count"), {"page": "p"})
    assert "Stopped" in text(
        client.post(url("leads:exact_segment"), AUSTIN | {"page": "p", "ticket": ticket})
    )


def test_why_asks_for_a_person_and_explains(manager: User) -> None:
    lead = LeadFactory(team=manager.team, first_name="Ottilie", city="Boston")
    foreign = LeadFactory(first_name="Ottokar")
    client = signed_in(manager)
    offered = text(client.post(url("leads:why_segment"), AUSTIN | {"why": "Ott"}))
    assert ("Ottilie" in offered, "Ottokar" in offered) == (True, False)
    why = text(client.post(url("leads:why_segment"), AUSTIN | {"why_lead": lead.pk}))
    assert ("City is «Austin»" in why, "<small>Boston</small>" in why, "fails" in why) == (True, True, True)
    assert client.post(url("leads:why_segment"), AUSTIN | {"why_lead": foreign.pk}).status_code == 404


def test_a_snapshot_is_taken_and_looked_at(manager: User, stranger: User) -> None:
    LeadFactory(team=manager.team, city="Austin")
    segment = SegmentFactory(
        owner=manager, team=manager.team, criteria={"field": "city", "op": "eq", "value": "Austin"}
    )
    client = signed_in(manager)
    page = text(client.post(url("leads:take_snapshot", segment.pk), follow=True))
    made = Snapshot.objects.get()
    assert (made.count, "1 still in it" in page) == (1, True)
    assert "Nobody joined since" in text(client.get(url("leads:snapshot", made.pk) + "?show=joined"))
    assert signed_in(stranger).get(url("leads:snapshot", made.pk)).status_code == 404


def test_shared_segments_stay_in_their_team(rep: User, other_rep: User, stranger: User) -> None:
    made = SegmentFactory(owner=rep, team=rep.team, is_shared=True)
    assert signed_in(other_rep).get(url("leads:segment", made.pk)).status_code == 200
    assert signed_in(stranger).get(url("leads:segment", made.pk)).status_code == 404


def test_a_view_is_saved_from_the_list_and_changed(rep: User, other_rep: User) -> None:
    client = signed_in(rep)
    client.post(
        url("leads:save_view") + "?f=city:eq:Austin&cols=score,email", {"name": "Austin", "is_shared": "1"}
    )
    view = SavedView.objects.get()
    assert (view.query, view.columns, view.is_shared) == ("f=city%3Aeq%3AAustin", ["score", "email"], True)
    assert "Austin" in text(signed_in(other_rep).get(url("leads:tabs")))
    client.post(url("leads:save_view") + f"?v={view.pk}&edited=1&f=city:eq:Boston", {"update": "1"})
    view.refresh_from_db()
    assert view.query == "f=city%3Aeq%3ABoston"
    for act in ("rename", "first", "unshare"):
        client.post(url("leads:change_view", view.pk), {"act": act, "name": "Boston"})
    view.refresh_from_db()
    assert (view.name, view.position, view.is_shared) == ("Boston", 0, False)
    assert signed_in(other_rep).post(url("leads:change_view", view.pk), {"act": "delete"}).status_code == 404
    client.post(url("leads:change_view", view.pk), {"act": "delete"})
    assert not SavedView.objects.exists()


def test_own_columns_show_masked_addresses_to_analysts(analyst: User, rep: User) -> None:
    LeadFactory(owner=rep, email="ottilie@secret.example")
    page = text(signed_in(analyst).get(url("leads:index") + "?cols=email,added"))
    assert ("ottilie@secret" in page, "o•••@•••.example" in page) == (False, True)


def test_many_go_to_the_workers_and_a_page_watches_them(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.views.many.AT_ONCE", 2)
    LeadFactory.create_batch(3, team=manager.team)
    client = signed_in(manager)
    page = text(
        client.post(url("leads:bulk"), {"action": "tag", "tag": "vip", "all": "1", "sure": "1"}, follow=True)
    )
    action = BulkAction.objects.get()
    assert ("0 of 3" in page, action.status) == (True, "queued")
    running.run_now(action)
    page = text(client.get(url("leads:bulk_action", action.pk)))
    assert "3 leads tagged «vip»" in page
    client.post(url("leads:undo_action", action.pk))
    running.run_now(BulkAction.objects.get())
    assert "3 leads taken back" in text(client.get(url("leads:bulk_action", action.pk)))
    assert {tuple(lead.tags) for lead in Lead.objects.all()} == {()}


def test_a_stopped_act_says_how_far_it_came(manager: User) -> None:
    LeadFactory(team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, asking.Chosen(), manager)
    client = signed_in(manager)
    assert "Stopped after" in text(client.post(url("leads:cancel_bulk", action.pk), follow=True))
    assert "over already" in text(client.post(url("leads:cancel_bulk", action.pk), follow=True))


def test_acts_of_another_team_are_not_found(manager: User, stranger: User) -> None:
    LeadFactory(team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, asking.Chosen(), manager)
    client = signed_in(stranger)
    assert client.get(url("leads:bulk_action", action.pk)).status_code == 404
    assert client.post(url("leads:undo_action", action.pk)).status_code == 404


def test_a_rep_adds_nobody_to_a_campaign(rep: User) -> None:
    lead = LeadFactory(owner=rep, team=rep.team)
    assert signed_in(rep).post(url("leads:bulk"), {"action": "campaign", "ids": [lead.pk]}).status_code == 403


@pytest.mark.parametrize("name", ["leads:views", "leads:bulk_actions"])
def test_lists_need_few_statements(name: str, manager: User) -> None:
    assert queries(manager, url(name)) <= 7


def test_a_lead_says_which_of_the_list_it_is(rep: User) -> None:
    first, second, _other = (
        LeadFactory(owner=rep, team=rep.team, city=city) for city in ("Bonn", "Bonn", "Ulm")
    )
    client = signed_in(rep)
    client.get(url("leads:index") + "?f=city:eq:Bonn")
    said = {text(client.get(url("leads:step", lead.pk))).split("</span>")[0][-6:] for lead in (first, second)}
    assert said == {"1 of 2", "2 of 2"}
    assert " of 2" not in text(client.get(url("leads:step", _other.pk)))


def test_an_agent_is_offered_no_door_that_is_closed(agent: User) -> None:
    client = signed_in(agent)
    assert "/leads/import/" not in text(client.get(url("leads:companies")))
    assert 'href="/campaigns/"' not in text(client.get(url("conversations:inbox")))
    assert 'href="/rules/"' not in text(client.get(url("leads:index")))
