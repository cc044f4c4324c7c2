"""Planning and launching, as a manager does it at the pages."""

from campaigns.models import Campaign
from tests.pages import signed_in, text, url

PLAN = {
    "name": "Austin dental", "type": "outbound_sales", "vertical": "dental clinics", "location": "Austin, TX",
    "prospect_count": "50", "budget": "100", "minimum_score": "60", "channels": "email", "goal_kind": "",
    "audience_choice": "directory", "postal_address": "1 Congress Ave, Austin", "signature": "Maya",
}  # fmt: skip


def plan(manager, **changes):
    """Fill the form in; return the campaign and the page that follows."""
    page = signed_in(manager).post(url("campaigns:deploy"), {**PLAN, **changes}, follow=True)
    return Campaign.objects.order_by("pk").last(), text(page)


def launch(manager, campaign, limit=""):
    """Press the button; return the answer that follows."""
    return signed_in(manager).post(url("campaigns:launch", campaign.pk), {"limit": limit}, follow=True)


def press(manager, campaign, verb):
    """Pause, resume, stop, release or run; return the page that follows."""
    return text(signed_in(manager).post(url("campaigns:move", campaign.pk, verb), follow=True))
