"""Which version of each rule is in force, and how a new version comes into force."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns.models import User
from campaigns.services import audit
from leads.models import Rule, RuleKind
from leads.services import dimensions, trees


class BadBody(ValueError):
    """A card or tree that cannot be published; ``problems`` says why."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


DEFAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    RuleKind.SCORING: ("Default points card", dimensions.DEFAULT_CARD),
    RuleKind.QUALIFICATION: ("Default qualification", trees.DEFAULT_TREE),
}
CHECKS = {RuleKind.SCORING: dimensions.validate, RuleKind.QUALIFICATION: trees.validate}


def active(kind: str) -> Rule:
    """Return the rule of a kind that is in force; the default one comes into force when there is none."""
    return Rule.objects.filter(kind=kind, is_active=True).first() or _seed(kind)


def seed_rules() -> None:
    """Make sure that a scoring card and a qualification tree are in force."""
    for kind in DEFAULTS:
        active(kind)


def problems(kind: str, body: Any) -> list[str]:
    """Return what is wrong with a body before it is published."""
    return CHECKS[RuleKind(kind)](body)


def publish(kind: str, name: str, body: dict[str, Any], by: User | None) -> Rule:
    """Put a new version in force; older versions stay as they were."""
    if found := problems(kind, body):
        raise BadBody(found)
    with transaction.atomic():
        rules = Rule.objects.filter(kind=kind)
        last = rules.aggregate(last=Max("version"))["last"] or 0
        rules.filter(is_active=True).update(is_active=False)
        rule = Rule.objects.create(
            kind=kind, name=name, body=body, version=last + 1, is_active=True, created_by=by
        )
        audit.record(by, "published", rule)
    return rule


def activate(rule: Rule, by: User | None) -> Rule:
    """Put a version that stands in the book in force again."""
    with transaction.atomic():
        Rule.objects.filter(kind=rule.kind, is_active=True).update(is_active=False)
        Rule.objects.filter(pk=rule.pk).update(is_active=True)
        audit.record(by, "activated", rule)
    rule.is_active = True
    return rule


def _seed(kind: str) -> Rule:
    name, body = DEFAULTS[kind]
    facts = {"name": name, "body": body, "is_active": True}
    rule, _ = Rule.objects.get_or_create(kind=kind, version=1, defaults=facts)
    if not rule.is_active:
        Rule.objects.filter(pk=rule.pk).update(is_active=True)
        rule.is_active = True
    return rule
