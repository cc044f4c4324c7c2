"""What a list of recommendations can be narrowed by."""

import django_filters

from analytics.models import Recommendation, RecommendationStatus


class RecommendationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of the API's list."""

    status = django_filters.MultipleChoiceFilter(choices=RecommendationStatus.choices)

    class Meta:
        model = Recommendation
        fields = ("campaign", "action", "priority", "mode")
