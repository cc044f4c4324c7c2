"""Segments: criteria of the rule language turned into sets of leads, counted and explained."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from campaigns.models import User
from campaigns.services import bulk
from leads.models import Lead, LeadQuerySet, Segment
from leads.services import facts, rules
from leads.services.fields import TABLES
from leads.services.leaves import Tree


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


def count(criteria: Tree, actor: User | None = None) -> int:
    """Return how many leads meet the criteria (of those the actor may see)."""
    found = queryset(criteria)
    return (found.visible_to(actor) if actor else found).count()


def save(
    name: str, criteria: Tree, owner: User, *, is_shared: bool = True, segment: Segment | None = None
) -> Segment:
    """Store a segment after checking its criteria."""
    if problems := rules.validate(criteria):
        raise BadCriteria(" ".join(problems))
    kept = segment or Segment(owner=owner)
    kept.name, kept.criteria, kept.is_shared = name, criteria, is_shared
    kept.save()
    return kept


def visible_to(actor: User) -> Any:
    """Return the segments a person may use: the shared ones and their own."""
    found = Segment.objects.all()
    return found if actor.sees_all else (found.filter(is_shared=True) | found.filter(owner=actor))


def changeable_by(actor: User) -> QuerySet[Segment]:
    """Return the segments a person may change: their own; for managers also the team's and nobody's."""
    if actor.sees_all:
        return Segment.objects.all()
    own = Q(owner=actor)
    if not actor.can_manage:
        return Segment.objects.filter(own)
    house = Q(owner=None) | Q(owner__team_id=actor.team_id, owner__team__isnull=False)
    return Segment.objects.filter(own | Q(is_shared=True) & house)


def why(lead: Lead, criteria: Tree) -> list[tuple[str, bool]]:
    """Return each part of the criteria in words, and whether the lead meets it."""
    parts = criteria.get("all") or criteria.get("any") or [criteria]
    known = facts.load([lead.pk], rules.fields_in(criteria)).get(lead.pk, {})
    return [(rules.sentence(part), rules.compile_python(part)(known)) for part in parts]
