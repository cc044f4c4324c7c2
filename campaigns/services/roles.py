"""Who may do what: one Django group per role, with the model permissions its people need and no more.

The table below is the whole policy; ``seed_roles`` writes it into the groups after each migration, and
``keep_in_step`` puts a person into the group of their role. Which *rows* a person sees is not decided
here but by ``visible_to`` of each QuerySet.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from campaigns.models import User
from campaigns.models.user import Role

APPS = ("campaigns", "leads", "outreach", "conversations", "analytics")
KITS = ("account", "django_celery_beat")  # apps of others whose pages admins use too
READ, ADD, EDIT = ("view",), ("view", "add"), ("view", "add", "change")
ALL = ("view", "add", "change", "delete")

Grants = Mapping[str, Mapping[str, Iterable[str]]]
#: role → app → model → verbs. Admins are not listed: they may do everything but change the ledger's past.
TABLE: Mapping[str, Grants] = {
    Role.MANAGER: {
        "campaigns": {
            "campaign": (*ALL, "run"), "pipelinerun": EDIT, "stagerun": READ, "price": READ,
            "languagemodel": READ, "cost": READ, "hold": READ, "revenue": ADD, "auditentry": READ,
            "modelversion": ("view", "change"),
            "user": READ, "team": READ,
        },
        "leads": {
            "customfield": EDIT,
            "lead": ALL, "company": EDIT, "prospect": EDIT, "deal": EDIT, "task": EDIT, "note": EDIT,
            "segment": ALL, "importjob": EDIT, "rowproblem": READ, "rule": EDIT, "override": ADD,
            "providerstate": READ, "providerorder": READ,
            "leadscore": READ, "suppression": ADD, "consent": ADD, "activity": ADD, "researchreport": ADD,
            "webform": EDIT, "submission": ("view", "change"), "matchcandidate": EDIT, "merge": EDIT,
        },
        "outreach": {
            "sequence": ALL, "sequenceversion": EDIT, "step": ALL, "variant": EDIT, "message": EDIT,
            "enrollment": EDIT, "sender": READ, "event": READ, "tally": READ, "routingdecision": ADD,
        },
        "conversations": {"conversation": EDIT, "turn": ADD},
        "analytics": {"recommendation": ("view", "change")},
    },
    Role.REP: {
        "campaigns": {"campaign": READ, "pipelinerun": READ, "stagerun": READ, "cost": READ},
        "leads": {
            "customfield": READ,
            "lead": EDIT, "company": EDIT, "prospect": READ, "deal": EDIT, "task": EDIT, "note": EDIT,
            "segment": EDIT, "importjob": EDIT, "rowproblem": READ, "rule": READ, "leadscore": READ,
            "suppression": ADD, "consent": ADD, "activity": ADD, "webform": READ, "submission": READ,
            "researchreport": ADD, "matchcandidate": EDIT, "merge": EDIT,
        },
        "outreach": {
            "sequence": READ, "sequenceversion": READ, "step": READ, "variant": READ, "message": EDIT,
            "enrollment": READ, "event": READ,
        },
        "conversations": {"conversation": EDIT, "turn": ADD},
    },
    Role.AGENT: {
        "leads": {
            "customfield": READ, "lead": READ, "company": READ, "deal": READ, "task": EDIT, "note": EDIT,
            "leadscore": READ, "suppression": ADD, "consent": ADD, "activity": READ, "researchreport": READ,
        },
        "outreach": {"message": ADD, "event": READ},
        "conversations": {"conversation": EDIT, "turn": ADD},
    },
    Role.ANALYST: {
        "campaigns": dict.fromkeys(
            ("campaign", "cost", "revenue", "price", "languagemodel", "modelversion", "pipelinerun",
             "stagerun"), READ
        ),
        "leads": dict.fromkeys(
            ("lead", "company", "customfield", "prospect", "deal", "segment", "rule", "override", "leadscore",
             "suppression", "consent", "activity", "importjob", "webform", "submission",
             "researchreport"), READ
        ),
        "outreach": dict.fromkeys(
            ("sequence", "sequenceversion", "step", "variant", "message", "enrollment", "event", "tally",
             "routingdecision"), READ
        ),
        "conversations": {"conversation": READ, "turn": READ},
        "analytics": {"recommendation": READ},
    },
    Role.PARTNER: {
        "campaigns": {"campaign": ("view", "run"), "pipelinerun": EDIT, "stagerun": READ, "revenue": ADD},
        "leads": {
            "customfield": READ,
            "lead": EDIT, "company": READ, "prospect": READ, "segment": READ, "importjob": EDIT,
            "rowproblem": READ, "leadscore": READ, "suppression": ADD, "consent": ADD, "activity": ADD,
            "researchreport": ADD,
        },
        "outreach": {"message": EDIT, "variant": READ, "event": ADD},
        "conversations": {"conversation": EDIT, "turn": ADD},
        "analytics": {"recommendation": READ},
    },
}  # fmt: skip


def seed_roles(app_labels: Iterable[str] = (*APPS, *KITS)) -> None:
    """Make the six groups and give each exactly its permissions in these apps."""
    for label in app_labels:
        create_permissions(apps.get_app_config(label), verbosity=0)
        known = {p.codename: p for p in Permission.objects.filter(content_type__app_label=label)}
        for role in Role.values:
            group, _ = Group.objects.get_or_create(name=role)
            wanted = [known[name] for name in _codenames(role, label, known) if name in known]
            has = group.permissions.filter(content_type__app_label=label)
            group.permissions.remove(*has.exclude(pk__in=[p.pk for p in wanted]))
            group.permissions.add(*wanted)


def keep_in_step(user: User) -> None:
    """Put ``user`` into the group of their role, and let only admins into the settings pages."""
    group, _ = Group.objects.get_or_create(name=user.role)
    if list(user.groups.all()) != [group]:
        user.groups.set([group])
    is_staff = user.is_superuser or user.role == Role.ADMIN
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        User.objects.filter(pk=user.pk).update(is_staff=is_staff)


def budget_limit(user: User) -> Decimal | None:
    """Return the largest budget this person may give a campaign; ``None`` when there is no limit."""
    if user.is_superuser or user.role == Role.ADMIN:
        return None
    return Decimal(settings.MANAGER_BUDGET_LIMIT)


def after_migrate(sender: Any, **_: object) -> None:
    """Write the table again whenever an app of ours was migrated (a ``post_migrate`` receiver)."""
    if sender.label in (*APPS, *KITS):
        seed_roles([sender.label])


def after_save(instance: User, update_fields: Iterable[str] | None = None, **_: object) -> None:
    """Follow a role change at once (a ``post_save`` receiver of users)."""
    if update_fields is None or {"role", "is_superuser"} & set(update_fields):
        keep_in_step(instance)


def _codenames(role: str, label: str, known: Mapping[str, Permission]) -> list[str]:
    if role == Role.ADMIN:
        return list(known)
    grants = TABLE.get(role, {}).get(label, {})
    return [f"{verb}_{model}" for model, verbs in grants.items() for verb in verbs]
