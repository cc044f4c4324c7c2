"""How many prospects stand at which stage."""

from django.db.models import Count, QuerySet

from leads.models import Prospect


def by_stage(prospects: QuerySet[Prospect]) -> dict[str, int]:
    """Return how many prospects stand at each stage."""
    found = prospects.order_by().values_list("stage").annotate(number=Count("pk"))
    return dict(found.values_list("stage", "number"))
