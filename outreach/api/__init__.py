"""The third floor's part of ``/api/v1/``: sequences, messages, senders, and the outbox of a campaign."""

from rest_framework.routers import SimpleRouter

from outreach.api.messages import MessageViewSet
from outreach.api.outbox import CampaignMessagesViewSet, GenerateViewSet, SendViewSet
from outreach.api.senders import SenderViewSet
from outreach.api.sequences import SequenceViewSet

ONE = r"campaigns/(?P<campaign_pk>\d+)"

router = SimpleRouter()
router.register("sequences", SequenceViewSet, basename="sequence")
router.register("messages", MessageViewSet, basename="message")
router.register("senders", SenderViewSet, basename="sender")
router.register(f"{ONE}/messages", CampaignMessagesViewSet, basename="campaign-message")
router.register(f"{ONE}/send", SendViewSet, basename="campaign-send")
router.register(f"{ONE}/generate-messages", GenerateViewSet, basename="campaign-generate")
