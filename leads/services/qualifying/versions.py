"""The versions of the tree: drafts that wait, what differs between two, an older one in force again."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns.models import User
from campaigns.services import audit
from leads.models import Rule, RuleKind
from leads.services import rulebook, trees
from leads.services.qualifying import editing
from leads.services.rules import language as rules
from leads.services.trees import Tree

KIND = RuleKind.QUALIFICATION


@dataclass(frozen=True)
class Difference:
    """One thing that changed between two trees, in words."""

    kind: str
    text: str
    before: str = ""


def draft(name: str, body: Tree, by: User | None) -> Rule:
    """Keep a version that is not in force yet; raise ``rulebook.BadBody`` when it cannot be."""
    if found := rulebook.problems(KIND, body):
        raise rulebook.BadBody(found)
    with transaction.atomic():
        versions = Rule.objects.select_for_update().filter(kind=KIND)
        last = versions.aggregate(last=Max("version"))["last"] or 0
        made = Rule.objects.create(kind=KIND, name=name[:80], body=body, version=last + 1, created_by=by)
        audit.record(by, "drafted", made)
    return made


def activate(rule: Rule, by: User | None, reason: str = "") -> Rule:
    """Put a version in force, an older one too; what was decided stays until it is decided again."""
    if found := rulebook.problems(rule.kind, rule.body):
        raise rulebook.BadBody(found)
    with transaction.atomic():
        versions = Rule.objects.filter(kind=rule.kind)
        before = versions.filter(is_active=True).first()
        versions.filter(is_active=True).exclude(pk=rule.pk).update(is_active=False)
        if versions.filter(pk=rule.pk, is_active=False).update(is_active=True):
            was = {"version": before.version} if before else {}
            audit.record(by, "activated", rule, reason=reason, before=was, after={"version": rule.version})
    rule.refresh_from_db()
    return rule


def differences(old: Tree, new: Tree) -> list[Difference]:
    """Return what differs between two trees: questions by their name, endings by the way that leads there."""
    before, after = _questions(old), _questions(new)
    found = [Difference("added", f"{name}: {asked}") for name, asked in after.items() if name not in before]
    found += [
        Difference("removed", f"{name}: {asked}") for name, asked in before.items() if name not in after
    ]
    found += [
        Difference("changed", f"{name}: {after[name]}", before[name])
        for name in after
        if name in before and before[name] != after[name]
    ]
    return [*found, *_endings(old, new), *_order(list(before), list(after))]


def history(rule: Rule) -> Any:
    """Return what was done to a version, newest first."""
    return audit.history(rule)


def _questions(tree: Tree) -> dict[str, str]:
    return {node["node"]: rules.sentence(node["rule"]) for _, node in editing.walk(tree) if "rule" in node}


def _endings(old: Tree, new: Tree) -> list[Difference]:
    before, after = ({way.path: _said(way) for way in trees.endings(tree)} for tree in (old, new))
    return [
        Difference("ending", f"{_way(path)}: {after[path]}", before[path])
        for path in after
        if path in before and before[path] != after[path]
    ]


def _order(before: list[str], after: list[str]) -> list[Difference]:
    kept = [name for name in before if name in after]
    now = [name for name in after if name in before]
    return (
        [Difference("order", f"Asked in this order: {', '.join(now)}", ", ".join(kept))]
        if kept != now
        else []
    )


def _said(way: trees.Ending) -> str:
    return f"{way.decision}, {trees.say(way.reason)}"


def _way(path: str) -> str:
    return path.replace("/", ", ").replace(":", " ") or "At once"
