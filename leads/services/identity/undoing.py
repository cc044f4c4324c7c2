"""Take a merge back: every row returns to where it was, in reverse order, in one transaction.

What somebody changed since stays as they left it, and what the person refused while they were one counts
for both. Versions of the two records go up, never back, so that no open form overwrites unseen.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Lead, LeadScore, MatchCandidate, Merge, Suppression
from leads.services import timeline
from leads.services.identity import trail
from leads.services.identity.merging import MergeRefused

Status = MatchCandidate.Status


class UndoRefused(MergeRefused):
    """This merge cannot be taken back now; the text says what to do first."""

    code = "undo_refused"


def undo(merge: Merge, by: User | None) -> int:
    """Take a merge back and remember that these are two people; return the rows left as changed since."""
    try:
        with transaction.atomic():
            return _undo(merge.pk, by)
    except IntegrityError as error:
        raise UndoRefused(
            "Since the merge another record took over an address or a place in a campaign: mend that first."
        ) from error


def _undo(pk: int, by: User | None) -> int:
    done = Merge.objects.select_for_update().get(pk=pk)
    leads = {one.pk: one for one in _locked(done)}
    _check(done, leads)
    done.undone_at, done.undone_by = clock.now(), by
    done.save(update_fields=["undone_at", "undone_by"])
    left = trail.walk_back(done.moved["steps"])
    _restore_score(done)
    _keep_refusals(done)
    Lead.objects.filter(pk__in=leads).update(version=F("version") + 1, updated_at=clock.now())
    remember_distinct(done.kept_id, done.gone_id, by, probability=done.probability, evidence=done.evidence)
    said = "Taken apart again: the merge with record {} was undone"
    for lead_id, other in ((done.kept_id, done.gone_id), (done.gone_id, done.kept_id)):
        timeline.record(lead_id, "unmerged", said.format(other), actor=by, data={"merge": pk})
    audit.record(
        by, "undo_merge", leads[done.kept_id], after={"merge": pk, "gone": done.gone_id, "left": left}
    )
    return left


def remember_distinct(
    one: int, other: int, by: User | None, *, probability: float | None = None, evidence: Any = ()
) -> MatchCandidate:
    """Remember that two records are two people: they are never asked about or merged by rule again."""
    facts = {"status": Status.DISTINCT, "decided_by": by, "decided_at": clock.now()}
    first = {"probability": probability or 0.0, "evidence": list(evidence), **facts}
    made, _ = MatchCandidate.objects.update_or_create(
        left_id=min(one, other), right_id=max(one, other), defaults=facts, create_defaults=first
    )
    return made


def _locked(done: Merge) -> Any:
    return Lead.objects.select_for_update().filter(pk__in=[done.kept_id, done.gone_id]).order_by("pk")


def _check(done: Merge, leads: dict[int, Lead]) -> None:
    if done.undone_at:
        raise UndoRefused("This merge was taken back already.")
    kept, gone = leads[done.kept_id], leads[done.gone_id]
    if kept.erased_at or gone.erased_at:
        raise UndoRefused("The person was erased; there is nothing to take apart.")
    if kept.merged_into_id:
        raise UndoRefused("The survivor was merged into another record since. Undo that merge first.")
    later = Merge.objects.filter(kept=kept, undone_at=None, pk__gt=done.pk).select_related("gone").first()
    if later:
        raise UndoRefused(f"{later.gone.name} was merged into this record later. Undo that merge first.")
    if gone.merged_into_id != kept.pk:
        raise UndoRefused("This record is no longer merged.")


def _restore_score(done: Merge) -> None:
    """Put back the survivor's score as it was: the facts it judged are back, too."""
    score = done.before.get("score")
    LeadScore.objects.filter(pk=done.kept_id).delete()
    if score:
        columns = {f.attname: f for f in LeadScore._meta.concrete_fields}
        LeadScore.objects.create(**{name: columns[name].to_python(value) for name, value in score.items()})


def _keep_refusals(done: Merge) -> None:
    """What was refused while the two were one concerns both."""
    added = Suppression.objects.filter(
        level=Suppression.Level.PERSON, value=f"lead:{done.kept_id}", lifted_at=None,
        added_at__gt=done.merged_at,
    )  # fmt: skip
    for entry in added:
        Suppression.objects.get_or_create(
            level=entry.level, value=f"lead:{done.gone_id}", channel=entry.channel, lifted_at=None,
            defaults={"reason": entry.reason, "evidence": entry.evidence, "added_by": entry.added_by},
        )  # fmt: skip
