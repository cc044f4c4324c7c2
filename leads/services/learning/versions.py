"""Ties the cards in force to the versions of the model: a card made by hand is a version too."""

from django.db import transaction

from campaigns.models import ModelVersion, User
from campaigns.services.learning import registry
from leads.models import Rule, RuleKind
from leads.services import rulebook
from leads.services.learning.snapshots import KIND

BY_HAND, EDITED = "points by hand", "points card, edited"
NAME = "Learned points card"


def of(rule: Rule) -> int:
    """Return the id of the version that a card in force stands for; it becomes the champion if it is not."""
    if rule.model_version_id is None:
        _adopt(rule, None)
    assert rule.model_version_id is not None  # noqa: S101 adopted just now
    return rule.model_version_id


def adopt(rule: Rule, by: User | None) -> ModelVersion:
    """Make a card that was just put in force by a person the champion."""
    if rule.model_version is None:
        return _adopt(rule, by)
    if rule.model_version.status != ModelVersion.Status.CHAMPION:
        registry.crown(rule.model_version, by, f"{rule} was put in force")
    return rule.model_version


def put_in_force(rule: Rule, by: User | None) -> Rule:
    """Put an earlier card in force again; the version it stands for becomes the champion."""
    with transaction.atomic():
        rulebook.activate(rule, by)
        adopt(rule, by)
    return rule


def promote(version: ModelVersion, by: User | None) -> Rule:
    """Put a version that passed its gates (or served before) in force; all of it or nothing happens."""
    with transaction.atomic():
        version = ModelVersion.objects.select_for_update().get(pk=version.pk)
        registry.may_serve(version)
        rule = Rule.objects.filter(model_version=version).order_by("-version").first()
        if rule is None:
            rule = rulebook.publish(RuleKind.SCORING, NAME, version.params, by)
            Rule.objects.filter(pk=rule.pk).update(model_version=version)
        else:
            rulebook.activate(rule, by)
        registry.crown(version, by, "passed its gates")
    rule.refresh_from_db()
    return rule


def _adopt(rule: Rule, by: User | None) -> ModelVersion:
    algorithm = EDITED if rule.body.get("link") == "logit" else BY_HAND
    with transaction.atomic():
        version = registry.register(KIND, algorithm, by or rule.created_by, note=str(rule)[:250])
        Rule.objects.filter(pk=rule.pk).update(model_version=version)
        rule.model_version = version
        return registry.crown(version, by, f"{rule} was put in force")
