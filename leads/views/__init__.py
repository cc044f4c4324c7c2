"""Staff pages of the second floor: people, companies, rules, segments, imports, and the command menu."""

from leads.views.acts import (
    add_task,
    assign,
    close_deal,
    finish_task,
    open_deal,
    override,
    reopen_task,
    rescore,
    snooze_task,
    suppress,
)
from leads.views.companies import companies, company
from leads.views.importing import cancel_import, import_errors, import_job, imports, start_import
from leads.views.lead import edit, lead, new
from leads.views.palette import palette
from leads.views.prospects import campaign
from leads.views.research import company_research, research, researches
from leads.views.rules import qualification, rules, scoring
from leads.views.segments import count_segment, delete_segment, new_segment, segment, segments
from leads.views.table import bulk, count, index, tabs, undo_bulk
from leads.views.webforms import (
    new_webform,
    preview_webform,
    store_submission,
    webform,
    webform_submissions,
    webforms,
)

__all__ = [
    "add_task",
    "assign",
    "bulk",
    "campaign",
    "cancel_import",
    "close_deal",
    "companies",
    "company",
    "company_research",
    "count",
    "count_segment",
    "delete_segment",
    "edit",
    "finish_task",
    "import_errors",
    "import_job",
    "imports",
    "index",
    "lead",
    "new",
    "new_segment",
    "new_webform",
    "open_deal",
    "override",
    "palette",
    "preview_webform",
    "qualification",
    "reopen_task",
    "rescore",
    "research",
    "researches",
    "rules",
    "scoring",
    "segment",
    "segments",
    "snooze_task",
    "start_import",
    "store_submission",
    "suppress",
    "tabs",
    "undo_bulk",
    "webform",
    "webform_submissions",
    "webforms",
]
