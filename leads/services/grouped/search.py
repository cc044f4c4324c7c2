"""Find what somebody means by a few letters: leads first, then campaigns; quick at any size."""

from campaigns.models import Campaign, User
from leads.models import Company, Lead

SHOWN = 6
RANKED = 60  # so many of the newest that fit are put in order; one pass over the table finds them


def leads(words: str, actor: User, limit: int = SHOWN) -> list[Lead]:
    """Return leads whose names, address or company begin with the words, then those that contain them."""
    parts = words.split()[:3]
    if not parts:
        return []
    visible = Lead.objects.visible_to(actor).current().select_related("company", "score")
    found = list(visible.search(" ".join(parts))[:RANKED])
    return sorted(found, key=lambda lead: not _begins(lead, parts))[:limit]


def campaigns(words: str, actor: User, limit: int = SHOWN) -> list[Campaign]:
    """Return campaigns whose name contains the words, the newest first."""
    return list(Campaign.objects.visible_to(actor).live().filter(name__icontains=words)[:limit])


def companies(words: str, actor: User, limit: int = 3) -> list[Company]:
    """Return companies this person may see whose name begins with the words."""
    return list(Company.objects.visible_to(actor).filter(name__istartswith=words)[:limit])


def _begins(lead: Lead, parts: list[str]) -> bool:
    """Whether every word begins one of the names or the address."""
    texts = [text.lower() for text in (lead.first_name, lead.last_name, lead.email)]
    return all(any(text.startswith(part.lower()) for text in texts) for part in parts)
