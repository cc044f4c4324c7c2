"""Where a figure leads: the address of the rows behind it."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from analytics.services import drills
from campaigns.models import Campaign


def rows_behind(figure: str, campaign: Campaign) -> str:
    """Return the list that shows what a figure counts; empty when no page lists it."""
    if figure not in drills.PLACES:
        return ""
    found = drills.drill(figure, campaign)
    url = page(found.url_name, *found.args)
    return f"{url}?{urlencode(found.query)}" if url and found.query else url


def page(name: str, *args: object) -> str:
    """Return a page's address, or nothing where no such page exists."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
