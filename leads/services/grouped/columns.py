"""Bulk acts on the lead's own row: tags, owner, lifecycle, and any plain or own field."""

import json
import re
from typing import Any

from campaigns.services import bulk
from leads.services.grouped import batches, tracing
from leads.services.grouped.batches import Batch, Sql, record, same, was, was_json
from leads.services.rules import roles

#: plain texts of a lead that may be set on many; keys that name a person may not
PLAIN = ("title", "industry", "city", "region", "country", "time_zone", "language", "source")
#: what follows from a title
ROLE = ("seniority", "department")
OWN = re.compile(r"custom\.([a-z0-9_]{1,60})")


def tag(batch: Batch, params: dict[str, Any]) -> int:
    """Add a tag to those that lack it."""
    word = params["tag"]
    changed = batches.change(
        batch, differs=(f"NOT {_has('l.tags')}", [word]), before=(record(tagged="0"), []), sets=_added(word)
    )
    tracing.note(batch, "tags")
    return changed


def take_tag_back(batch: Batch, params: dict[str, Any]) -> int:
    """Take the added tag away wherever it still stands."""
    word = params["tag"]
    sets = (f"tags = {_without('leads_lead.tags')}", [word])
    tracing.take_back(batch, "tags")
    return batches.restore(batch, still=(_has("leads_lead.tags"), [word]), sets=sets)


def untag(batch: Batch, params: dict[str, Any]) -> int:
    """Take a tag away from those that have it."""
    word = params["tag"]
    before = record(tags="l.tags" if bulk.is_postgres() else "json(l.tags)")
    changed = batches.change(
        batch,
        differs=(_has("l.tags"), [word]),
        before=(before, []),
        sets=(f"tags = {_without('tags')}", [word]),
    )
    tracing.note(batch, "tags")
    return changed


def give_tag_back(batch: Batch, params: dict[str, Any]) -> int:
    """Put a tag back: in its old place where nothing changed since, else at the end."""
    word = params["tag"]
    added, values = _added(word, "leads_lead.tags")
    sets = (
        f"tags = CASE WHEN leads_lead.version = t.after_version THEN {was_json('tags')}"
        f" ELSE {added.removeprefix('tags = ')} END"
    )
    tracing.take_back(batch, "tags")
    return batches.restore(batch, still=(f"NOT {_has('leads_lead.tags')}", [word]), sets=(sets, values))


def assign(batch: Batch, params: dict[str, Any]) -> int:
    """Hand leads over to a colleague and their team, or back into the pool of a team."""
    owner, team = params["owner"], params["team"]
    differs = f"NOT (l.owner_id {same()} {_number(owner)} AND l.team_id {same()} {_number(team)})"
    sets = f"owner_id = {_number(owner)}, team_id = {_number(team)}"
    before = record(owner_id="l.owner_id", team_id="l.team_id")
    return batches.change(batch, differs=(differs, []), before=(before, []), sets=(sets, []))


def give_back(batch: Batch, params: dict[str, Any]) -> int:
    """Return leads to whom they had; a colleague who has left meanwhile gets none."""
    still = (
        f"leads_lead.owner_id {same()} {_number(params['owner'])}"
        f" AND leads_lead.team_id {same()} {_number(params['team'])}"
    )
    owner = f"(SELECT u.id FROM campaigns_user u WHERE u.id = {was('owner_id', 'bigint')})"  # noqa: S608
    team = f"(SELECT m.id FROM campaigns_team m WHERE m.id = {was('team_id', 'bigint')})"  # noqa: S608
    return batches.restore(batch, still=(still, []), sets=(f"owner_id = {owner}, team_id = {team}", []))


def put(batch: Batch, params: dict[str, Any]) -> int:
    """Set one field to a value."""
    name, value = params["field"], params["value"]
    own = OWN.fullmatch(name)
    changed = _put_own(batch, own.group(1), value) if own else _put_plain(batch, _plain(name), value)
    if name != "lifecycle":  # a stage of life is told on the timeline
        tracing.note(batch, name)
    return changed


