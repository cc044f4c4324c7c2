"""The log of decisions: one line on the timeline of each person, written for many at once."""

from datetime import datetime
from typing import Any

from campaigns.models import Campaign
from campaigns.services import bulk
from leads.models import Rule
from leads.services import trees

WORDS = {"qualified": "Qualified", "rejected": "Rejected because", "review": "Set aside for a look"}
LENGTH = 250
#: somebody was refused here before; else the next line of their timeline, the sequence, says «qualified»
_BEFORE = (
    "EXISTS (SELECT 1 FROM leads_activity a WHERE a.lead_id = p.lead_id AND a.campaign_id = p.campaign_id"
    " AND a.kind IN ('rejected', 'review'))"
)


def write(rule: Rule, campaign: Campaign, ids: tuple[str, list[Any]], now: datetime) -> int:
    """Note who of these prospects was refused or set aside at this moment, and who is taken after all.

    The same way by the same tree is noted once.
    """
    ways, params = _ways(rule)
    return bulk.run(
        "INSERT INTO leads_activity (lead_id, kind, channel, summary, data, campaign_id, key, occurred_at)"  # noqa: S608
        f" SELECT p.lead_id, w.kind, 'system', w.summary, {_json()}, p.campaign_id,"
        f" 'decision:' || p.id || ':' || p.rule_id || ':' || w.number, p.decided_at"
        f" FROM leads_prospect p JOIN ({ways}) w ON w.path = p.path"
        " WHERE p.campaign_id = %s AND p.rule_id = %s AND p.decided_at = %s"
        f" AND {ids[0]} AND (w.kind <> 'qualified' OR {_BEFORE})"
        " ON CONFLICT DO NOTHING",
        [*params, campaign.pk, rule.pk, now, *ids[1]],
    )


def summary(decision: str, reason: str) -> str:
    """Return a decision as one line of a timeline."""
    said = trees.say(reason)
    if decision == "rejected" and said:
        return f"{WORDS[decision]}: {said[0].lower()}{said[1:]}"[:LENGTH]
    return f"{WORDS[decision]}: {said}"[:LENGTH] if said else WORDS[decision].removesuffix(" because")


def _ways(rule: Rule) -> tuple[str, list[Any]]:
    """Return every ending of a tree as a table of (path, number, kind, summary)."""
    rows, params = [], []
    for number, way in enumerate(trees.endings(rule.body)):
        names = " AS path, {0} AS number, %s AS kind, %s AS summary" if not number else ", {0}, %s, %s"
        cast = "%s::text{}" if bulk.is_postgres() else "%s{}"
        text = names.replace("%s", "%s::text") if bulk.is_postgres() else names
        rows.append(f"SELECT {cast.format(text.format(number))}")
        params += [way.path, way.decision, summary(way.decision, way.reason)]
    return " UNION ALL ".join(rows), params


def _json() -> str:
    return "'{}'::jsonb" if bulk.is_postgres() else "'{}'"
