"""What a new house and a new campaign begin with: a sender and a three-step e-mail sequence."""

from django.conf import settings

from campaigns.models import Campaign, User
from outreach.models import Sender, Sequence
from outreach.services import sequences, versions
from outreach.services.letterbox import STEPS


def ensure_for_campaign(campaign: Campaign, by: User | None = None) -> Sequence | None:
    """Give a deployed campaign its own copy of the default sequence, unless it has one or uses no e-mail."""
    if campaign.channels and "email" not in campaign.channels:
        return None
    if found := campaign.sequences.first():
        return found
    sequence = sequences.create(f"{campaign.name}: three steps"[:120], STEPS, by=by, campaign=campaign)
    versions.publish(versions.draft(sequence), by)
    return sequence


def ensure_sender() -> Sender:
    """Return the first sender, making one from the settings when there is none."""
    if found := Sender.objects.filter(is_active=True).first():
        return found
    email = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()
    name = settings.DEFAULT_FROM_EMAIL.rpartition("<")[0].strip().strip('"') or "Your sales team"
    facts = {"name": name, "reply_domain": f"reply.{email.rpartition('@')[2]}", "is_active": True}
    return Sender.objects.get_or_create(email=email, defaults=facts)[0]
