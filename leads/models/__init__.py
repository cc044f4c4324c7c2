"""The nouns of the second floor."""

from leads.models.activity import Activity
from leads.models.attachment import Attachment
from leads.models.bulk import BulkAction, BulkTarget
from leads.models.company import Company
from leads.models.consent import Consent, Suppression
from leads.models.custom import CustomField
from leads.models.deal import Deal, DealStage
from leads.models.harvest import ProviderOrder, ProviderState
from leads.models.identity import KeyKind, LeadKey, MatchCandidate, MatchRun, Merge
from leads.models.importing import ColumnMapping, ImportedCompany, ImportedLead, ImportJob, RowProblem
from leads.models.lead import Lead, LeadQuerySet, Lifecycle
from leads.models.note import Mention, Note
from leads.models.privacy import Erasure, Tombstone
from leads.models.prospect import Prospect, ProspectQuerySet, ProspectStage
from leads.models.provenance import FactSource
from leads.models.report import ResearchReport
from leads.models.rule import Override, Rule, RuleKind
from leads.models.score import LeadScore
from leads.models.segment import Segment, Snapshot, SnapshotLead
from leads.models.tag import Tag
from leads.models.task import Task, TaskStatus
from leads.models.view import SavedView
from leads.models.webform import Submission, WebForm

__all__ = [
    "Activity",
    "Attachment",
    "BulkAction",
    "BulkTarget",
    "ColumnMapping",
    "Company",
    "Consent",
    "CustomField",
    "Deal",
    "DealStage",
    "Erasure",
    "FactSource",
    "ImportJob",
    "ImportedCompany",
    "ImportedLead",
    "KeyKind",
    "Lead",
    "LeadKey",
    "LeadQuerySet",
    "LeadScore",
    "Lifecycle",
    "MatchCandidate",
    "MatchRun",
    "Mention",
    "Merge",
    "Note",
    "Override",
    "Prospect",
    "ProspectQuerySet",
    "ProspectStage",
    "ProviderOrder",
    "ProviderState",
    "ResearchReport",
    "RowProblem",
    "Rule",
    "RuleKind",
    "SavedView",
    "Segment",
    "Snapshot",
    "SnapshotLead",
    "Submission",
    "Suppression",
    "Tag",
    "Task",
    "TaskStatus",
    "Tombstone",
    "WebForm",
]
