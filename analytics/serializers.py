"""Figures and recommendations as the API shows them."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from analytics.models import Recommendation
from analytics.services.customers import Profile
from analytics.services.figures import COUNTS, MONEY, RATES, RATIOS
from campaigns.models import User
from campaigns.services import masking
from campaigns.services.access import StrictSerializer
from conversations.models import Conversation
from leads.models import Activity, Prospect
from outreach.models import Message


class FiguresSerializer(serializers.Serializer[object]):
    """Every figure of a campaign: counts, money as text, rates as shares with their 95 % interval."""

    intervals = serializers.DictField(child=serializers.ListField(child=serializers.FloatField()))

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """Return one field per figure."""
        counts = {name: serializers.IntegerField() for name in COUNTS}
        money = {name: serializers.CharField(allow_null=True) for name in (*MONEY, *RATIOS) if name != "roi"}
        rates = {name: serializers.FloatField(allow_null=True) for name in ("roi", *RATES)}
        return {**super().get_fields(), **counts, **money, **rates}


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    """A recommendation with its evidence and what became of it."""

    campaign_name = serializers.CharField(source="campaign.name", read_only=True)

    class Meta:
        model = Recommendation
        fields = ("id", "campaign", "campaign_name", "action", "priority", "title", "reason", "evidence",
                  "sample_size", "certainty", "expected_effect", "status", "mode", "decided_by", "decided_at",
                  "created_at")  # fmt: skip
        read_only_fields = fields


class DismissSerializer(StrictSerializer):
    """Why not."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


def profile(found: Profile, actor: User) -> dict[str, Any]:
    """Return the profile as plain values, masked for those who read figures only."""
    lead = found.lead
    email, phone = masking.shown_to(actor, lead.email), masking.shown_to(actor, lead.phone)
    return {
        "id": lead.pk, "name": lead.name, "email": email, "phone": phone, "title": lead.title,
        "company": lead.company.name if lead.company else None, "lifecycle": lead.lifecycle,
        "owner": lead.owner.username if lead.owner else None,
        "blocked_because": found.blocked_because or None,
        "score": found.score,
        "score_parts": [{"label": label, "points": n} for label, n in found.score_parts],
        "value": {"historic": str(found.revenue), "potential": str(found.open_value),
                  "cost": str(found.cost)},
        "next_step": asdict(found.next_step),
        "campaigns": [_of_prospect(prospect) for prospect in found.prospects],
        "timeline": [_of_activity(activity) for activity in found.timeline],
        "messages": [_of_message(message) for message in found.messages],
        "conversations": [_of_conversation(conversation) for conversation in found.conversations],
        "deals": [{"id": d.pk, "name": d.name, "stage": d.stage, "value": str(d.value)} for d in found.deals],
        "consent": {channel: {"granted": c.is_granted, "source": c.source, "at": c.recorded_at}
                    for channel, c in found.consent_by_channel.items()},
        "tasks": [{"id": t.pk, "title": t.title, "due_at": t.due_at} for t in found.tasks],
    }  # fmt: skip


def _of_prospect(prospect: Prospect) -> dict[str, Any]:
    return {"campaign": prospect.campaign_id, "name": prospect.campaign.name, "stage": prospect.stage,
            "score": prospect.score}  # fmt: skip


def _of_activity(activity: Activity) -> dict[str, Any]:
    return {"at": activity.occurred_at, "kind": activity.kind, "channel": activity.channel,
            "summary": activity.summary}  # fmt: skip


def _of_message(message: Message) -> dict[str, Any]:
    return {"id": message.pk, "campaign": message.campaign_id, "subject": message.subject,
            "status": message.status, "sent_at": message.sent_at}  # fmt: skip


def _of_conversation(conversation: Conversation) -> dict[str, Any]:
    return {"id": conversation.pk, "campaign": conversation.campaign_id, "status": conversation.status,
            "intent": conversation.intent, "sentiment": conversation.sentiment,
            "last_line": conversation.last_line}  # fmt: skip