def put_back(batch: Batch, params: dict[str, Any]) -> int:
    """Set the field back to what it was, wherever it still holds what the act put there."""
    tracing.take_back(batch, params["field"])
    if own := OWN.fullmatch(params["field"]):
        return _put_own_back(batch, own.group(1), params["value"])
    name = _plain(params["field"])
    still = (f"leads_lead.{name} = %s", [params["value"]])
    sets = [f"{name} = {was('value')}"]
    if name == "title":
        sets += [f"{column} = COALESCE({was(column)}, leads_lead.{column})" for column in ROLE]
    return batches.restore(batch, still=still, sets=(", ".join(sets), []))


def _put_plain(batch: Batch, name: str, value: str) -> int:
    """Set a column; with a title goes the rank and the department of which it speaks."""
    facts = {name: value}
    if name == "title":
        facts |= {"seniority": roles.seniority(value), "department": roles.department(value)}
    noted = {"value": f"l.{name}", **{column: f"l.{column}" for column in facts if column != name}}
    return batches.change(
        batch, differs=(f"l.{name} <> %s", [value]), before=(record(**noted), []),
        sets=(", ".join(f"{column} = %s" for column in facts), list(facts.values())),
    )  # fmt: skip


def _put_own(batch: Batch, key: str, value: Any) -> int:
    found = _own("l.custom", key)
    differs: Sql = (f"{found} IS NOT NULL", [])
    sets: Sql = (f"custom = {_dropped('custom', key)}", [])
    if value is not None:
        differs = (f"NOT ({found} {same()} {_json()})", [json.dumps(value)])
        sets = (f"custom = {_set('custom', key, _json())}", [json.dumps(value)])
    noted = found if bulk.is_postgres() else f"json({found})"
    return batches.change(batch, differs=differs, before=(record(value=noted), []), sets=sets)


def _put_own_back(batch: Batch, key: str, value: Any) -> int:
    found, old = _own("leads_lead.custom", key), was_json("value")
    still = (
        (f"{found} IS NULL", []) if value is None else (f"{found} {same()} {_json()}", [json.dumps(value)])
    )
    is_empty = f"{old} IS NULL OR {old} = {'%s::jsonb' if bulk.is_postgres() else '%s'}"
    sets = (
        f"custom = CASE WHEN {is_empty} THEN {_dropped('leads_lead.custom', key)}"
        f" ELSE {_set('leads_lead.custom', key, old if bulk.is_postgres() else f'json({old})')} END"
    )
    return batches.restore(batch, still=still, sets=(sets, ["null"]))


def _has(column: str) -> str:
    if bulk.is_postgres():
        return f"jsonb_exists({column}, %s)"
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = %s)"  # noqa: S608


def _added(word: str, column: str = "tags") -> tuple[str, list[Any]]:
    if bulk.is_postgres():
        return f"tags = {column} || to_jsonb(%s::text)", [word]
    return f"tags = json_insert({column}, '$[#]', %s)", [word]


def _without(column: str) -> str:
    if bulk.is_postgres():
        return f"{column} - %s::text"
    return f"(SELECT json_group_array(value) FROM json_each({column}) WHERE value <> %s)"  # noqa: S608


def _own(column: str, key: str) -> str:
    return f"({column} -> '{key}')" if bulk.is_postgres() else f"({column} -> '$.{key}')"


def _set(column: str, key: str, value: str) -> str:
    if bulk.is_postgres():
        return f"jsonb_set({column}, '{{{key}}}', {value})"
    return f"json_set({column}, '$.{key}', {value})"


def _dropped(column: str, key: str) -> str:
    return f"{column} - '{key}'" if bulk.is_postgres() else f"json_remove({column}, '$.{key}')"


def _json() -> str:
    return "%s::jsonb" if bulk.is_postgres() else "json(%s)"


def _number(value: int | None) -> str:
    return "NULL" if value is None else str(int(value))


def _plain(name: str) -> str:
    if name not in (*PLAIN, "lifecycle"):
        raise ValueError(f"{name} cannot be set on many")
    return name
