"""Stage 2: every lead gets 0–100 points, with one contribution per question of the card.

Set-based: one INSERT … SELECT computes and stores the scores of any number of leads; leads whose answers
did not change are not touched. One lead alone (a page, a what-if) takes the Python side of the same card.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import bulk
from campaigns.services.pipeline import StageReport
from leads.models import Lead, LeadScore, ProspectStage, Rule, RuleKind
from leads.services import cards, rulebook, slices
from leads.services.learning import changes, snapshots, telling, versions
from leads.services.learning.telling import Contribution as Contribution
from leads.services.rules import facts

_COLUMNS = "lead_id, card_id, value, previous, contributions, scored_at"


seed_rules = rulebook.seed_rules
difference = changes.difference


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Score up to ``limit`` new prospects of a campaign and move them on."""
    piece = slices.take(campaign, ProspectStage.NEW, limit)
    if not piece.size:
        return StageReport(0)
    where, params = piece.where("x")
    rule = rulebook.active(RuleKind.SCORING)
    version = versions.of(rule)
    _score(rule, f"l.id IN (SELECT x.lead_id FROM leads_prospect x WHERE {where})", params, now)  # noqa: S608
    with transaction.atomic(savepoint=False):
        snapshots.take(version, where, params, now)
        where, params = piece.where("leads_prospect")
        done = bulk.run(
            "UPDATE leads_prospect SET stage = %s, score = s.value, scored_at = %s FROM leads_leadscore s"  # noqa: S608
            f" WHERE s.lead_id = leads_prospect.lead_id AND {where}",
            [ProspectStage.SCORED, now, *params],
        )
    return StageReport(done, left=slices.waiting(campaign, ProspectStage.NEW))


def score_leads(lead_ids: Sequence[int] | None, now: datetime | None = None) -> int:
    """Score these leads (``None``: all); return how many scores are new or changed."""
    rule = rulebook.active(RuleKind.SCORING)
    if lead_ids is None:
        return _score(rule, "l.merged_into_id IS NULL", [], now or clock.now())
    if not lead_ids:
        return 0
    marks = ", ".join(["%s"] * len(lead_ids))
    return _score(rule, f"l.id IN ({marks})", list(lead_ids), now or clock.now())


def evaluate(known: dict[str, Any], card: Rule | None = None, now: datetime | None = None) -> int:
    """Return the score that these facts would get: the what-if of the lead page and the card editor."""
    rule = card or rulebook.active(RuleKind.SCORING)
    return cards.function(rule.body, now or clock.now())(known)[0]


def explain(lead: Lead, now: datetime | None = None) -> list[Contribution]:
    """Return what every question of the card gave this lead, the largest effect first."""
    rule, now = rulebook.active(RuleKind.SCORING), now or clock.now()
    known = facts.load([lead.pk], cards.fields_in(rule.body)).get(lead.pk, {})
    return telling.told(rule.body, cards.function(rule.body, now)(known)[1], known, now)


def stored(lead: Lead) -> list[tuple[str, int]]:
    """Return (key, points) as they were stored with the lead's latest score, in the card's order."""
    score = LeadScore.objects.select_related("card").filter(lead=lead).first()
    if score is None:
        return []
    keys = [dimension["key"] for dimension in score.card.body.get("dimensions", [])]
    return list(zip(keys, score.contributions, strict=False))


def _score(rule: Rule, chosen: str, params: list[Any], now: datetime) -> int:
    """Store new and changed scores with what they were before, and tell the timeline of large changes."""
    sql, values = cards.select(rule.body, rule.pk, chosen, params, now)
    done = bulk.run(
        f"INSERT INTO leads_leadscore ({_COLUMNS})"  # noqa: S608
        f" SELECT n.id, %s, n.value, NULL, n.packed, %s FROM ({sql}) n WHERE true"
        " ON CONFLICT (lead_id) DO UPDATE SET previous = leads_leadscore.value, value = excluded.value,"
        " previous_contributions = leads_leadscore.contributions,"
        " previous_card_id = leads_leadscore.card_id, card_id = excluded.card_id,"
        " contributions = excluded.contributions, scored_at = excluded.scored_at",
        [rule.pk, now, *values],
    )
    changes.tell(chosen, params, now)
    return done
