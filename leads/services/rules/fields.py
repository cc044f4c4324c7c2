"""Everything that is known about a lead and may stand in a rule, each fact with its SQL.

Aliases: ``l`` the lead, ``c`` its company, ``s`` its score (both outer joins). A text is never NULL, a
number and a moment may be. ``postgres`` is given where that dialect wants other words.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.services import bulk
from leads.models import CustomField, Lifecycle
from leads.services import listed
from leads.services.rules import definitions
from leads.services.rules.roles import DEPARTMENTS, SENIORITIES
from leads.services.rules.wordlists import FREE_MAIL

TABLES = (
    "leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id"
    " LEFT JOIN leads_leadscore s ON s.lead_id = l.id"
)
CUSTOM = re.compile(r"custom\.([a-z0-9_]{1,60})")
#: the largest number behind an ``@``
SCOPES = {"days": 3661, "campaign": 1_000_000_000}
COMPANY_CUSTOM = re.compile(r"company_custom\.([a-z0-9_]{1,60})")


class Kind(StrEnum):
    """What sort of value a field holds."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"
    DAYS = "days"
    LIST = "list"
    ROW = "row"
    CUSTOM = "custom"


@dataclass(frozen=True)
class Field:
    """One fact: how it is called, what it holds and where it stands.

    ``scope`` says what may follow an ``@`` behind the key: «days» (``opens@30``: in the last 30 days, of the
    moment in ``moment``) or «campaign» (``stage@5``: in campaign 5); its condition stands at ``{scope}`` in
    the SQL. A field of the kind ROW names rows of ``model`` by number; ``rows`` is (column, FROM … WHERE …).
    """

    key: str
    label: str
    kind: Kind
    group: str
    sqlite: str
    postgres: str = ""
    choices: tuple[str, ...] = ()
    scope: str = ""
    moment: str = "x.occurred_at"
    model: str = ""
    naming: str = "name"
    rows: tuple[str, str] = ("", "")

    @property
    def sql(self) -> str:
        """The expression in the words of the database in use."""
        found = self.postgres if self.postgres and bulk.is_postgres() else self.sqlite
        return found.replace("{scope}", "")


def find(key: str) -> Field | None:
    """Return the field called ``key``; ``custom.<name>`` always exists, typed when the house defined it."""
    name, at, number = key.partition("@")
    if known := CATALOGUE.get(name) or contributed().get(name):
        return _scoped(known, number) if at else known
    if found := CUSTOM.fullmatch(key):
        name = found.group(1)
        defined = definitions.living().get(name)
        return house(defined) if defined else _custom(name)
    found = COMPANY_CUSTOM.fullmatch(key)
    defined = definitions.living(definitions.COMPANY).get(found.group(1)) if found else None
    return house(defined) if defined else None


@cache
def contributed() -> dict[str, Field]:
    """Return the fields that other rooms and upper floors add (``settings.RULE_FIELDS``), by their key."""
    return {field.key: field for path in settings.RULE_FIELDS for field in import_string(path)()}


def row_field(
    key: str, label: str, group: str, rows: tuple[str, str], model: str, naming: str = "name"
) -> Field:
    """Return a field that asks for rows of another table by their number."""
    sql = f"EXISTS (SELECT 1 FROM {rows[1]} AND {rows[0]} = %s)"  # noqa: S608
    return Field(key, label, Kind.ROW, group, sql, model=model, naming=naming, rows=rows)


def _scoped(field: Field, number: str) -> Field | None:
    """Return a field narrowed to the last days, or to one campaign; None when it cannot be."""
    if not field.scope or not number.isdigit() or not 0 < int(number) < SCOPES[field.scope]:
        return None
    if field.scope == "days":
        since = str(bulk.adapt(clock.now() - timedelta(days=int(number))))
        condition, words = f" AND {field.moment} >= '{since}'", f"in the last {number} days"
    else:
        condition, words = f" AND x.campaign_id = {number}", f"in campaign {number}"
    ready = [sql.replace("{scope}", condition) for sql in (field.sqlite, field.postgres)]
    return replace(
        field, key=f"{field.key}@{number}", label=f"{field.label} {words}", sqlite=ready[0], postgres=ready[1]
    )


def house(defined: CustomField) -> Field:
    """Return a field of the house's own as a field of the rule language, in the type of its values."""
    is_lead = defined.entity == definitions.LEAD
    key, column = ("custom.", "l.custom") if is_lead else ("company_custom.", "c.custom")
    kind, sqlite, postgres = _HOUSE[defined.kind]
    choices = tuple(str(choice).lower() for choice in defined.choices) if kind is Kind.CHOICE else ()
    label = f"days since {defined.label}" if kind is Kind.DAYS else defined.label
    return Field(
        key + defined.key, label, kind, "custom" if is_lead else "company",
        sqlite.format(column, defined.key), postgres.format(column, defined.key), choices,
    )  # fmt: skip


def fence() -> str:
    """Return what keeps a planner from unfolding a subquery and computing its columns once per mention."""
    return "OFFSET 0" if bulk.is_postgres() else "LIMIT -1 OFFSET 0"


