"""One person out of two records, in one transaction: facts chosen, everything moved, all of it undoable.

Killed at any point it has either happened whole or not at all. Ledger rows keep the number they were
booked under (the past is not rewritten); whoever sums a person's money asks ``redirects.records``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import FactSource, KeyKind, Lead, LeadKey, LeadScore, MatchCandidate, Merge
from leads.services import scoring, timeline
from leads.services.identity import choosing, moving, queue, rules
from leads.services.identity.trail import Encoder, Trail

Status = MatchCandidate.Status
_KEYS = {"email_key": KeyKind.EMAIL, "phone": KeyKind.PHONE, "linkedin_key": KeyKind.LINKEDIN,
         "external_id": KeyKind.EXTERNAL}  # fmt: skip
UNIQUE = ("email_key", "linkedin_key")


class MergeRefused(Exception):
    """These two cannot be merged now; the text says why in words for people."""

    code = "merge_refused"
    status = 409


def merge(
    kept: Lead, gone: Lead, *, by: User | None = None, how: str = "review",
    choices: Mapping[str, str] | None = None, probability: float | None = None,
    evidence: Sequence[Mapping[str, Any]] = (), rule: str = "",
) -> Merge:  # fmt: skip
    """Merge ``gone`` into ``kept``; ``choices``: field → ``kept`` or ``gone``, where a person chose."""
    picked = {name: side for name, side in (choices or {}).items() if name in choosing.CHOICES}
    try:
        with transaction.atomic():
            made = _merge(kept.pk, gone.pk, picked, by, how, probability, list(evidence), rule)
    except IntegrityError as error:
        raise MergeRefused("Somebody changed one of these records at the same moment. Try again.") from error
    scoring.score_leads([made.kept_id])
    return made


def _merge(
    kept_id: int, gone_id: int, choices: dict[str, str], by: User | None, how: str,
    probability: float | None, evidence: list[Any], rule: str,
) -> Merge:  # fmt: skip
    kept, gone = _lock(kept_id, gone_id)
    trail, score = Trail(), LeadScore.objects.filter(pk=kept_id).values().first()
    rules.suppressions(trail, kept, gone)
    _take_over(trail, kept, gone, choices)
    moving.move_all(trail, kept_id, gone_id)
    _keep_keys(trail, kept_id, gone)
    _answer_candidates(trail, kept_id, gone_id, by)
    Lead.objects.filter(pk__in=[kept_id, gone_id]).update(version=F("version") + 1, updated_at=clock.now())
    made = Merge.objects.create(
        kept=kept, gone=gone, how=how, probability=probability, evidence=evidence, choices=choices, by=by,
        before={"score": json.loads(json.dumps(score, cls=Encoder))}, moved={"steps": trail.as_json()},
    )  # fmt: skip
    said = f"Merged with {gone.name} (record {gone_id})" + (f": {rule}" if rule else "")
    timeline.record(kept_id, "merged", said, actor=by, data={"merge": made.pk, "gone": gone_id})
    audit.record(by, "merge", kept, reason=rule, after={"merge": made.pk, "gone": gone_id, "how": how})
    queue.ask([kept_id])
    return made


def _lock(kept_id: int, gone_id: int) -> tuple[Lead, Lead]:
    """Lock both, always in the same order, and see that both are still people of their own."""
    if kept_id == gone_id:
        raise MergeRefused("A record cannot be merged with itself.")
    locked = Lead.objects.select_for_update().filter(pk__in=[kept_id, gone_id]).order_by("pk")
    found = {lead.pk: lead for lead in locked}
    if len(found) < 2:
        raise MergeRefused("One of these records is no longer here.")
    for lead in found.values():
        if lead.merged_into_id:
            raise MergeRefused(_already(lead, kept_id, gone_id))
        if lead.erased_at:
            raise MergeRefused("An erased person cannot be merged.")
    return found[kept_id], found[gone_id]


def _already(lead: Lead, *pair: int) -> str:
    done = Merge.objects.filter(gone=lead, undone_at=None).select_related("by").first()
    who = f" by {done.by}" if done and done.by else ""
    if lead.merged_into_id in pair:
        return f"These two were merged already{who}."
    return f"{lead.name} was merged into another record already{who}."


def _take_over(trail: Trail, kept: Lead, gone: Lead, choices: dict[str, str]) -> None:
    """Write the survivor's facts; a unique key changes hands only after the other has let go of it."""
    taken = choosing.values(kept, gone, choices)
    old = {column: getattr(kept, column) for column in _KEYS}
    let_go = {column: "" for column in UNIQUE if taken.get(column)}
    sources = _sources(kept, gone, taken)
    trail.change(gone, merged_into_id=kept.pk, **let_go)
    trail.change(kept, **taken)
    for source in sources:
        _write_source(trail, kept.pk, source)
    for column, kind in _KEYS.items():
        if old[column] and old[column] != getattr(kept, column):
            _add_key(trail, kept.pk, kind, old[column])


