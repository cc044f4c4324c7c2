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
from leads.views.exporting import export
from leads.views.importing import (
    cancel_import,
    choose_sheet,
    import_errors,
    import_job,
    import_rejected,
    imports,
    start_import,
    undo_import,
)
from leads.views.lead import edit, lead, new
from leads.views.learning import (
    activate,
    edition,
    learned,
    promote,
    score_change,
    train,
    unpromote,
    what_if_panel,
)
from leads.views.looking import (
    count_segment,
    exact_segment,
    segment_snapshots,
    snapshot,
    stop_count,
    take_snapshot,
    why_segment,
)
from leads.views.many import (
    bulk,
    bulk_action,
    bulk_actions,
    bulk_file,
    cancel_bulk,
    undo_action,
    undo_bulk,
)
from leads.views.palette import palette
from leads.views.prospects import campaign
from leads.views.qualifying import act as tree_act
from leads.views.qualifying import activate as activate_rule
from leads.views.qualifying import condition as tree_condition
from leads.views.qualifying import qualification
from leads.views.qualifying import version as rule_version
from leads.views.research import company_research, research, researches, take_over
from leads.views.rules import rules, scoring
from leads.views.saved import change_view, save_view, views
from leads.views.segments import build_segment, delete_segment, new_segment, segment, segments
from leads.views.table import bulk_dialogs, count, density, index, tabs
from leads.views.webforms import (
    new_webform,
    preview_webform,
    store_submission,
    webform,
    webform_submissions,
    webforms,
)

__all__ = [
    "activate",
    "activate_rule",
    "add_task",
    "assign",
    "build_segment",
    "bulk",
    "bulk_action",
    "bulk_actions",
    "bulk_dialogs",
    "bulk_file",
    "campaign",
    "cancel_bulk",
    "cancel_import",
    "change_view",
    "choose_sheet",
    "close_deal",
    "companies",
    "company",
    "company_research",
    "count",
    "count_segment",
    "delete_segment",
    "density",
    "edit",
    "edition",
    "exact_segment",
    "export",
    "finish_task",
    "import_errors",
    "import_job",
    "import_rejected",
    "imports",
    "index",
    "lead",
    "learned",
    "new",
    "new_segment",
    "new_webform",
    "open_deal",
    "override",
    "palette",
    "preview_webform",
    "promote",
    "qualification",
    "reopen_task",
    "rescore",
    "research",
    "researches",
    "rule_version",
    "rules",
    "save_view",
    "score_change",
    "scoring",
    "segment",
    "segment_snapshots",
    "segments",
    "snapshot",
    "snooze_task",
    "start_import",
    "stop_count",
    "store_submission",
    "suppress",
    "tabs",
    "take_over",
    "take_snapshot",
    "train",
    "tree_act",
    "tree_condition",
    "undo_action",
    "undo_bulk",
    "undo_import",
    "unpromote",
    "views",
    "webform",
    "webform_submissions",
    "webforms",
    "what_if_panel",
    "why_segment",
]