def _custom(name: str) -> Field:
    label = name.replace("_", " ")
    return Field(
        f"custom.{name}", label, Kind.CUSTOM, "custom", f"l.custom ->> '$.{name}'", f"(l.custom ->> '{name}')"
    )


def custom_number(field: Field) -> str:
    """Return the SQL of a custom field as a number, NULL where it holds something else."""
    name = field.key.removeprefix("custom.")
    if bulk.is_postgres():
        is_number = f"jsonb_typeof(l.custom -> '{name}') = 'number'"
        return f"CASE WHEN {is_number} THEN (l.custom ->> '{name}')::float8 END"
    is_number = f"json_type(l.custom, '$.{name}') IN ('integer', 'real')"
    return f"CASE WHEN {is_number} THEN l.custom ->> '$.{name}' END"


def _own(key: str, label: str, kind: Kind, *, group: str = "person", choices: tuple[str, ...] = ()) -> Field:
    return Field(key, label, kind, group, f"l.{key}", choices=choices)


def _either(key: str, label: str) -> Field:
    return Field(key, label, Kind.TEXT, "place", f"COALESCE(NULLIF(l.{key}, ''), c.{key}, '')")


def _company(key: str, column: str, label: str, kind: Kind, postgres: str = "") -> Field:
    sql = f"COALESCE(c.{column}, '')" if kind is Kind.TEXT else f"c.{column}"
    return Field(key, label, kind, "company", sql, postgres)


def _flag(key: str, label: str, sql: str, group: str = "quality", postgres: str = "") -> Field:
    return Field(key, label, Kind.FLAG, group, sql, postgres)


def _count(key: str, label: str, table: str, condition: str, scope: str = "") -> Field:
    mark = "{scope}" if scope else ""
    sql = f"(SELECT COUNT(*) FROM {table} x WHERE x.lead_id = l.id AND {condition}{mark})"  # noqa: S608
    return Field(key, label, Kind.NUMBER, "activity", sql, scope=scope)


