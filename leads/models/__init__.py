"""The nouns of the second floor."""

from leads.models.activity import Activity
from leads.models.company import Company
from leads.models.consent import Consent, Suppression
from leads.models.deal import Deal, DealStage
from leads.models.importing import ImportedLead, ImportJob, RowProblem
from leads.models.lead import Lead, LeadQuerySet, Lifecycle
from leads.models.note import Note
from leads.models.prospect import Prospect, ProspectQuerySet, ProspectStage
from leads.models.rule import Override, Rule, RuleKind
from leads.models.score import LeadScore
from leads.models.segment import Segment
from leads.models.task import Task, TaskStatus

__all__ = [
    "Activity",
    "Company",
    "Consent",
    "Deal",
    "DealStage",
    "ImportJob",
    "ImportedLead",
    "Lead",
    "LeadQuerySet",
    "LeadScore",
    "Lifecycle",
    "Note",
    "Override",
    "Prospect",
    "ProspectQuerySet",
    "ProspectStage",
    "RowProblem",
    "Rule",
    "RuleKind",
    "Segment",
    "Suppression",
    "Task",
    "TaskStatus",
]
