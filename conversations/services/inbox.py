"""The inbox as a person sees it: groups with counts, pages by key, a fixed number of queries."""

from django.db.models import Count, Q, QuerySet

from campaigns.models import User
from campaigns.services import paging
from campaigns.services.paging import Page
from conversations.models import Conversation, ConversationStatus
from leads.models import Lead

PAGE = 50
S = ConversationStatus
#: Group → what belongs to it, in the order of the page.
GROUPS: dict[str, Q] = {
    "escalated": Q(status=S.ESCALATED),
    "open": Q(status=S.OPEN),
    "waiting": Q(status=S.WAITING),
    "ended": Q(status=S.ENDED),
    "unassigned": Q(assignee=None) & ~Q(status=S.ENDED),
    "all": Q(),
}
LABELS = {"mine": "Mine", "escalated": "Needs a person", "open": "To answer", "waiting": "Waiting for them",
          "ended": "Closed", "unassigned": "Nobody's", "all": "All"}  # fmt: skip


def groups(actor: User) -> dict[str, int]:
    """Count the conversations of each group this person may see: one query."""
    counts = {name: Count("id", filter=_group(actor, name)) for name in ("mine", *GROUPS)}
    return Conversation.objects.visible_to(actor).order_by().aggregate(**counts)


def listing(
    actor: User, group: str = "all", search: str = "", after: str = "", before: str = "", size: int = PAGE
) -> Page[Conversation]:
    """Return one page of a group, newest first; the cursors are those of the page before."""
    found = query(actor, group, search)
    return paging.page(found, order="-last_turn_at", after=after, before=before, size=size)


def query(actor: User, group: str = "all", search: str = "") -> QuerySet[Conversation]:
    """Return the conversations of a group, with what a list row shows."""
    found = Conversation.objects.visible_to(actor).filter(_group(actor, group))
    if search.strip():
        people = Lead.objects.search(search).values("pk")
        found = found.filter(
            Q(lead__in=people) | Q(subject__icontains=search) | Q(last_line__icontains=search)
        )
    return found.select_related("lead__company", "lead__score", "campaign", "assignee").order_by(
        "-last_turn_at", "-id"
    )


def _group(actor: User, name: str) -> Q:
    if name == "mine":
        return Q(assignee=actor) & ~Q(status=S.ENDED)
    return GROUPS.get(name, GROUPS["all"])