def happened(key: str, label: str, *kinds: str) -> Field:
    """Return a field that counts entries of the timeline, ever or in the last days."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return _count(key, label, "leads_activity", f"x.kind IN ({named})", scope="days")


_NUMBER = (
    "CASE WHEN json_type({0}, '$.{1}') IN ('integer', 'real') THEN {0} ->> '$.{1}' END",
    "CASE WHEN jsonb_typeof({0} -> '{1}') = 'number' THEN ({0} ->> '{1}')::float8 END",
)
_TEXT = ("COALESCE(CAST({0} ->> '$.{1}' AS TEXT), '')", "COALESCE({0} ->> '{1}', '')")
#: a day that does not exist, such as 31 February, rolls over instead of failing; so does SQLite's
_DATE = (
    "CASE WHEN {0} ->> '$.{1}' GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
    " THEN datetime({0} ->> '$.{1}', '+0 days') END",
    "CASE WHEN {0} ->> '{1}' ~ '^[12][0-9][0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'"
    " THEN timestamptz '2000-01-01 00:00+00' + make_interval("
    "years => substr({0} ->> '{1}', 1, 4)::int - 2000, months => substr({0} ->> '{1}', 6, 2)::int - 1,"
    " days => substr({0} ->> '{1}', 9, 2)::int - 1) END",
)
_HOUSE: dict[str, tuple[Kind, str, str]] = {
    "text": (Kind.TEXT, *_TEXT),
    "url": (Kind.TEXT, *_TEXT),
    "number": (Kind.NUMBER, *_NUMBER),
    "flag": (
        Kind.FLAG, "COALESCE(json_type({0}, '$.{1}') = 'true', 0)",
        "COALESCE({0} -> '{1}' = 'true'::jsonb, false)",
    ),
    "date": (Kind.DAYS, *_DATE),
    "choice": (Kind.CHOICE, f"lower({_TEXT[0]})", f"lower(({_TEXT[1]}) COLLATE \"C\")"),
}  # fmt: skip
_FREE = ", ".join(f"'{domain}'" for domain in sorted(FREE_MAIL))
_DOMAIN = "CASE WHEN l.email_key = '' THEN '' ELSE substr(l.email_key, instr(l.email_key, '@') + 1) END"
_PG_DOMAIN = "split_part(l.email_key, '@', 2)"
_FILLED = (
    "first_name",
    "last_name",
    "email_key",
    "phone",
    "title",
    "industry",
    "city",
    "country",
    "linkedin_key",
)
_REFUSED = (
    "EXISTS (SELECT 1 FROM leads_consent x WHERE x.lead_id = l.id AND x.channel = 'email'"
    " AND NOT x.is_granted"
    " AND NOT EXISTS (SELECT 1 FROM leads_consent y WHERE y.lead_id = l.id AND y.channel = 'email'"
    " AND y.id > x.id))"
)
EMAIL_STATES = ("unknown", "valid", "risky", "invalid", "bounced")
_CLOSED = "('won', 'lost')"

_FIELDS = (
    _own("first_name", "first name", Kind.TEXT),
    _own("last_name", "last name", Kind.TEXT),
    _own("email", "e-mail", Kind.TEXT),
    Field("email_domain", "e-mail domain", Kind.TEXT, "person", _DOMAIN, _PG_DOMAIN),
    _own("email_status", "e-mail status", Kind.CHOICE, choices=EMAIL_STATES),
    _own("title", "job title", Kind.TEXT),
    _own("seniority", "seniority", Kind.CHOICE, choices=SENIORITIES),
    _own("department", "department", Kind.CHOICE, choices=tuple(code for code, _ in DEPARTMENTS)),
    _own("language", "language", Kind.CHOICE),
    _own("time_zone", "time zone", Kind.TEXT, group="place"),
    _either("industry", "industry"),
    _either("city", "city"),
    _either("region", "region"),
    _either("country", "country"),
    _own("source", "source", Kind.TEXT, group="origin"),
    _own("origin", "origin", Kind.TEXT, group="origin"),
    _own("external_id", "external id", Kind.TEXT, group="origin"),
    _own("lifecycle", "lifecycle", Kind.CHOICE, choices=tuple(Lifecycle.values)),
    _own("website_visits", "website visits", Kind.NUMBER, group="behaviour"),
    _own("website_seconds", "seconds on the website", Kind.NUMBER, group="behaviour"),
    _own("pages_per_visit", "pages per visit", Kind.NUMBER, group="behaviour"),
    Field("budget", "budget", Kind.NUMBER, "person", "l.budget", "l.budget::float8"),
    _own("owner_id", "owner number", Kind.NUMBER),
    _own("team_id", "team number", Kind.NUMBER),
    _own("has_appointment", "has an appointment", Kind.FLAG),
    _own("do_not_email", "asked not to be e-mailed", Kind.FLAG),
    _own("do_not_call", "asked not to be called", Kind.FLAG),
    _own("tags", "tags", Kind.LIST),
    _company("company", "name", "company", Kind.TEXT),
    _company("company_domain", "domain", "company domain", Kind.TEXT),
    _company("employees", "employees", "employees", Kind.NUMBER),
    _company("annual_revenue", "annual_revenue", "annual revenue", Kind.NUMBER, "c.annual_revenue::float8"),
    _company("founded", "founded", "year of foundation", Kind.NUMBER),
    _company("rating", "rating", "public rating", Kind.NUMBER),
    _company("reviews", "reviews", "public reviews", Kind.NUMBER),
    Field("technologies", "technologies", Kind.LIST, "company", "COALESCE(c.technologies, '[]')"),
    Field("score", "score", Kind.NUMBER, "score", "s.value"),
    Field("score_change", "change of score", Kind.NUMBER, "score", "s.value - s.previous"),
    Field("days_since_created", "days since created", Kind.DAYS, "activity", "l.created_at"),
    Field("days_since_last_contact", "days since last contact", Kind.DAYS, "activity", "l.last_contacted_at"),
    Field("days_since_last_engagement", "days since last engagement", Kind.DAYS, "activity",
          "l.last_engaged_at"),
    Field("days_since_scored", "days since scored", Kind.DAYS, "score", "s.scored_at"),
    happened("opens", "e-mails opened", "opened"),
    happened("clicks", "links clicked", "clicked"),
    happened("replies", "replies", "replied"),
    _count("open_tasks", "open tasks", "leads_task", "x.status = 'open'"),
    _count("open_deals", "open deals", "leads_deal", f"x.stage NOT IN {_CLOSED}"),
    _count("won_deals", "won deals", "leads_deal", "x.stage = 'won'"),
    row_field("in_campaign", "campaign", "campaigns",
              ("x.campaign_id", "leads_prospect x WHERE x.lead_id = l.id"), "campaigns.Campaign"),
    _flag("has_email", "has an e-mail address", "l.email_key <> ''"),
    _flag("has_free_mail", "uses free mail", f"{_DOMAIN} IN ({_FREE})",
          postgres=f"{_PG_DOMAIN} IN ({_FREE})"),
    _flag("has_phone", "has a phone number", "l.phone <> ''"),
    _flag("has_linkedin", "has a LinkedIn profile", "l.linkedin_key <> ''"),
    _flag("has_company", "has a company", "l.company_id IS NOT NULL"),
    _flag("has_website", "has a company website", "COALESCE(c.domain, '') <> ''"),
    _flag("has_owner", "has an owner", "l.owner_id IS NOT NULL"),
    _flag("has_refused_email", "refused e-mail", _REFUSED, "consent"),
    _flag("is_suppressed", "is on the suppression list", listed.anywhere(_DOMAIN, "instr"), "consent",
          postgres=listed.anywhere(_PG_DOMAIN, "strpos")),
    Field("completeness", "known facts", Kind.NUMBER, "quality",
          " + ".join(f"(l.{name} <> '')" for name in _FILLED),
          " + ".join(f"(l.{name} <> '')::int" for name in _FILLED)),
)  # fmt: skip

#: every field by its key, in the order in which an editor offers them
CATALOGUE = {field.key: field for field in _FIELDS}
