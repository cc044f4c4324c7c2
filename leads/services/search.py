"""Find what somebody means by a few letters: leads first, then campaigns; quick at any size."""

from django.db.models import Q

from campaigns.models import Campaign, User
from leads.models import Company, Lead

SHOWN = 6


def leads(words: str, actor: User, limit: int = SHOWN) -> list[Lead]:
    """Return leads whose names, address or company begin with the words, then those that contain them."""
    parts = words.split()[:3]
    if not parts:
        return []
    visible = Lead.objects.visible_to(actor).current().select_related("company", "score")
    begins = visible
    for part in parts:
        begins = begins.filter(
            Q(first_name__istartswith=part) | Q(last_name__istartswith=part) | Q(email__istartswith=part)
        )
    found = list(begins[:limit])
    if len(found) < limit:
        known = [lead.pk for lead in found]
        found += visible.search(words).exclude(pk__in=known)[: limit - len(found)]
    return found


def campaigns(words: str, actor: User, limit: int = SHOWN) -> list[Campaign]:
    """Return campaigns whose name contains the words, the newest first."""
    return list(Campaign.objects.visible_to(actor).live().filter(name__icontains=words)[:limit])


def companies(words: str, actor: User, limit: int = 3) -> list[Company]:
    """Return companies this person may see whose name begins with the words."""
    return list(Company.objects.visible_to(actor).filter(name__istartswith=words)[:limit])
