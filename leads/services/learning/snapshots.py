"""Keeps the facts that a score was given for: one row a prospect scored, written by one statement a slice.

What is learned later is learned from these rows, so nothing that was written after the scoring can leak in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns.models import Prediction
from campaigns.services import bulk
from leads.services.learning import features
from leads.services.rules import fields
from leads.services.rules.fields import TABLES, Kind

KIND = "lead_score"
OWN = "custom"
_COLUMNS = "version_id, subject_id, campaign_id, value, contributions, features, outcome, made_at"


def take(version_id: int, where: str, params: Sequence[Any], now: datetime) -> int:
    """Keep the facts and the score of the prospects that fit ``where`` (alias ``x``); return how many."""
    facts, moments = _facts(now)
    given = "to_jsonb(s.contributions)" if bulk.is_postgres() else "s.contributions"
    return bulk.run(
        f"INSERT INTO campaigns_prediction ({_COLUMNS})"  # noqa: S608
        f" SELECT %s, l.id, x.campaign_id, s.value / 100.0, {given}, {facts}, NULL, %s FROM {TABLES}"
        f" JOIN leads_prospect x ON x.lead_id = l.id WHERE {where}",
        [version_id, *moments, now, *params],
    )


def forget(lead_ids: Sequence[int]) -> int:
    """Delete what is kept about people who asked to be forgotten."""
    return Prediction.objects.filter(version__kind=KIND, subject_id__in=lead_ids).delete()[0]


def known(kept: dict[str, Any]) -> dict[str, Any]:
    """Return kept facts as the rule language reads them: own fields stand beside the others."""
    own = kept.get(OWN) or {}
    return {**{key: value for key, value in kept.items() if key != OWN},
            **{f"{OWN}.{name}": value for name, value in own.items()}}  # fmt: skip


def _facts(now: datetime) -> tuple[str, list[Any]]:
    """Return the facts of a lead as one JSON object in SQL, what is unknown left out."""
    parts, moments = [], []
    for key in features.kept():
        sql, extra = _value(key, now)
        parts.append(f"'{key}', {sql}")
        moments += extra
    parts.append(f"'{OWN}', {'l.custom' if bulk.is_postgres() else 'json(l.custom)'}")
    whole = ", ".join(parts)
    if bulk.is_postgres():
        return f"jsonb_strip_nulls(jsonb_build_object({whole}))", moments
    return f"json_patch('{{}}', json_object({whole}))", moments


def _value(key: str, now: datetime) -> tuple[str, list[Any]]:
    field = fields.find(key)
    assert field is not None  # noqa: S101 ``kept`` names fields of the catalogue only
    if field.kind is Kind.DAYS:
        return _days(field.sql), [now]
    if key in features.PRESENCE:
        return f"CASE WHEN {field.sql} <> '' THEN 'known' END", []
    if field.kind in (Kind.TEXT, Kind.CHOICE):
        return f"NULLIF({field.sql}, '')", []
    if field.kind is Kind.LIST:
        return (field.sql if bulk.is_postgres() else f"json({field.sql})"), []
    return field.sql, []


def _days(sql: str) -> str:
    if bulk.is_postgres():
        return f"round((EXTRACT(EPOCH FROM (%s::timestamptz - {sql})) / 86400)::numeric, 4)"
    return f"round(julianday(%s) - julianday({sql}), 4)"