def _sources(kept: Lead, gone: Lead, taken: Mapping[str, Any]) -> list[FactSource]:
    """Return where the facts came from that the survivor takes over."""
    names = [name for name, (_, columns) in choosing.CHOICES.items() if columns[0] in taken]
    differ = [name for name in names if choosing.shown(kept, name) != choosing.shown(gone, name)]
    known = {one.field: one for one in FactSource.objects.filter(lead=gone, field__in=differ)}
    plain = [
        FactSource(field=name, source=gone.origin or "merge", reference=str(gone.pk), at=gone.created_at)
        for name in differ if name not in known
    ]  # fmt: skip
    return [*known.values(), *plain]


def _write_source(trail: Trail, kept_id: int, source: FactSource) -> None:
    facts = {"source": source.source, "reference": source.reference, "at": source.at}
    mine = FactSource.objects.filter(lead_id=kept_id, field=source.field).first()
    if mine:
        trail.change(mine, **facts)
    else:
        trail.add(FactSource(lead_id=kept_id, field=source.field, **facts))


def _keep_keys(trail: Trail, kept_id: int, gone: Lead) -> None:
    """The other record's addresses stay known: whoever writes from one is found."""
    kept = Lead.objects.get(pk=kept_id)
    for column, kind in _KEYS.items():
        value = getattr(gone, column)
        if value and value != getattr(kept, column):
            _add_key(trail, kept_id, kind, value)


def _add_key(trail: Trail, lead_id: int, kind: str, value: str) -> None:
    known = LeadKey.objects.filter(kind=kind, value=value)
    if not known.filter(lead_id=lead_id).exists():
        is_taken = known.filter(is_shared=False).exists()
        trail.add(LeadKey(lead_id=lead_id, kind=kind, value=value, source="merge", is_shared=is_taken))


def _answer_candidates(trail: Trail, kept_id: int, gone_id: int, by: User | None) -> None:
    """The question of this pair is answered; others about the old record are asked about the survivor."""
    decided = {"decided_by_id": by.pk if by else None, "decided_at": clock.now()}
    for one in MatchCandidate.objects.filter(Q(left_id=gone_id) | Q(right_id=gone_id)):
        other = one.right_id if one.left_id == gone_id else one.left_id
        if other == kept_id:
            trail.change(one, status=Status.MERGED, **decided)
        elif one.status == Status.OPEN:
            trail.change(one, status=Status.GONE)
        elif one.status == Status.DISTINCT:
            _carry_over(trail, one, kept_id, other)


def _carry_over(trail: Trail, one: MatchCandidate, kept_id: int, other: int) -> None:
    """Who was found to be somebody else stays somebody else."""
    left, right = min(kept_id, other), max(kept_id, other)
    facts = {"status": Status.DISTINCT, "decided_by_id": one.decided_by_id, "decided_at": one.decided_at}
    mine = MatchCandidate.objects.filter(left_id=left, right_id=right).first()
    if mine:
        trail.change(mine, **facts)
    else:
        trail.add(
            MatchCandidate(
                left_id=left, right_id=right, probability=one.probability, evidence=one.evidence, **facts
            )
        )
