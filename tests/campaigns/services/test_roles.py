"""A person's role is their group, and the group has what the table of roles says."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from campaigns.models import User
from campaigns.services import roles

pytestmark = pytest.mark.django_db


def test_each_role_has_a_group_after_migration() -> None:
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"admin", "manager", "rep", "agent", "analyst", "partner"}


def test_every_permission_the_table_names_exists() -> None:
    wanted = {
        f"{app}.{verb}_{model}"
        for role in roles.TABLE.values()
        for app, models in role.items()
        for model, verbs in models.items()
        for verb in verbs
    }
    known = Group.objects.get(name="admin").permissions.values_list("content_type__app_label", "codename")
    assert wanted <= {f"{app}.{name}" for app, name in known}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("manager", "campaigns.add_campaign", "campaigns.change_price"),
        ("manager", "campaigns.run_campaign", "campaigns.delete_cost"),
        ("rep", "campaigns.view_campaign", "campaigns.add_campaign"),
        ("rep", "leads.change_lead", "campaigns.run_campaign"),
        ("agent", "conversations.change_conversation", "campaigns.view_campaign"),
        ("analyst", "leads.view_lead", "leads.change_lead"),
        ("partner", "campaigns.run_campaign", "campaigns.view_cost"),
        ("partner", "leads.add_suppression", "leads.change_suppression"),
        ("admin", "campaigns.change_price", "campaigns.nonsense"),
    ],
)
def test_a_role_may_what_the_table_says_and_nothing_else(role: str, may: str, may_not: str) -> None:
    person = User.objects.create_user("someone", role=role)
    assert (person.has_perm(may), person.has_perm(may_not)) == (True, False)


def test_a_changed_role_acts_on_the_next_request(rep: User) -> None:
    rep.role = "admin"
    rep.save()
    found = User.objects.get(pk=rep.pk)
    assert (found.has_perm("campaigns.change_price"), found.is_staff) == (True, True)
    found.role = "analyst"
    found.save(update_fields=["role"])
    found = User.objects.get(pk=rep.pk)
    assert (found.has_perm("campaigns.change_price"), found.is_staff) == (False, False)
    assert [group.name for group in found.groups.all()] == ["analyst"]


def test_seeding_twice_changes_nothing_and_takes_back_what_was_added_by_hand(rep: User) -> None:
    group = Group.objects.get(name="rep")
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.add(*Group.objects.get(name="admin").permissions.all())
    roles.seed_roles()
    roles.seed_roles()
    assert set(group.permissions.values_list("pk", flat=True)) == before


def test_managers_have_a_limit_on_budgets_and_admins_have_none(manager: User, admin: User) -> None:
    assert (roles.budget_limit(manager), roles.budget_limit(admin)) == (Decimal(10_000), None)
