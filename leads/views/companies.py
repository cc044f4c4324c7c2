"""Companies: where leads work, and who of a company we know."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from campaigns.services import paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import cursors
from leads.models import Company, Lead
from leads.services import listing


@staff
def companies(request: StaffRequest) -> HttpResponse:
    """List companies by name, with how many people we may see there."""
    words = request.GET.get("q", "").strip()[:80]
    found = Company.objects.visible_to(request.user)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(domain__icontains=words))
    page = paging.page(
        found,
        order="name",
        **cursors(request),
    )
    visible = Lead.objects.visible_to(request.user).current().filter(company__in=page.rows)
    people = dict(
        visible.order_by()
        .values_list("company")
        .annotate(number=Count("pk"))
        .values_list("company", "number")
    )
    rows = [{"company": company, "people": people.get(company.pk, 0)} for company in page]
    return render(
        request, "leads/companies.html", {"nav": "companies", "page": page, "rows": rows, "q": words}
    )


@staff
def company(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one company and its people."""
    found = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    mine = Lead.objects.visible_to(request.user).filter(company=found)
    page = paging.page(
        listing.rows(mine), order="-score__value", **cursors(request),
    )  # fmt: skip
    context = {"nav": "companies", "company": found, "page": page, "lines": listing.lines(page.rows)}
    return render(request, "leads/company.html", context)
