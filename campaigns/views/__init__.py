"""Staff pages of the ground floor: campaigns, their runs and their money."""

from campaigns.views.campaign import campaign, messages, settings
from campaigns.views.costs import campaign_costs, costs, silence
from campaigns.views.jobs import jobs, schedule, unschedule
from campaigns.views.moves import launch, move
from campaigns.views.plans import deploy, edit, estimate, index
from campaigns.views.runs import campaign_runs, cancel, progress, run, runs

__all__ = [
    "campaign",
    "campaign_costs",
    "campaign_runs",
    "cancel",
    "costs",
    "deploy",
    "edit",
    "estimate",
    "index",
    "jobs",
    "launch",
    "messages",
    "move",
    "progress",
    "run",
    "runs",
    "schedule",
    "settings",
    "silence",
    "unschedule",
]
