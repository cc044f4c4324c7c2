"""«Why is it not sending?»: the exact things in the way of a campaign or of one message, in sentences."""

from datetime import datetime

from django.utils.formats import date_format

from campaigns.models import Campaign, CampaignStatus
from leads.services import contactability
from outreach.channels import registry
from outreach.models import Enrollment, EnrollmentStatus, Message, MessageStatus
from outreach.services import allowances, preflight
from outreach.services.allowances import Allowances


def why_not_sending(campaign: Campaign, now: datetime) -> list[str]:
    """Say what keeps a campaign's mail from leaving at this moment; an empty list means nothing does."""
    channel = registry.channel("email")
    found = allowances.read(channel, now, locked=False)
    reasons = [*_campaign_reasons(campaign, found), *_sender_reasons(found)]
    if channel.rests():
        reasons.append("The mail service could not be reached a moment ago; it is tried again shortly.")
    reasons += [problem.message for problem in preflight.check_sequence(campaign)]
    return reasons or _queue_reasons(campaign, now)


def why_not(message: Message, now: datetime) -> list[str]:
    """Say why one message has not left, or what became of it."""
    if message.status == MessageStatus.UNCERTAIN:
        return [f"It may have left: {message.reason} The provider is asked; it is never sent twice blindly."]
    if message.status in (MessageStatus.DRAFT, MessageStatus.APPROVED):
        return ["It waits for somebody to approve and queue it."]
    if message.status != MessageStatus.QUEUED:
        return [message.reason] if message.reason else []
    reasons = []
    if blocked := contactability.may_contact([message.lead_id], message.channel, now).get(message.lead_id):
        reasons.append(blocked)
    if message.enrollment and message.enrollment.status == EnrollmentStatus.PAUSED:
        reasons.append("The person's sequence is paused.")
    if message.sender_id is None:
        reasons.append("It has no sender.")
    if message.due_at > now:
        reasons.append(f"It is due {_at(message.due_at)}.")
    if message.reason:
        reasons.append(f"The last try ended with: {message.reason}")
    channel_wide = allowances.read(registry.channel(message.channel), now, locked=False)
    if message.step_id is not None:
        reasons += _campaign_reasons(message.campaign, channel_wide)
    return reasons + _sender_reasons(channel_wide, message.sender_id)


def _campaign_reasons(campaign: Campaign, found: Allowances) -> list[str]:
    reasons = []
    if campaign.status != CampaignStatus.ACTIVE:
        because = f" ({campaign.status_reason})" if campaign.status_reason else ""
        reasons.append(f"The campaign is {campaign.get_status_display().lower()}{because}. Start it to send.")
    if campaign.pk in found.campaigns and campaign.pk not in found.per_campaign:
        reasons.append(f"The budget is used up: ${campaign.remaining:.2f} are left. Raise it to go on.")
    if found.people.get(campaign.pk) == 0:
        reasons.append(f"The trial run of {campaign.send_limit} people is complete. Release the rest.")
    return reasons


def _sender_reasons(found: Allowances, sender_id: int | None = None) -> list[str]:
    if not found.senders:
        return ["There is no active sender that is not resting."]
    if not found.per_sender:
        return ["Every sender has reached its hourly or daily limit."]
    if sender_id is not None and sender_id not in found.per_sender:
        return ["Its sender rests or has reached its hourly or daily limit."]
    return []


def _queue_reasons(campaign: Campaign, now: datetime) -> list[str]:
    messages = Message.objects.filter(campaign=campaign)
    if messages.filter(status=MessageStatus.QUEUED, due_at__lte=now).exists():
        return []
    if drafts := messages.filter(status__in=(MessageStatus.DRAFT, MessageStatus.APPROVED)).count():
        return [f"{drafts} message{'s wait' if drafts > 1 else ' waits'} for approval."]
    if moment := next_at(campaign):
        return [f"Nothing is due before {_at(moment)}."]
    return ["Nobody is on the way through a sequence: run the campaign to find and route people."]


def next_at(campaign: Campaign) -> datetime | None:
    """Return when the campaign's next message is due, if any is planned."""
    queued = Message.objects.filter(campaign=campaign, status=MessageStatus.QUEUED).order_by("due_at")
    active = Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE).order_by("due_at")
    moments = [
        queued.values_list("due_at", flat=True).first(),
        active.values_list("due_at", flat=True).first(),
    ]
    return min((moment for moment in moments if moment), default=None)


def _at(moment: datetime) -> str:
    return f"{date_format(moment, 'j M Y, H:i')} UTC"
