"""Reports: all campaigns side by side, one campaign in full; the same data as page, CSV and JSON."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify

from analytics.services import pictures, reports, sheets
from analytics.views import tables
from campaigns import clock
from campaigns.models import Campaign
from campaigns.views.access import StaffRequest, find_campaign
from outreach.views.access import office

MOST, DAYS = 200, 30
TABS = {"full": "Full", "cost": "Costs", "lead": "Leads", "outreach": "Outreach"}
LABELS = {
    "found": "Leads", "qualification_rate": "Qualified", "contacted": "Written to", "reply_rate": "Replied",
    "success_rate": "Positive", "won": "Won", "cost_per_lead": "Per lead", "cost": "Spent",
    "revenue": "Revenue",
    "roi": "Return",
}  # fmt: skip
SAYINGS = {
    "Good": "Every figure is within its limit", "Poor": "At least one figure is outside its limit",
    "": "Too early to say: nothing can be judged yet",
}  # fmt: skip


@office
def comparison(request: StaffRequest) -> HttpResponse:
    """Show all campaigns side by side."""
    campaigns = list(Campaign.objects.visible_to(request.user).live().select_related("owner")[:MOST])
    report = reports.comparison(campaigns)
    by_id = {campaign.pk: campaign for campaign in campaigns}
    daily = pictures.daily(list(by_id), DAYS, clock.now().date())
    context = {
        "nav": "reports", "kpis": tables.totals_strip(report["totals"]),
        "columns": [(name, LABELS[name]) for name in report["columns"]],
        "rows": [tables.compared(row, report["columns"], by_id[row["id"]]) for row in report["campaigns"]],
        "totals": [tables.shown(name, report["totals"][name]) for name in report["columns"]], "days": DAYS,
        "series": _series(daily) if any(daily["sent"]) else [],
    }  # fmt: skip
    return render(request, "analytics/reports.html", context)


@office
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one campaign's report."""
    return _report(request, pk, "analytics/report.html", "reports", "analytics:report")


@office
def campaign_report(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the same report as a tab of the campaign."""
    return _report(request, pk, "analytics/campaign_report.html", "campaigns", "analytics:campaign_report")


@office
def export(request: StaffRequest, pk: int, fmt: str) -> HttpResponse:
    """Hand the report out as CSV or JSON."""
    campaign = find_campaign(request, pk)
    return _file(reports.build(campaign, _type(request)), fmt, f"{slugify(campaign.name)}-{_type(request)}")


@office
def export_all(request: StaffRequest, fmt: str) -> HttpResponse:
    """Hand the comparison out as CSV or JSON."""
    campaigns = list(Campaign.objects.visible_to(request.user).live()[:MOST])
    return _file(reports.comparison(campaigns), fmt, "all-campaigns")


def _report(request: StaffRequest, pk: int, template: str, nav: str, name: str) -> HttpResponse:
    campaign, kind = find_campaign(request, pk), _type(request)
    found = reports.build(campaign, kind)
    url = reverse(name, args=[pk])
    context = {
        "nav": nav, "tab": "reports", "campaign": campaign, "report": found, "kind": kind,
        "kinds": [{"label": label, "url": f"{url}?type={one}", "active": one == kind} for one,
         label in TABS.items()],
        "sections": [tables.section(section, campaign) for section in found["sections"]],
        "ratings": [tables.rating(rating) for rating in found["ratings"]],
        "tone": tables.TONES[found["verdict"]], "saying": SAYINGS[found["verdict"]],
    }  # fmt: skip
    return render(request, template, context)


def _type(request: StaffRequest) -> str:
    wanted = request.GET.get("type", "full")
    if wanted not in reports.TYPES:
        raise Http404(wanted)
    return wanted


def _series(daily: dict[str, list[float]]) -> list[dict[str, Any]]:
    today = clock.now().date()
    dates = [today.fromordinal(today.toordinal() - DAYS + 1 + n) for n in range(DAYS)]
    return [
        {"label": "Sent", "points": list(zip(dates, daily["sent"], strict=True)), "area": True},
        {"label": "Replied", "points": list(zip(dates, daily["replied"], strict=True)), "tone": "madder"},
    ]


def _file(found: dict[str, Any], fmt: str, name: str) -> HttpResponse:
    if fmt == "json":
        return JsonResponse(found)
    if fmt != "csv":
        raise Http404(fmt)
    response = HttpResponse(sheets.as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
