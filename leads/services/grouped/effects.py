"""Bulk acts beside the lead's own row: campaigns, the suppression list, scores and research."""

import itertools
from typing import Any

from django.db.models import Exists, OuterRef

from campaigns import clock
from campaigns.services import bulk
from leads.models import Lead, Override, Prospect, ProspectStage, ResearchReport, Suppression
from leads.services import scoring, timeline
from leads.services.grouped.batches import Batch

_LISTED = ("level", "value", "channel", "reason", "evidence", "added_by_id", "added_at")
_ASKED = ("lead_id", "company_id", "requested_by_id", "created_at")


def enroll(batch: Batch, params: dict[str, Any]) -> int:
    """Make leads prospects of a campaign; those who are already stay as they are."""
    campaign, now = params["campaign"], clock.now()
    rows = [(campaign, lead_id, now) for lead_id in batch.lead_ids]
    made = bulk.insert_ignore(
        Prospect, ("campaign_id", "lead_id", "created_at"), rows, returning=("lead_id", "id")
    )
    batch.note({lead_id: {"prospect": pk} for lead_id, pk in made})
    return len(made)


def withdraw(batch: Batch, params: dict[str, Any]) -> int:
    """Take the new prospects out again, unless the campaign has begun with them."""
    ids = [before["prospect"] for before in batch.before().values()]
    judged = Override.objects.filter(prospect=OuterRef("pk"))
    fresh = Prospect.objects.filter(pk__in=ids, stage=ProspectStage.NEW, enrollments=None).exclude(
        Exists(judged)
    )
    return fresh.delete()[1].get(Prospect._meta.label, 0)


def suppress(batch: Batch, params: dict[str, Any]) -> int:
    """Put people and their addresses on the suppression list, on every channel."""
    now, by = clock.now(), batch.action.owner_id
    people = dict(Lead.objects.filter(pk__in=batch.lead_ids).values_list("pk", "email_key"))
    tail = ("", params["reason"][:40], params.get("evidence", ""), by, now)
    rows = [("person", f"lead:{pk}", *tail) for pk in people]
    rows += [("address", key, *tail) for key in dict.fromkeys(people.values()) if key]
    made = dict(bulk.insert_ignore(Suppression, _LISTED, rows, returning=("value", "id")))
    before = {
        pk: {"suppressions": [made[value] for value in (f"lead:{pk}", key) if value in made]}
        for pk, key in people.items()
    }
    news = {pk: noted for pk, noted in before.items() if noted["suppressions"]}
    batch.note(news)
    said = f"Nobody writes to this person any more: {params['reason']}"
    timeline.record_many(timeline.Entry(pk, "suppressed", said, actor_id=by) for pk in news)
    return len(news)


def lift(batch: Batch, params: dict[str, Any]) -> int:
    """Lift the entries that the act made and nobody lifted since."""
    lifted = 0
    ids = {pk: noted["suppressions"] for pk, noted in batch.before().items()}
    living = set(
        Suppression.objects.filter(pk__in=itertools.chain(*ids.values()), lifted_at=None).values_list(
            "pk", flat=True
        )
    )
    Suppression.objects.filter(pk__in=living).update(lifted_at=clock.now())
    for numbers in ids.values():
        lifted += bool(living.intersection(numbers))
    return lifted


def rescore(batch: Batch, params: dict[str, Any]) -> int:
    """Score leads again."""
    return scoring.score_leads(list(batch.lead_ids))


def research(batch: Batch, params: dict[str, Any]) -> int:
    """Ask for research about those for whom none waits."""
    waiting = ResearchReport.objects.filter(lead=OuterRef("pk"), status__in=("queued", "running"))
    now, by = clock.now(), batch.action.owner_id
    found = Lead.objects.filter(pk__in=batch.lead_ids).exclude(Exists(waiting)).order_by("pk")
    rows = [(pk, company, by, now) for pk, company in found.values_list("pk", "company_id")]
    bulk.copy_rows(ResearchReport, _ASKED, rows)
    return len(rows)
