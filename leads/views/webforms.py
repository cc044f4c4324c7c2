"""Web forms: the list, the editor with its live preview, and what became of everything that was sent."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import masking, paging
from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import cursors, done, posted, refused
from leads.forms.webforms import WebFormForm, read_fields
from leads.models import Lead, Submission, WebForm
from leads.services.doors import asking, catalogue, editing, submissions
from leads.services.grouped import listing

Status = Submission.Status


@may("leads.view_webform")
def webforms(request: StaffRequest) -> HttpResponse:
    """List forms with how much came through each."""
    stored, odd = (
        Q(submissions__status=Status.STORED),
        Q(submissions__status__in=(Status.SPAM, Status.REFUSED)),
    )
    visible = WebForm.objects.visible_to(request.user).select_related("campaign", "owner")
    counted = visible.annotate(
        stored=Count("submissions", filter=stored), odd=Count("submissions", filter=odd)
    )
    page = paging.page(counted, order="name", **cursors(request))
    return render(request, "leads/forms/index.html", {"nav": "forms", "page": page})


@may("leads.add_webform")
def new_webform(request: StaffRequest) -> HttpResponseBase:
    """Build a form."""
    return _editor(request, WebForm(fields=editing.START))


@may("leads.view_webform")
def webform(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show a form with its snippet; who may, changes it."""
    found = _find(request, pk)
    if request.method == "POST" and not request.user.has_perm("leads.change_webform"):
        return refused(request, "Managers and admins change forms. Ask one of yours.", _page(pk))
    return _editor(request, found)


@may("leads.view_webform")
@require_POST
def preview_webform(request: StaffRequest) -> HttpResponse:
    """Show how a form would look with what is typed so far."""
    typed = {
        name: request.POST.get(name, "") for name in ("headline", "intro", "button", "consent_text", "name")
    }
    sample = WebForm(fields=read_fields(request.POST), **typed)
    context = {"form": sample, "fields": asking.fields(sample, {}, {}), "is_framed": True, "is_preview": True}
    return render(request, "leads/public/preview.html", context)


@may("leads.view_submission")
def webform_submissions(request: StaffRequest, pk: int) -> HttpResponse:
    """List what was sent through a form and what became of it."""
    found, status = _find(request, pk), request.GET.get("status", "")
    rows = _submissions(request).filter(form=found).select_related("lead", "form")
    counts = dict(rows.order_by().values_list("status").annotate(number=Count("pk")))
    if status in Status.values:
        rows = rows.filter(status=status)
    page = paging.page(rows, order="-id", **cursors(request))
    tabs = [{"label": "All", "url": "?", "count": sum(counts.values()), "active": not status}]
    tabs += [
        {"label": label, "url": f"?status={value}", "count": counts.get(value, 0), "active": value == status}
        for value, label in Status.choices
        if counts.get(value) or value in (Status.STORED, Status.SPAM)
    ]
    lines = [{"row": row, "said": _said(request, row)} for row in page]
    context = {"nav": "forms", "form": found, "page": page, "lines": lines, "tabs": tabs}
    return render(request, "leads/forms/submissions.html", context)


@may("leads.change_submission")
@require_POST
def store_submission(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a person of what was taken for spam or refused."""
    row = get_object_or_404(_submissions(request), pk=pk)
    page = reverse("leads:submissions", args=[row.form_id])
    kept = submissions.store_anyway(row, request.user)
    if kept.status != Status.STORED:
        return refused(request, kept.problem or "There is nothing to store.", page)
    return done(request, f"{kept.lead or 'The person'} is stored", page)


def _editor(request: StaffRequest, found: WebForm) -> HttpResponseBase:
    people = listing.owners(request.user)
    start = WebFormForm.initial_of(found) if found.pk else {"owner": request.user.pk}
    form = WebFormForm(posted(request), initial=start, actor=request.user, people=people)
    fields, problem = found.fields, ""
    if request.method == "POST":
        fields = read_fields(request.POST)
        if form.is_valid():
            try:
                saved = editing.save(found, {**form.facts(), "fields": fields}, request.user)
                return done(request, f"{saved.name} is saved", _page(saved.pk))
            except editing.BadForm as refusal:
                problem = str(refusal)
    context: dict[str, Any] = {
        "nav": "forms", "form": form, "webform": found, "rows": fields, "problem": problem,
        "offers": _offers(), "may_change": request.user.has_perm("leads.change_webform"),
    }  # fmt: skip
    if found.pk:
        context |= {"address": editing.address(found), "snippet": editing.snippet(found)}
    return render(request, "leads/forms/editor.html", context, status=422 if problem or form.errors else 200)


def _offers() -> list[tuple[str, list[catalogue.Question]]]:
    groups: dict[str, list[catalogue.Question]] = {}
    for question in catalogue.questions().values():
        groups.setdefault(question.group, []).append(question)
    return list(groups.items())


def _submissions(request: StaffRequest) -> Any:
    """Return posts of visible forms about people whom one may see, and those of nobody yet."""
    forms, leads = WebForm.objects.visible_to(request.user), Lead.objects.visible_to(request.user)
    return Submission.objects.filter(form__in=forms).filter(Q(lead=None) | Q(lead__in=leads))


def _said(request: StaffRequest, row: Submission) -> list[tuple[str, str]]:
    """Return the answers of a post, with addresses hidden from those who read figures."""
    labels = {field["key"]: field.get("label") or field["key"] for field in row.form.fields}
    values = row.payload.get("values", {})
    shown = [(labels.get(key, key), str(value)) for key, value in values.items()]
    if masking.is_masked_for(request.user):
        return [(label, masking.DOTS) for label, _ in shown]
    return shown


def _find(request: StaffRequest, pk: int) -> WebForm:
    visible = WebForm.objects.visible_to(request.user).select_related("owner", "campaign")
    return get_object_or_404(visible, pk=pk)


def _page(pk: int) -> str:
    return reverse("leads:webform", args=[pk])
