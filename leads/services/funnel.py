"""How many prospects stand at which stage, and what the paths of decided ones mean."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from leads.models import Prospect, Rule
from leads.services import trees
from leads.services.trees import Ending


def by_stage(prospects: QuerySet[Prospect]) -> dict[str, int]:
    """Return how many prospects stand at each stage."""
    found = prospects.order_by().values_list("stage").annotate(number=Count("pk"))
    return dict(found.values_list("stage", "number"))


def endings(rule_ids: Iterable[int]) -> dict[tuple[int, str], Ending]:
    """Return what each path through these trees leads to."""
    found = Rule.objects.filter(pk__in=list(rule_ids))
    return {(rule.pk, ending.path): ending for rule in found for ending in trees.endings(rule.body)}
