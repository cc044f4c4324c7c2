"""The draft of a tree that one person edits: kept in their session with the steps before, until published."""

from dataclasses import dataclass
from typing import Any

from campaigns.views.access import StaffRequest
from leads.models import Rule
from leads.services.trees import Tree

KEY, STEPS = "tree_draft", 20


@dataclass(frozen=True)
class Draft:
    """A tree as edited; ``steps`` are the trees before, ``base`` the version it began from."""

    tree: Tree
    base: int
    steps: list[Tree]

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self.steps)


def of(request: StaffRequest, rule: Rule) -> Draft | None:
    """Return this person's draft, if they have one."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    return Draft(kept["tree"], kept["base"], kept["steps"]) if kept else None


def keep(request: StaffRequest, rule: Rule, tree: Tree) -> None:
    """Keep a changed tree, with the one before for «undo»."""
    before = of(request, rule) or Draft(rule.body, rule.version, [])
    if tree != before.tree:
        _store(request, Draft(tree, before.base, [*before.steps, before.tree][-STEPS:]))


def undo(request: StaffRequest, rule: Rule) -> None:
    """Take the last change back."""
    found = of(request, rule)
    if found and found.steps:
        _store(request, Draft(found.steps[-1], found.base, found.steps[:-1]))


def discard(request: StaffRequest) -> None:
    """Forget the draft."""
    request.session.pop(KEY, None)


def _store(request: StaffRequest, draft: Draft) -> None:
    request.session[KEY] = {"tree": draft.tree, "base": draft.base, "steps": draft.steps}
