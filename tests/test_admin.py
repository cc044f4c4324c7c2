"""The settings pages: every one opens, and none lets the past be changed."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from campaigns.admin.base import ReadingAdmin
from campaigns.models import AccessToken, AuditEntry, Campaign, PipelineRun, User
from campaigns.services import pipeline, tokens
from tests import factories

pytestmark = pytest.mark.django_db
REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
MODELS = [pytest.param(model, site, id=model._meta.label) for model, site in REGISTERED]


@pytest.fixture
def desk(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize(("model", "site"), MODELS)
def test_every_list_and_every_form_opens(model: Any, site: Any) -> None:
    desk, request = Client(), RequestFactory().get("/")
    request.user = factories.UserFactory(role="admin", is_superuser=True)
    desk.force_login(request.user)
    assert desk.get(address(model, "changelist")).status_code == 200
    search = desk.get(address(model, "changelist"), {"q": "1"} if site.search_fields else {})
    assert search.status_code == 200
    may_add = site.has_add_permission(request)
    assert desk.get(address(model, "add")).status_code == (200 if may_add else 403)


FACTORIES = [getattr(factories, name) for name in dir(factories) if re.fullmatch(r"[A-Z]\w+Factory", name)]


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_every_row_opens_and_its_list_shows_it(desk: Client, factory: Any) -> None:
    row = factory()
    if type(row) not in admin.site._registry:
        pytest.fail(f"{type(row).__name__} has no settings page")
    assert desk.get(address(type(row), "change", row.pk)).status_code == 200
    assert str(row.pk) in desk.get(address(type(row), "changelist")).content.decode()


def test_every_model_of_ours_has_a_settings_page() -> None:
    from django.apps import apps

    from campaigns.services.roles import APPS

    ours = {model for label in APPS for model in apps.get_app_config(label).get_models()}
    assert ours <= set(admin.site._registry)


@pytest.mark.parametrize(
    "name",
    ["cost", "revenue", "hold", "auditentry", "activity", "event", "message", "turn", "consent", "rule"],
)
def test_the_past_cannot_be_changed_even_by_admins(name: str) -> None:
    [site] = [site for model, site in REGISTERED if model._meta.model_name == name]
    assert isinstance(site, ReadingAdmin)


def test_posting_to_a_ledger_row_changes_nothing(desk: Client) -> None:
    cost = factories.CostFactory()
    for page in ("change", "delete"):
        assert (
            desk.post(address(type(cost), page, cost.pk), {"amount": "0", "post": "yes"}).status_code == 403
        )
    cost.refresh_from_db()
    assert cost.amount == 1


@pytest.mark.parametrize("person", ["manager", "rep", "agent", "analyst", "partner"])
def test_only_admins_come_in(person: str, request: pytest.FixtureRequest) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse("admin:index")).status_code in (302, 403)


def test_campaigns_are_moved_by_the_lifecycle_only(desk: Client, settings: Any) -> None:
    settings.CAMPAIGN_HOOKS = {}
    draft, active = factories.CampaignFactory(status="draft"), factories.CampaignFactory(status="active")
    chosen = {"action": "pause", "_selected_action": [draft.pk, active.pk]}
    page = desk.post(address(Campaign, "changelist"), chosen, follow=True).content.decode()
    draft.refresh_from_db()
    active.refresh_from_db()
    assert (draft.status, active.status) == ("draft", "paused")
    assert "draft cannot be paused" in page
    assert AuditEntry.objects.get(verb="pause").object_id == active.pk


def test_a_plan_is_changed_with_an_audit_entry_and_without_its_money(desk: Client, admin: User) -> None:
    campaign = factories.CampaignFactory(budget=100)
    form = desk.get(address(Campaign, "change", campaign.pk)).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"name": "New name", "budget": "999", "status": "stopped", "channels": '["email"]'}
    data |= {
        name: form[name].value() or "{}" for name in ("agent_config", "thresholds") if name in form.fields
    }
    assert desk.post(address(Campaign, "change", campaign.pk), data).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.budget, campaign.status) == ("New name", 100, "active")
    assert AuditEntry.objects.get(verb="change").actor == admin


def test_a_run_is_cancelled(desk: Client) -> None:
    run = PipelineRun.objects.create(campaign=factories.CampaignFactory())
    desk.post(address(PipelineRun, "changelist"), {"action": "cancel", "_selected_action": [run.pk]})
    assert pipeline.alive(run.campaign) is None


def test_a_key_is_shown_once_and_never_again(desk: Client, partner: User) -> None:
    data = {"user": partner.pk, "name": "Zapier", "scopes": ["leads:read"], "days": "30"}
    page = desk.post(address(AccessToken, "add"), data, follow=True).content.decode()
    token = AccessToken.objects.get()
    [plain] = set(re.findall(r"loom_[0-9a-f]{40,}", page))
    assert tokens.find(plain) == token
    for again in (address(AccessToken, "changelist"), address(AccessToken, "change", token.pk)):
        assert plain not in desk.get(again).content.decode()


def test_keys_are_revoked_alone_or_together(desk: Client, partner: User, admin: User) -> None:
    (one, first), (two, second), (_, third) = [tokens.issue(partner, ["leads:read"]) for _ in range(3)]
    desk.post(address(AccessToken, "changelist"), {"action": "revoke", "_selected_action": [one.pk]})
    desk.post(address(AccessToken, "delete", two.pk), {"post": "yes"})
    assert [bool(tokens.find(plain)) for plain in (first, second, third)] == [False, False, True]
    assert set(AuditEntry.objects.filter(verb="revoke key").values_list("actor", flat=True)) == {admin.pk}


def test_nobody_changes_their_own_role_or_switches_themselves_off(
    desk: Client, admin: User, rep: User
) -> None:
    own = desk.get(address(User, "change", admin.pk)).context["adminform"].form
    other = desk.get(address(User, "change", rep.pk)).context["adminform"].form
    assert {"role", "is_active"}.isdisjoint(own.fields)
    assert {"role", "is_active"} <= set(other.fields)
    assert {"is_superuser", "is_staff", "groups"}.isdisjoint(other.fields)


def test_a_lead_leads_back_to_its_page(desk: Client) -> None:
    lead = factories.LeadFactory()
    page = desk.get(address(type(lead), "changelist")).content.decode()
    assert f'href="/leads/{lead.pk}/"' in page
    assert "Open in Leadloom" in page
