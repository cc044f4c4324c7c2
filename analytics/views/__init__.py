"""Staff pages of the top floor: the day, figures of campaigns, reports, advice."""

from analytics.views.day import kpis, running, side
from analytics.views.deals import deals
from analytics.views.decisions import decide, why
from analytics.views.lead import lead_profile_panel
from analytics.views.panels import (
    campaign_budget,
    campaign_costs,
    campaign_funnel,
    campaign_kpis,
    campaign_recommendations,
    campaign_sends,
    campaign_variants,
)
from analytics.views.reports import campaign_report, comparison, export, export_all, report
from analytics.views.today import index, queue

__all__ = [
    "campaign_budget",
    "campaign_costs",
    "campaign_funnel",
    "campaign_kpis",
    "campaign_recommendations",
    "campaign_report",
    "campaign_sends",
    "campaign_variants",
    "comparison",
    "deals",
    "decide",
    "export",
    "export_all",
    "index",
    "kpis",
    "lead_profile_panel",
    "queue",
    "report",
    "running",
    "side",
    "why",
]
