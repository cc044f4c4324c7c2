"""What a list of conversations can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet

from conversations.models import Conversation, ConversationStatus
from conversations.services.understanding import POSITIVE_INTENTS
from leads.models import Lead


class ConversationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of the API's list and of the inbox page."""

    status = django_filters.MultipleChoiceFilter(choices=ConversationStatus.choices)
    intent = django_filters.CharFilter(method="filter_intent", help_text="A class, or «positive».")
    search = django_filters.CharFilter(method="filter_search")
    unassigned = django_filters.BooleanFilter(field_name="assignee", lookup_expr="isnull")

    class Meta:
        model = Conversation
        fields = ("campaign", "lead", "assignee", "channel", "sentiment")

    def filter_intent(self, rows: QuerySet[Conversation], name: str, value: str) -> QuerySet[Conversation]:
        """Narrow to a class of intent; «positive» names those that may lead to a sale."""
        return rows.filter(intent__in=POSITIVE_INTENTS if value == "positive" else [value])

    def filter_search(self, rows: QuerySet[Conversation], name: str, value: str) -> QuerySet[Conversation]:
        """Narrow to people, subjects or last words that hold the text."""
        people = Lead.objects.search(value).values("pk")
        return rows.filter(Q(lead__in=people) | Q(subject__icontains=value) | Q(last_line__icontains=value))
