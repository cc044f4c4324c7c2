"""Saved views: one's own or the team's, in order, one of them first; and the list they describe."""

import pytest
from django.http import QueryDict

from campaigns.models import User
from campaigns.services import paging
from leads.models import LeadScore, SavedView
from leads.services.grouped import display, listing, saved
from leads.views import state
from tests.factories import EnrollmentFactory, LeadFactory, ProspectFactory, RuleFactory, SegmentFactory

pytestmark = pytest.mark.django_db


def test_a_view_is_private_until_it_is_shared(rep: User, other_rep: User, stranger: User) -> None:
    view = saved.save("Hot", "f=score:gte:70", [], rep)
    assert list(saved.visible_to(other_rep)) == []
    saved.share(view, rep, is_shared=True)
    assert (list(saved.visible_to(other_rep)), list(saved.visible_to(stranger))) == ([view], [])
    assert list(saved.own(other_rep)) == []


def test_a_name_is_used_once(rep: User) -> None:
    saved.save("Hot", "", [], rep)
    with pytest.raises(saved.ViewRefused, match="called «Hot» already"):
        saved.save(" Hot ", "", [], rep)
    with pytest.raises(saved.ViewRefused, match="a name"):
        saved.save("", "", [], rep)


def test_views_move_and_the_first_one_opens_the_list(rep: User, other_rep: User) -> None:
    one, two, three = (saved.save(name, "", [], rep) for name in ("One", "Two", "Three"))
    saved.move(three, rep, earlier=True)
    assert [view.name for view in saved.visible_to(rep)] == ["One", "Three", "Two"]
    saved.open_with(two, rep)
    assert saved.default_of(rep) == two
    assert saved.default_of(other_rep) is None
    saved.open_with(None, rep)
    assert saved.default_of(rep) is None
    with pytest.raises(saved.ViewRefused, match="own copy"):
        saved.open_with(one, other_rep)


def test_a_view_shows_its_filters_order_and_columns(rep: User) -> None:
    view = saved.save("Hot", "f=score%3Agte%3A70&sort=-touch", ["score", "email"], rep)
    now = state.read(QueryDict(f"v={view.pk}"), rep)
    assert (now.criteria, now.order) == (
        {"all": [{"field": "score", "op": "gte", "value": 70}]}, "-last_contacted_at",
    )  # fmt: skip
    assert ([column.key for column in display.chosen(now.columns)], now.is_edited) == (
        ["score", "email"],
        False,
    )
    assert state.read(QueryDict(f"v={view.pk}&sort=name"), rep).is_edited
    other = state.read(QueryDict(now.url([])[1:]), rep)
    assert (other.leaves, other.view, other.is_edited) == ([], view, True)


def test_what_is_kept_comes_back_the_same(rep: User) -> None:
    nested = {
        "any": [{"field": "score", "op": "gte", "value": 70}, {"not": {"field": "tags", "op": "is_set"}}]
    }
    segment = SegmentFactory(criteria=nested, owner=rep)
    now = state.read(QueryDict(f"view={segment.pk}&f=city:eq:Austin&sort=added"), rep)
    view = saved.save("Nested", now.kept(), [], rep)
    again = state.read(QueryDict(f"v={view.pk}"), rep)
    assert (again.criteria, again.order) == (now.criteria, "id")
    assert again.nested == nested


def test_the_list_opens_with_the_first_view_unless_all_is_asked_for(rep: User) -> None:
    view = saved.save("Hot", "f=score:gte:70", [], rep)
    saved.open_with(view, rep)
    assert state.read(QueryDict(""), rep).view == SavedView.objects.get()
    assert state.read(QueryDict("v=0"), rep).view is None


def test_a_lead_knows_its_neighbours_in_the_list(rep: User) -> None:
    card = RuleFactory(kind="scoring")
    leads = LeadFactory.create_batch(5, owner=rep, team=rep.team)
    for lead, value in zip(leads, (50, 90, 90, 10), strict=False):
        LeadScore.objects.create(lead=lead, card=card, value=value)
    a, b, c, d, unscored = (lead.pk for lead in leads)
    order = [c, b, a, d, unscored]
    rows = listing.rows(state.read(QueryDict("v=0"), rep).leads(rep))
    for place, pk in enumerate(order):
        before = order[place - 1] if place else None
        after = order[place + 1] if place + 1 < len(order) else None
        assert listing.neighbours(rows, "-score__value", rows.get(pk=pk)) == (before, after)
        assert listing.position(rows, "-score__value", rows.get(pk=pk)) == (place + 1, 5)
    hot = rows.filter(score__value__gte=90)
    assert listing.position(hot, "-score__value", rows.get(pk=d)) is None


def test_a_place_far_down_a_long_list_is_not_counted_out(rep: User, monkeypatch: pytest.MonkeyPatch) -> None:
    leads = LeadFactory.create_batch(4, owner=rep, team=rep.team)
    monkeypatch.setattr(paging, "MANY", 2)
    rows = listing.rows(state.read(QueryDict("v=0"), rep).leads(rep))
    places = [listing.position(rows, "id", rows.get(pk=lead.pk)) for lead in leads]
    assert places == [(1, 4), (2, 4), None, None]


def test_who_finished_a_sequence_is_not_shown_in_one(rep: User) -> None:
    lead = LeadFactory(owner=rep, lifecycle="working")
    prospect = ProspectFactory(lead=lead, stage="contacted")
    enrollment = EnrollmentFactory(prospect=prospect, lead=lead, status="active")
    assert listing.lines([lead])[0].stage == "In sequence"
    enrollment.status = "finished"
    enrollment.save()
    line = listing.lines([lead])[0]
    assert (line.stage, line.sequence) == ("Contacted", None)
    enrollment.status = "paused"
    enrollment.save()
    assert listing.lines([lead])[0].stage == "Paused"
