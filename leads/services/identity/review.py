"""The review queue: which questions somebody may answer, two records side by side, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from campaigns.models import User
from campaigns.models.user import Role
from leads.models import Lead, MatchCandidate, Merge
from leads.services.identity import choosing, matching, merging, moving, undoing
from leads.services.identity.choosing import GONE, KEPT, Line
from leads.services.identity.comparing import Judgement
from leads.services.identity.merging import MergeRefused

MOST = 100
#: What is counted beside each record: the table's label → the words.
COUNTED = {
    "leads.Activity": "events", "leads.Note": "notes", "leads.Task": "tasks", "leads.Deal": "deals",
    "leads.Attachment": "files", "outreach.Message": "messages", "outreach.Enrollment": "sequences",
    "conversations.Conversation": "conversations", "leads.Prospect": "campaigns",
}  # fmt: skip


class NotYours(MergeRefused):
    """The person may see these records but not merge them."""

    code = "not_yours"
    status = 403


@dataclass(frozen=True)
class Comparison:
    """Two records side by side: the one that stays first."""

    kept: Lead
    gone: Lead
    lines: list[Line]
    judgement: Judgement
    counts: list[tuple[str, int, int]] = field(default_factory=list)
    question: MatchCandidate | None = None


def questions(actor: User) -> QuerySet[MatchCandidate]:
    """Return the open questions this person may answer, the likeliest first."""
    found = MatchCandidate.objects.visible_to(actor).open()
    if actor.role == Role.REP and not actor.is_superuser:
        found = found.filter(left__owner=actor, right__owner=actor)
    return found.select_related("left__company", "right__company").order_by("-probability", "pk")


def of_lead(lead: Lead, actor: User) -> list[tuple[MatchCandidate, Lead]]:
    """Return the open questions about one person, each with the other record."""
    mine = questions(actor).filter(Q(left=lead) | Q(right=lead))
    return [(one, one.right if one.left_id == lead.pk else one.left) for one in mine[:5]]


def may_merge(actor: User, *leads: Lead) -> bool:
    """Whether a person may merge records they see: managers and admins any, reps their own."""
    if not actor.has_perm("leads.add_merge"):
        return False
    return actor.role != Role.REP or actor.is_superuser or all(lead.owner_id == actor.pk for lead in leads)


def compare(
    one: Lead, other: Lead, question: MatchCandidate | None = None, keep: int | None = None
) -> Comparison:
    """Return two records side by side; ``keep``: the id of the one that is to stay."""
    kept = next((lead for lead in (one, other) if lead.pk == keep), None) or choosing.survivor([one, other])
    gone = other if kept.pk == one.pk else one
    lines = choosing.side_by_side(kept, gone)
    said = matching.compare(one.pk, other.pk)
    return Comparison(kept, gone, lines, said, _counts(kept.pk, gone.pk), question)


def pair_of(question: MatchCandidate) -> tuple[Lead, Lead]:
    """Return the two records of a question with all that is shown of them."""
    found = Lead.objects.select_related("company", "owner").in_bulk([question.left_id, question.right_id])
    return found[question.left_id], found[question.right_id]


def merge(
    kept: Lead, gone: Lead, actor: User, choices: Mapping[str, str] | None = None, how: str = "review"
) -> Merge:
    """Merge two records on somebody's word, with the evidence there was; refused where it is not theirs."""
    if not may_merge(actor, kept, gone):
        raise NotYours("Reps merge leads of their own; ask a manager for this one.")
    chosen = {name: side for name, side in (choices or {}).items() if side in (KEPT, GONE)}
    left, right = sorted((kept.pk, gone.pk))
    asked = MatchCandidate.objects.filter(left_id=left, right_id=right).first()
    facts = {"probability": asked.probability, "evidence": asked.evidence} if asked else {}
    return merging.merge(kept, gone, by=actor, how=how, choices=chosen, **facts)


def merge_many(kept: Lead, others: Sequence[Lead], actor: User, how: str = "bulk") -> list[Merge]:
    """Merge several records into one; all that can be are, the first that cannot stops with its reason."""
    if len(others) > MOST:
        raise MergeRefused(f"Merge at most {MOST} records at once.")
    if not may_merge(actor, kept, *others):
        raise NotYours("Reps merge leads of their own; ask a manager for these.")
    return [merge(kept, gone, actor, how=how) for gone in others]


def tell_apart(one: Lead, other: Lead, actor: User) -> MatchCandidate:
    """Remember that two records are two people; a pair that was merged meanwhile is not told apart so."""
    if not may_merge(actor, one, other):
        raise NotYours("Reps answer for leads of their own; ask a manager for this pair.")
    merged = Lead.objects.filter(pk__in=[one.pk, other.pk]).exclude(merged_into=None).first()
    if merged:
        raise MergeRefused("These were merged meanwhile. Undo the merge if they are two people.")
    return undoing.remember_distinct(one.pk, other.pk, actor)


def undo(done: Merge, actor: User) -> int:
    """Take a merge back on somebody's word; return the rows left as they were changed since."""
    if not may_merge(actor, done.kept, done.gone):
        raise NotYours("Reps undo merges of their own leads; ask a manager for this one.")
    return undoing.undo(done, actor)


def merges(actor: User) -> QuerySet[Merge]:
    """Return the merges this person may see, the newest first."""
    return Merge.objects.visible_to(actor).select_related("kept", "gone", "by", "undone_by")


def search(lead: Lead, words: str, actor: User) -> list[Lead]:
    """Return whom a person may mean by the second record: by name, address, company or number."""
    visible = Lead.objects.visible_to(actor).current().filter(erased_at=None).exclude(pk=lead.pk)
    found = visible.filter(pk=int(words)) if words.isdigit() and len(words) < 10 else visible.search(words)
    return list(found.select_related("company", "owner").order_by("-id")[:10]) if words.strip() else []


def _counts(kept_id: int, gone_id: int) -> list[tuple[str, int, int]]:
    """Return (words, at the one that stays, at the other) of everything that would follow."""
    found: dict[str, tuple[int, int]] = {}
    for model, column in moving.pointers():
        if words := COUNTED.get(model._meta.label):
            rows: Any = model._base_manager.filter(**{f"{column}__in": [kept_id, gone_id]})
            by_lead = dict(rows.order_by().values_list(column).annotate(number=Count("pk")))
            found[words] = (by_lead.get(kept_id, 0), by_lead.get(gone_id, 0))
    order = [words for words in COUNTED.values() if any(found.get(words, (0, 0)))]
    return [(words, *found[words]) for words in order]
