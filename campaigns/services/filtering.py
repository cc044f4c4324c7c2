"""List filters that say so when they do not know a parameter, instead of answering with every row."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

ALWAYS = frozenset({"limit", "cursor", "format"})


class StrictFilters(DjangoFilterBackend):  # type: ignore[misc]
    """django-filter's backend; an unknown parameter is a 400 that names the known ones."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Check the names of the parameters, then filter."""
        filterset = self.get_filterset_class(view, queryset)
        known = set(filterset.base_filters) if filterset else set()
        unknown = set(request.query_params) - known - ALWAYS - set(getattr(view, "extra_params", ()))
        if unknown and getattr(view, "detail", False) is False:
            names = ", ".join(sorted(known | {"limit", "cursor"}))
            raise ValidationError({n: [f"There is no such filter. Known are: {names}."] for n in unknown})
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found
