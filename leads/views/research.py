"""Research as staff see it: the report about a lead or a company, and asking for many at once."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.services import paging
from campaigns.views.access import StaffRequest, manager, may, office, staff
from campaigns.views.answers import cursors, done, refused
from leads.forms.research import BulkForm
from leads.models import Company, Lead, ResearchReport
from leads.services.known import conflicts, firm
from leads.services.research import reports, requests, taking
from leads.views.find import find_lead


@staff
def research(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show what research found out about a lead; a POST asks for it."""
    lead = find_lead(request, pk)
    if request.method == "POST":
        return _ask_for_lead(request, lead)
    found = reports.shown(reports.of_lead(lead).visible_to(request.user))
    site = requests.domain_of(lead.company, lead)
    return _panel(request, found, site, reverse("leads:research", args=[pk]), lead=lead)


@staff
def company_research(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show what research found out about a company; a POST asks for it."""
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        return _ask_for_company(request, company)
    found = reports.shown(reports.of_company(company).visible_to(request.user), with_person=False)
    address = reverse("leads:company_research", args=[pk])
    return _panel(request, found, requests.domain_of(company), address, company=company)


@may("leads.change_company")
@require_POST
def take_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a published number or profile of a report into an empty fact of the company."""
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    mine = reports.of_company(company).visible_to(request.user)
    number, page = request.POST.get("report", ""), reverse("leads:company", args=[pk])
    report = get_object_or_404(mine, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    try:
        taking.take(company, report, request.POST.get("text", ""), request.user)
    except (taking.NotTaken, firm.FirmRefused, conflicts.Conflict) as refusal:
        return refused(request, str(refusal), page)
    return done(request, "Taken over, with its source in the log", page)


@office
def researches(request: StaffRequest) -> HttpResponseBase:
    """Ask for many websites at once, after an estimate, and list what was read."""
    form = BulkForm(request.POST or request.GET or None, actor=request.user)
    chosen = form.is_valid()
    if request.method == "POST" and chosen:
        return _ask_for_many(request, form)
    visible = ResearchReport.objects.visible_to(request.user)
    page = paging.page(
        visible.select_related("company", "lead__company", "requested_by"), **cursors(request)
    )  # fmt: skip
    context = {
        "nav": "leads", "form": form, "page": page,
        "estimate": requests.estimate(form.leads()) if chosen else None,
        "alive": any(row.status in requests.OPEN for row in page),
        "may_ask": request.user.has_perm("leads.add_researchreport") and request.user.can_manage,
    }  # fmt: skip
    template = "leads/research_rows.html" if request.GET.get("live") else "leads/research_index.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@may("leads.add_researchreport")
def _ask_for_lead(request: StaffRequest, lead: Lead) -> HttpResponseBase:
    page = reverse("leads:lead", args=[lead.pk])
    return _asked(request, page, lambda: requests.for_lead(lead, request.user, again="again" in request.POST))


@may("leads.add_researchreport")
def _ask_for_company(request: StaffRequest, company: Company) -> HttpResponseBase:
    page = reverse("leads:company", args=[company.pk])
    return _asked(
        request, page, lambda: requests.for_company(company, request.user, again="again" in request.POST)
    )


def _asked(request: StaffRequest, page: str, ask: Any) -> HttpResponseBase:
    try:
        ask()
    except requests.ResearchRefused as refusal:
        if not request.htmx:
            return refused(request, str(refusal), page)
    if request.htmx:
        return redirect(request.path)
    return done(request, "The website is being read", page)


@manager
def _ask_for_many(request: StaffRequest, form: BulkForm) -> HttpResponse:
    here = reverse("leads:researches")
    campaign: Campaign | None = form.payer()
    try:
        number = requests.for_many(form.leads(), campaign, request.user)
    except requests.ResearchRefused as refusal:
        return refused(request, str(refusal), here)
    if not number:
        return done(request, "Everything there was read lately", here)
    return done(request, f"{number} website{'s are' if number > 1 else ' is'} being read", here)


def _panel(
    request: StaffRequest, found: reports.Shown, site: str, address: str, **about: Any
) -> HttpResponse:
    may_ask = request.user.has_perm("leads.add_researchreport")
    context = {"nav": "leads", "found": found, "site": site, "address": address, "may_ask": may_ask, **about}
    firm_of = about.get("company") or about["lead"].company
    if firm_of and found.report and request.user.has_perm("leads.change_company"):
        context |= {"firm": firm_of, "takes": taking.offered(firm_of, found.report)}
    part = "leads/research_panel.html"
    if request.htmx:
        return render(request, part, context)
    return render(request, "leads/research_alone.html", {**context, "part": part})
