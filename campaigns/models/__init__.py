"""The nouns of the ground floor."""

from campaigns.models.alert import BudgetAlert
from campaigns.models.audit import AuditEntry
from campaigns.models.campaign import Campaign, CampaignQuerySet, CampaignStatus, CampaignType
from campaigns.models.fields import SmallIntArrayField
from campaigns.models.idempotency import IdempotencyKey
from campaigns.models.job import JobSlot, JobState
from campaigns.models.learning import ModelVersion, Prediction
from campaigns.models.money import Cost, Hold, Revenue
from campaigns.models.price import LanguageModel, Price
from campaigns.models.provider import CacheEntry, TokenBucket
from campaigns.models.run import PipelineRun, RunStatus, StageRun
from campaigns.models.token import AccessToken
from campaigns.models.user import Team, User

__all__ = [
    "AccessToken",
    "AuditEntry",
    "BudgetAlert",
    "CacheEntry",
    "Campaign",
    "CampaignQuerySet",
    "CampaignStatus",
    "CampaignType",
    "Cost",
    "Hold",
    "IdempotencyKey",
    "JobSlot",
    "JobState",
    "LanguageModel",
    "ModelVersion",
    "PipelineRun",
    "Prediction",
    "Price",
    "Revenue",
    "RunStatus",
    "SmallIntArrayField",
    "StageRun",
    "Team",
    "TokenBucket",
    "User",
]
