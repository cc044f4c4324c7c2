"""Which conversations and colleagues a member of staff may reach; the foreign looks absent."""

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from campaigns.models import User
from campaigns.models.user import Role
from campaigns.views.access import StaffRequest
from conversations.models import Conversation, ConversationStatus, Turn

WAITING = (ConversationStatus.OPEN, ConversationStatus.ESCALATED)


def find_conversation(request: StaffRequest, pk: int) -> Conversation:
    """Return a conversation this person may see."""
    seen = Conversation.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("lead__company", "lead__score", "campaign", "assignee"), pk=pk
    )


def find_turn(request: StaffRequest, pk: int) -> Turn:
    """Return a turn of a conversation this person may see."""
    seen = Conversation.objects.visible_to(request.user)
    return get_object_or_404(Turn.objects.select_related("conversation").filter(conversation__in=seen), pk=pk)


def colleagues(request: StaffRequest) -> QuerySet[User]:
    """Return whom conversations may be handed to, with how many wait for each of them."""
    able = User.objects.filter(is_active=True).exclude(role__in=(Role.ANALYST, Role.PARTNER))
    if not request.user.sees_all:
        able = able.filter(Q(team=request.user.team_id) if request.user.team_id else Q(pk=request.user.pk))
    waiting = Count("conversations", filter=Q(conversations__status__in=WAITING))
    return able.annotate(waiting=waiting).order_by("first_name", "username")
