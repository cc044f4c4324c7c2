"""The timeline on a page: what was asked for, one page of it, and the whole of it as a file."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.views.access import StaffRequest, staff
from leads.models import Activity, Company, Lead
from leads.services.known import history
from leads.views import state
from leads.views.find import find_lead
from leads.views.known import desk

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson"}
KINDS = {
    "sent": "Letters sent", "opened": "Opened", "clicked": "Clicked", "replied": "Replies", "note": "Notes",
    "created": "Arrival", "assigned": "Owner", "lifecycle": "Stage of life", "scored": "Score",
    "merged": "Merges", "qualified": "Qualified", "rejected": "Not qualified", "consent": "Consent",
    "suppressed": "Stop list",
    "file": "Files", "task_done": "Tasks done", "deal_opened": "Deals opened", "deal_won": "Deals won",
}  # fmt: skip


def shown(request: StaffRequest, rows: QuerySet[Activity]) -> dict[str, Any]:
    """Return what the timeline's template needs, by two statements."""
    asked = read(request)
    shares = history.shares(rows)
    found = history.page(history.chosen(rows, asked), asked.after)
    return {
        "asked": asked, "timeline": history.shown_to(request.user, found), "shares": shares,
        "kinds": [(kind, said(kind), number) for kind, number in shares.kinds], "whos": history.WHO,
        "query": _query(request),
    }  # fmt: skip


def read(request: StaffRequest) -> history.Asked:
    """Read what of the timeline is asked for; what makes no sense is left out."""
    get = request.GET
    number = get.get("campaign", "")
    return history.Asked(
        channel=get.get("channel", "")[:20], kind=get.get("kind", "")[:30],
        who=get.get("who", "") if get.get("who", "") in history.WHO else "",
        campaign=int(number) if number.isdigit() and len(number) < 19 else None,
        words=get.get("find", "").strip()[:80], after=get.get("after", "")[:80],
    )  # fmt: skip


def said(kind: str) -> str:
    """Return a kind of entry in words."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


@staff
@require_GET
def export(request: StaffRequest, pk: int, entity: str) -> StreamingHttpResponse:
    """Hand a timeline out as a file, with the same filter as on the page."""
    form = request.GET.get("as", "csv")
    if form not in TYPES:
        raise Http404(form)
    place = desk.find(request, entity, pk)
    rows = history.chosen(_rows(request, place), read(request))
    answer = StreamingHttpResponse(history.lines(rows, form, request.user), content_type=TYPES[form])
    ending = "csv" if form == "csv" else "jsonl"
    answer["Content-Disposition"] = f'attachment; filename="timeline-{entity}-{pk}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@staff
def step(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the ways to the previous and the next lead (loaded after the page)."""
    found = find_lead(request, pk)
    before, after = state.neighbours(request, found)
    context = {"before": before, "after": after, "lead": found, "position": state.position(request, found)}
    return render(request, "leads/known/step.html", context)


def _rows(request: StaffRequest, place: Lead | Company) -> QuerySet[Activity]:
    if isinstance(place, Lead):
        return history.of_lead(place)
    return history.of_leads(Lead.objects.visible_to(request.user).filter(company=place))


def _query(request: StaffRequest) -> str:
    kept = request.GET.copy()
    for name in ("after", "tab", "as"):
        kept.pop(name, None)
    return kept.urlencode()
