"""Segments: criteria of the rule language turned into sets of leads, counted and explained."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

from campaigns.models import User
from campaigns.services import bulk
from leads.models import Lead, LeadQuerySet, Segment
from leads.models.segment import SegmentQuerySet
from leads.services.rules import facts
from leads.services.rules import language as rules
from leads.services.rules.fields import TABLES
from leads.services.rules.leaves import Tree

_JOINS = {
    "c": " LEFT JOIN leads_company c ON c.id = l.company_id",
    "s": " LEFT JOIN leads_leadscore s ON s.lead_id = l.id",
}


class BadCriteria(ValueError):
    """Criteria that cannot be asked; the message says why."""

    code = "bad_criteria"
    status = 400


def queryset(criteria: Tree) -> LeadQuerySet:
    """Return the leads that meet the criteria, without those that were merged away."""
    if problems := rules.validate(criteria):
        raise BadCriteria(" ".join(problems))
    found = Lead.objects.current()
    if not criteria:
        return found
    sql, params = rules.compile_sql(criteria)
    chosen = RawSQL(  # noqa: S611 - compiled from a validated tree, values are parameters
        f"SELECT l.id FROM {TABLES} WHERE {sql}",  # noqa: S608
        [bulk.adapt(value) for value in params],
    )
    return found.filter(pk__in=chosen)


class Meets(Func):
    """The criteria as a condition on each lead of a query, so that a page in order ends when it is full."""

    def __init__(self, criteria: Tree, **extra: Any) -> None:
        super().__init__(F("pk"), output_field=BooleanField(), **extra)
        self.criteria = criteria

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition for the alias that the lead has in the query."""
        pk, params = compiler.compile(self.source_expressions[0])
        condition, values = rules.compile_sql(self.criteria)
        sql = f"EXISTS (SELECT 1 FROM {_tables(condition)} WHERE l.id = {pk} AND {condition})"  # noqa: S608
        return sql, (*params, *(bulk.adapt(value) for value in values))


def narrowed(rows: LeadQuerySet, criteria: Tree) -> LeadQuerySet:
    """Return those of the rows that meet the criteria, for a page in order."""
    if problems := rules.validate(criteria):
        raise BadCriteria(" ".join(problems))
    return rows.filter(Meets(criteria)) if criteria else rows


def count(criteria: Tree, actor: User | None = None) -> int:
    """Return how many leads meet the criteria (of those the actor may see)."""
    sql, params = counting(criteria, actor)
    return int(bulk.fetch(sql, params)[0][0])


def counting(criteria: Tree, actor: User | None = None) -> tuple[str, list[Any]]:
    """Return the one statement that counts, over no more tables than the criteria speak of.

    More conditions may follow behind it; the lead is called ``l``.
    """
    return _asked("COUNT(*)", criteria, actor)


def first_ids(criteria: Tree, actor: User, limit: int) -> list[int]:
    """Return up to ``limit`` leads that meet the criteria, in no order: one pass that ends early."""
    sql, params = _asked("l.id", criteria, actor)
    return [pk for (pk,) in bulk.fetch(f"{sql} LIMIT {int(limit)}", params)]


def _asked(what: str, criteria: Tree, actor: User | None) -> tuple[str, list[Any]]:
    if problems := rules.validate(criteria):
        raise BadCriteria(" ".join(problems))
    condition, params = rules.compile_sql(criteria)
    sql = f"SELECT {what} FROM {_tables(condition)} WHERE l.merged_into_id IS NULL AND {condition}"  # noqa: S608
    if actor is None or actor.sees_all:
        return sql, params
    seen = Lead.objects.visible_to(actor).order_by().values("id")
    inner, values = seen.query.get_compiler(connection=connection).as_sql()
    return f"{sql} AND l.id IN ({inner})", [*params, *values]


def save(
    name: str, criteria: Tree, owner: User, *, is_shared: bool = True, segment: Segment | None = None
) -> Segment:
    """Store a segment after checking its criteria."""
    if problems := rules.validate(criteria):
        raise BadCriteria(" ".join(problems))
    kept = segment or Segment(owner=owner, team=owner.team)
    kept.name, kept.criteria, kept.is_shared = name, criteria, is_shared
    kept.save()
    return kept


def visible_to(actor: User) -> SegmentQuerySet:
    """Return the segments a person may use: their own, and those shared with their team or the house."""
    return Segment.objects.visible_to(actor)


def changeable_by(actor: User) -> QuerySet[Segment]:
    """Return the segments a person may change: their own; for managers also the team's and nobody's."""
    if actor.sees_all:
        return Segment.objects.all()
    own = Q(owner=actor)
    if not actor.can_manage:
        return Segment.objects.filter(own)
    house = Q(owner=None) | Q(owner__team_id=actor.team_id, owner__team__isnull=False)
    return Segment.objects.visible_to(actor).filter(own | Q(is_shared=True) & house)


def why(lead: Lead, criteria: Tree) -> list[tuple[str, bool]]:
    """Return each part of the criteria in words, and whether the lead meets it."""
    parts = criteria.get("all") or criteria.get("any") or [criteria]
    known = facts.load([lead.pk], rules.fields_in(criteria)).get(lead.pk, {})
    return [(rules.sentence(part), rules.compile_python(part)(known)) for part in parts]


def _tables(condition: str) -> str:
    """Return no more tables than a condition speaks of."""
    return "leads_lead l" + "".join(join for alias, join in _JOINS.items() if f"{alias}." in condition)
