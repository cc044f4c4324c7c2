"""The acts on many leads as a list to read: what each is called, who may, how it is done and taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaigns.models import User
from leads.services.grouped import columns, deleting, effects
from leads.services.grouped.batches import Batch

Act = Callable[[Batch, dict[str, Any]], int]


@dataclass(frozen=True)
class Verb:
    """One act. ``asks`` says in words what it will do, ``said`` what it did; both hold {people} and {what}.

    ``entry`` is the kind and the words of the timeline entry of each changed lead, if there is one.
    """

    key: str
    label: str
    asks: str
    said: str
    apply: Act | None
    restore: Act | None = None
    permission: str = "leads.change_lead"
    undo_permission: str = ""
    entry: tuple[str, str] = ("", "")

    def may(self, actor: User) -> bool:
        """Whether a person's role allows it."""
        return bool(actor.has_perm(self.permission))

    def may_undo(self, actor: User) -> bool:
        """Whether a person's role allows taking it back."""
        return bool(actor.has_perm(self.undo_permission or self.permission))


_ALL = (
    Verb("tag", "Tag", "Tag {people} «{what}»", "{people} tagged «{what}»", columns.tag,
         columns.take_tag_back),
    Verb("untag", "Remove a tag", "Take the tag «{what}» from {people}", "Tag «{what}» taken from {people}",
         columns.untag, columns.give_tag_back),
    Verb("assign", "Assign", "Hand {people} to {what}", "{people} handed to {what}", columns.assign,
         columns.give_back, entry=("assigned", "{actor} gave this person to {what}")),
    Verb("lifecycle", "Set lifecycle", "Set {people} to {what}", "{people} set to {what}", columns.put,
         columns.put_back, entry=("changed", "{actor} set this person to {what}")),
    Verb("set", "Set a field", "Set {what} for {people}", "{what} set for {people}", columns.put,
         columns.put_back),
    Verb("campaign", "Add to campaign", "Add {people} to {what}", "{people} added to {what}", effects.enroll,
         effects.withdraw, permission="leads.add_prospect",
         entry=("enrolled", "{actor} added this person to {what}")),
    Verb("suppress", "Stop writing", "See to it that nobody writes to {people} any more",
         "Nobody writes to {people} any more", effects.suppress, effects.lift,
         permission="leads.add_suppression", undo_permission="leads.change_suppression"),
    Verb("rescore", "Score again", "Score {people} again", "{people} scored again", effects.rescore),
    Verb("research", "Research", "Research {people}", "Research asked for about {people}", effects.research),
    Verb("export", "Export", "Export {people}", "{people} exported", None),
    Verb("delete", "Delete", "Delete {people} for good", "{people} deleted", deleting.delete,
         permission="leads.delete_lead"),
)  # fmt: skip
#: every act by its key, in the order in which a menu offers them
VERBS = {verb.key: verb for verb in _ALL}


def offered(actor: User) -> list[Verb]:
    """Return the acts a person's role allows."""
    return [verb for verb in _ALL if verb.may(actor)]


def people(number: int) -> str:
    """Return «one lead» or «48,210 leads»."""
    return "one lead" if number == 1 else f"{number:,} leads"
