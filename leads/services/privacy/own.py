"""The personal facts of the two lowest floors: people, what was said of them, the books beside."""

from typing import Any

from leads.services.privacy.registry import Personal

GONE = "Forgotten"
SAID = "Forgotten on request"
_LEAD: dict[str, Any] = {
    **dict.fromkeys(
        ("first_name", "last_name", "email", "email_key", "phone", "linkedin_url", "linkedin_key", "title",
         "seniority", "department", "industry", "city", "region", "country", "time_zone", "language",
         "external_id"), "",
    ),
    **dict.fromkeys(("website_visits", "website_seconds", "pages_per_visit", "budget", "company_id"), None),
    "email_status": "unknown", "do_not_email": True, "do_not_call": True, "tags": [], "custom": {},
}  # fmt: skip


def people() -> list[Personal]:
    """Return where the second floor keeps people."""
    return [
        Personal("leads.Lead", "The person", ("pk",), empty=_LEAD, found="keep",
                 plain=("source", "origin")),
        Personal("leads.LeadKey", "Keys by which we know them", drop=True),
        Personal("leads.MatchCandidate", "Compared with others", ("left", "right"), drop=True),
        Personal("leads.Merge", "Merged records", ("kept", "gone"),
                 empty={"evidence": [], "choices": {}, "before": {}, "moved": {"steps": []}}, plain=("how",)),
        Personal("leads.FactSource", "Where facts came from", drop=True),
        Personal("leads.LeadScore", "Score", drop=True),
        Personal("leads.Prospect", "Campaigns", plain=("path",)),
        Personal("leads.Override", "Decisions by hand", ("prospect__lead",), empty={"reason": SAID}),
        Personal("leads.Activity", "Timeline", empty={"summary": SAID, "data": {}}, plain=("key",)),
        Personal("leads.Note", "Notes", drop=True, search=("body",)),
        Personal("leads.Attachment", "Files", drop=True, file="path", search=("name",)),
        Personal("leads.Task", "Tasks", empty={"title": SAID, "brief": ""}, plain=("key",)),
        Personal("leads.Deal", "Deals", empty={"name": SAID, "lost_reason": ""}),
        Personal("leads.Consent", "Consent", empty={"evidence": ""}, plain=("source", "basis")),
        Personal("leads.ResearchReport", "Research", drop=True,
                 search=("summary", "claims", "pages", "error")),
        Personal("leads.Submission", "Filled-in forms", found="row",
                 empty={"payload": {}, "page_url": "", "clicks": {}, "visitor": "", "problem": SAID}),
        Personal("leads.ImportedLead", "Imports", empty={"before": None}),
        Personal("leads.BulkTarget", "Acts on many", empty={"before": None}),
        Personal("leads.SnapshotLead", "Audiences"),
        *_unlinked(),
    ]  # fmt: skip


def _unlinked() -> list[Personal]:
    """Rows without a link, in which the person's words are looked for."""
    return [
        Personal("leads.Suppression", "Do not contact", (), search=("value", "evidence"), found="drop",
                 plain=("reason",)),
        Personal("leads.RowProblem", "Refused rows of imports", (), search=("value", "problem"), found="row",
                 empty={"value": "", "problem": SAID}),
        Personal("leads.ImportedCompany", "Companies before an import", (), search=("before",)),
        Personal("leads.ProviderOrder", "Orders at data providers", (), search=("request", "answer", "error"),
                 found="records", plain=("key", "external_id")),
        Personal("leads.ImportJob", "Names of import files", (), search=("file_name", "error"),
                 plain=("path", "mapping")),
        Personal("leads.BulkAction", "Acts on many", (), search=("params", "criteria", "sentence", "error")),
        Personal("leads.Segment", "Segments", (), search=("name", "criteria", "description")),
        Personal("leads.Snapshot", "Audiences", (), search=("sentence", "criteria")),
        Personal("leads.SavedView", "Saved views", (), search=("name", "query"), plain=("columns",)),
    ]  # fmt: skip


def books() -> list[Personal]:
    """Return where the lowest floor may hold facts of people: audit, answers to partners, provider cache."""
    about = {"object_type": "leads.lead"}
    kinds = ("lead_score",)
    return [
        Personal("campaigns.AuditEntry", "What was done", ("object_id",), narrow=about,
                 empty={"before": {}, "after": {}, "reason": ""}),
        Personal("campaigns.AuditEntry", "What was done elsewhere", (), search=("before", "after", "reason")),
        Personal("campaigns.Prediction", "Predictions", ("subject_id",), narrow={"version__kind__in": kinds},
                 empty={"contributions": {}, "features": {}}),
        Personal("campaigns.IdempotencyKey", "Answers to partners", (), search=("answer",), found="drop",
                 plain=("key", "path", "body_hash")),
        Personal("campaigns.CacheEntry", "Cached answers of providers", (), search=("value",), found="drop",
                 plain=("key",)),
        Personal("campaigns.Revenue", "Notes on revenue", (), search=("note",)),
        Personal("campaigns.Cost", "Costs", ("lead_id",)),
        Personal("campaigns.PipelineRun", "Errors of runs", (), search=("error",)),
        Personal("campaigns.StageRun", "Errors of stages", (), search=("note", "error"), plain=("name",)),
        Personal("campaigns.JobState", "Errors of periodic work", (), search=("last_error",),
                 plain=("name",)),
        Personal("admin.LogEntry", "Settings pages", (), search=("object_repr", "change_message"),
                 plain=("object_id",)),
    ]  # fmt: skip


#: tables that hold no leads' facts, and why
IMPERSONAL = {
    "campaigns.Team": "staff", "campaigns.User": "staff", "campaigns.AccessToken": "keys of systems",
    "campaigns.Campaign": "plans", "campaigns.ModelVersion": "parameters of models",
    "campaigns.LanguageModel": "price list", "campaigns.Price": "price list", "campaigns.Hold": "money",
    "campaigns.TokenBucket": "rate limits", "campaigns.JobSlot": "periodic work",
    "leads.Company": "companies are not people", "leads.CustomField": "definitions",
    "leads.ProviderState": "providers", "leads.ColumnMapping": "names of columns",
    "leads.Mention": "goes with its note", "leads.Erasure": "digests and numbers only",
    "leads.Tombstone": "digests", "leads.Rule": "rules", "leads.Tag": "names of tags",
    "leads.WebForm": "definitions", "leads.MatchRun": "numbers of rows",
    "outreach.Sender": "staff", "outreach.Sequence": "plans", "outreach.SequenceVersion": "plans",
    "outreach.Step": "plans", "outreach.Link": "addresses of our own texts", "outreach.Tally": "counts",
}  # fmt: skip
