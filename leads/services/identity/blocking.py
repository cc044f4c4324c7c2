"""Candidates: the few stored people who may be the same, found by indexed keys, never by reading them all.

Keys: address, its user part, phone, name (and the name swapped), company with name, outside id, and every
second address we know. A key that more than ``LARGEST`` people share says too little and is passed over.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from campaigns.services import bulk
from leads.services.identity.comparing import Key, Person, person
from leads.services.identity.keys import NAMES, is_role_address

LARGEST = 50
_COLUMNS = (
    "l.id, l.first_name, l.last_name, l.email_key, l.phone, l.linkedin_key, l.external_id, l.company_id,"
    " COALESCE(c.name, ''), l.title, l.city, l.country"
)


class Facts(NamedTuple):
    """What of a lead is compared and searched by."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    linkedin: str
    external_id: str
    company_id: int | None
    company: str
    title: str
    city: str
    country: str


@dataclass
class Found:
    """Who may be whom: subject → candidates; ``people`` by id, ``shared`` keys, blocks too large."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    people: dict[int, Person] = field(default_factory=dict)
    shared: set[Key] = field(default_factory=set)
    too_large: int = 0


def find(lead_ids: Iterable[int], most: int = LARGEST) -> Found:
    """Return every pair (older, newer) of which one is among ``lead_ids``; not merged or erased people."""
    subjects = _facts(lead_ids)
    own = second_keys(one.id for one in subjects)
    found, wanted = Found(), _wanted(subjects, own)
    members: dict[int, set[int]] = defaultdict(set)
    for kind, keys in wanted.items():
        for key, ids in _blocks(kind, list(keys), most).items():
            if len(ids) > most:
                found.too_large += 1
                if kind == "phone":
                    found.shared.add(("phone", str(key[0])))
                continue
            for subject in keys[key]:
                members[subject] |= set(ids)
    everybody = set(members).union(*members.values()) if members else set()
    found.people = people(everybody)
    found.pairs = {
        (min(a, b), max(a, b)) for a, ids in members.items() for b in ids
        if a != b and a in found.people and b in found.people
    }  # fmt: skip
    found.shared |= _shared(found)
    return found


def people(lead_ids: Iterable[int], *, is_whole: bool = True) -> dict[int, Person]:
    """Return leads as they are compared, with their second addresses; merged ones too if not ``is_whole``."""
    known = {one.id: one for one in _facts(lead_ids, is_whole)}
    others = second_keys(known)
    return {pk: _person(one, others.get(pk, ())) for pk, one in known.items()}


def second_keys(lead_ids: Iterable[int]) -> dict[int, list[Key]]:
    """Return the further keys of leads that certainly belong to a person: second addresses and profiles."""
    condition, params = bulk.among("lead_id", lead_ids)
    rows = bulk.fetch(
        "SELECT lead_id, kind, value FROM leads_leadkey"  # noqa: S608
        f" WHERE {condition} AND kind IN ('email', 'phone', 'linkedin')",
        params,
    )
    found: dict[int, list[Key]] = defaultdict(list)
    for lead_id, kind, value in rows:
        found[lead_id].append((kind, value))
    return found


def _facts(lead_ids: Iterable[int], is_whole: bool = True) -> list[Facts]:
    condition, params = bulk.among("l.id", lead_ids)
    rows = bulk.fetch(
        f"SELECT {_COLUMNS} FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id"  # noqa: S608
        f" WHERE {condition}{' AND l.merged_into_id IS NULL' if is_whole else ''} AND l.erased_at IS NULL",
        params,
    )
    return [Facts(*row) for row in rows]


def _person(one: Facts, keys: Iterable[Key]) -> Person:
    return person(
        one.id, first_name=one.first_name, last_name=one.last_name, email=one.email, phone=one.phone,
        linkedin=one.linkedin, external_id=one.external_id, company=one.company, title=one.title,
        city=one.city, country=one.country, keys=tuple(keys),
    )  # fmt: skip


Wanted = dict[str, dict[tuple[Any, Any], set[int]]]


def _wanted(subjects: list[Facts], own: Mapping[int, list[Key]]) -> Wanted:
    """Return for each kind of block its keys and who asks for them."""
    wanted: Wanted = defaultdict(lambda: defaultdict(set))
    for one in subjects:
        for kind, key in _keys_of(one, own.get(one.id, [])):
            wanted[kind][key].add(one.id)
    return wanted


def _keys_of(one: Facts, own: list[Key]) -> Iterable[tuple[str, tuple[Any, Any]]]:
    mine = [("email", one.email), ("phone", one.phone), ("linkedin", one.linkedin), *own]
    for kind, value in mine:
        if value:
            yield kind, (value, "")
            yield "second", (kind, value)
    if one.email and len(one.email.partition("@")[0]) > 4:
        yield "user", (one.email.partition("@")[0] + "@", "")
    if one.external_id:
        yield "external", (one.external_id, "")
    if one.last_name:
        yield "name", (one.last_name, one.first_name[:1])
        yield "name", (one.first_name or one.last_name, one.last_name[:1])
    if one.company_id and one.last_name:
        yield "company", (one.company_id, one.last_name[:3])


#: For each kind of block: which people have the key ``k.a`` (and ``k.b``), written as the indexes are.
_CONDITIONS = {
    "email": "l.email_key = k.a AND NOT (l.email_key = '')",
    "phone": "l.phone = k.a",
    "linkedin": "l.linkedin_key = k.a AND NOT (l.linkedin_key = '')",
    "external": "l.external_id = k.a",
    "user": "{substr}(l.email_key, 1, {position}) = k.a AND NOT (l.email_key = '')",
    "name": "LOWER(l.last_name) = LOWER(k.a) AND {substr}(LOWER(l.first_name), 1, 1) = LOWER(k.b)"
            " AND NOT (l.last_name = '')",
    "company": "l.company_id = {number} AND LOWER({substr}(l.last_name, 1, 3)) = LOWER(k.b)",
}  # fmt: skip


def _blocks(kind: str, keys: list[tuple[Any, Any]], most: int) -> dict[tuple[Any, Any], list[int]]:
    """Return for each key up to one more than ``most`` people who have it; one statement."""
    if kind == "second":
        inner = (
            "SELECT COALESCE(l.merged_into_id, l.id) AS id FROM leads_leadkey x"  # noqa: S608
            " JOIN leads_lead l ON l.id = x.lead_id"
            f" WHERE x.kind = k.a AND x.value = k.b AND {_not('x.is_shared')} LIMIT {most + 1}"
        )
    else:
        inner = (
            "SELECT COALESCE(l.merged_into_id, l.id) AS id FROM leads_lead l"  # noqa: S608
            f" WHERE {_condition(kind)} LIMIT {most + 1}"
        )
    if bulk.is_postgres():
        rows = bulk.fetch(
            f"SELECT k.a, k.b, ARRAY({inner}) FROM unnest(%s::text[], %s::text[]) AS k(a, b)",  # noqa: S608
            [[str(a) for a, _ in keys], [b for _, b in keys]],
        )
        found = {(a, b): ids for a, b, ids in rows}
    else:
        rows = bulk.fetch(
            "SELECT json_extract(j.value, '$[0]') AS a, json_extract(j.value, '$[1]') AS b,"  # noqa: S608
            f" (SELECT json_group_array(id) FROM ({_inlined(inner)})) FROM json_each(%s) j",
            [json.dumps(keys)],
        )
        found = {(str(a), b): json.loads(ids) for a, b, ids in rows}
    return {key: found.get((str(key[0]), key[1]), []) for key in keys}


def _condition(kind: str) -> str:
    if bulk.is_postgres():
        words = {"substr": "SUBSTRING", "position": "STRPOS(l.email_key, '@')", "number": "k.a::bigint"}
    else:
        words = {"substr": "SUBSTR", "position": "INSTR(l.email_key, '@')", "number": "k.a"}
    return _CONDITIONS[kind].format(**words)


def _not(column: str) -> str:
    return f"NOT {column}"


def _inlined(sql: str) -> str:
    """SQLite knows no lateral names: the key's two parts are spelt out."""
    return sql.replace("k.a", "json_extract(j.value, '$[0]')").replace("k.b", "json_extract(j.value, '$[1]')")


def _shared(found: Found) -> set[Key]:
    """Return the keys under which more than ``NAMES`` names are known: info@, a switchboard."""
    names: dict[Key, set[str]] = defaultdict(set)
    for one in found.people.values():
        for key in one.keys:
            names[key].add(f"{one.values['first_name']} {one.values['last_name']}".strip())
    many = {key for key, known in names.items() if len(known - {""}) > NAMES}
    return many | {key for key in names if key[0] == "email" and is_role_address(key[1])}
