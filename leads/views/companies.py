"""Companies: the list, one with its people and what is known about it, the form that changes it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import cursors, done, posted, refused
from leads.forms.company import CompanyForm
from leads.forms.lead import OwnerForm
from leads.models import Company, Deal, Lead
from leads.services.grouped import display, listing
from leads.services.known import conflicts, facts, firm, firms, history, notes
from leads.services.rules import customfields
from leads.views.known import clashes, stories

COLUMNS = ("score", "stage", "reach", "touch", "next", "owner")
TABS = ("people", "timeline", "notes", "files", "deals", "research")


@staff
def companies(request: StaffRequest) -> HttpResponse:
    """List the companies one may see, with how many people one may see there."""
    wanted = _wanted(request)
    found = firms.chosen(request.user, wanted)
    page = paging.page(found, order=firms.ORDERS[wanted.sort], **cursors(request))
    people = firms.people(request.user, page.rows)
    rows = [{"company": company, "people": people.get(company.pk, 0)} for company in page]
    context = {
        "nav": "companies", "page": page, "rows": rows, "wanted": wanted, "q": wanted.words,
        "owners": firms.OWNERS,
    }  # fmt: skip
    return render(request, "leads/companies.html", context)


@staff
def company(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one company: its people, what happened with them, notes, files and deals."""
    seen = firms.with_money(Company.objects.visible_to(request.user).select_related("owner"), request.user)
    found = get_object_or_404(seen, pk=pk)
    mine = Lead.objects.visible_to(request.user).filter(company=found)
    tab = request.GET.get("tab", "people")
    context: dict[str, Any] = {
        "nav": "companies", "company": found, "place": found, "entity": "company", "is_company": True,
        "tab": tab if tab in TABS else "people", "may_edit": request.user.has_perm("leads.change_company"),
        "firm_facts": facts.firm(found, request.user), "own_facts": facts.own(found, request.user, {}),
        "other_facts": facts.others(found, request.user, {}),
    }  # fmt: skip
    if context["tab"] == "people":
        page = paging.page(listing.rows(mine), order="-score__value", **cursors(request))
        context |= {"page": page, "lines": listing.lines(page.rows), "columns": display.chosen(COLUMNS)}
    elif context["tab"] == "timeline":
        context |= stories.shown(request, history.of_leads(mine)) | {"pinned": notes.pinned(found)}
    elif context["tab"] == "deals":
        deals = Deal.objects.visible_to(request.user).filter(lead__company=found)
        context["deals"] = deals.select_related("campaign", "lead", "owner")[:100]
    return render(request, "leads/company.html", context)


@may("leads.change_company")
def edit_company(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a company; when somebody else did so meanwhile, both are shown field by field."""
    found = find_company(request, pk)
    data, shown = clashes.settled(request, CompanyForm.initial_of(found))
    form = CompanyForm(data, initial=shown, company=found)
    context: dict[str, Any] = {
        "nav": "companies",
        "company": found,
        "form": form,
        "base": clashes.packed(shown),
    }
    if posted(request) is not None and form.is_valid():
        try:
            firm.change(found, form.facts(), version=form.cleaned_data["version"] or 0, by=request.user)
            return done(request, "Saved", reverse("leads:company", args=[pk]))
        except firm.FirmRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except customfields.BadValues as problems:
            form.add_error(None, str(problems))
        except conflicts.Conflict as conflict:
            theirs = CompanyForm.initial_of(conflict.theirs)
            return clashes.answer(request, "leads/company_form.html", context, form, theirs)
    context["base"] = request.POST.get("base", context["base"])
    return render(request, "leads/company_form.html", context, status=422 if form.errors else 200)


@may("leads.change_company")
@require_POST
def assign_company(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a company to somebody of one's team."""
    found = find_company(request, pk)
    form = OwnerForm(request.POST, people=listing.owners(request.user))
    page = reverse("leads:company", args=[pk])
    if not form.is_valid():
        return refused(request, "Choose somebody of your team.", page)
    person = form.person()
    firm.assign(found, person, request.user)
    return done(request, f"{found} is with {person or 'nobody'} now", page)


@staff
def company_dialogs(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the dialogs of a company's page (loaded after the page)."""
    found = find_company(request, pk)
    context = {"company": found, "owners": listing.owners(request.user)}
    return render(request, "leads/known/company_dialogs.html", context)


def find_company(request: StaffRequest, pk: int) -> Company:
    """Return a company one may see."""
    return get_object_or_404(Company.objects.visible_to(request.user).select_related("owner"), pk=pk)


def _wanted(request: StaffRequest) -> firms.Wanted:
    """Read what is asked for; what makes no sense is left out."""
    get = request.GET
    texts = {name: get.get(name, "").strip()[:80] for name in ("industry", "country", "owner", "tag")}
    sort = get.get("sort", "")
    return firms.Wanted(
        words=get.get("q", "").strip()[:80], staff_from=_number(get.get("staff_from")),
        staff_to=_number(get.get("staff_to")), sort=sort if sort in firms.ORDERS else "name", **texts,
    )  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
