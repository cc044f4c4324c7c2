"""What stands beside a conversation: how far the customer is, what they may be worth, what is planned."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from conversations.models import Conversation
from leads.models import DealStage, Prospect, Task, TaskStatus

CLOSED = (DealStage.WON, DealStage.LOST)


@dataclass(frozen=True)
class Facts:
    """Where the customer stands in the campaign, money in open deals, and open tasks."""

    prospect: Prospect | None
    open_value: Decimal
    tasks: list[Task]


def facts_of(conversation: Conversation) -> Facts:
    """Return what is known beside the words: two queries."""
    prospects = Prospect.objects.filter(lead=conversation.lead_id, campaign=conversation.campaign_id)
    prospect = prospects.annotate(
        open_value=Sum("lead__deals__value", filter=~Q(lead__deals__stage__in=CLOSED))
    ).first()
    value = getattr(prospect, "open_value", None) or Decimal(0)
    tasks = Task.objects.filter(lead=conversation.lead_id, status=TaskStatus.OPEN).select_related("owner")
    return Facts(prospect, value, list(tasks[:5]))
