"""The import wizard: file, mapping with a preview, progress, result."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import done, posted, refused
from leads.forms.importing import MappingForm, UploadForm
from leads.models import ImportJob
from leads.services import imports as service
from leads.services import rejected
from leads.services.transfer import memory, previews, samples, undo, workbooks

STATUS = ImportJob.Status
ALIVE = (STATUS.QUEUED, STATUS.RUNNING)
PROBLEMS = 12


@may("leads.add_importjob")
def imports(request: StaffRequest) -> HttpResponseBase:
    """Take a file; what cannot be read is refused with the reason, and nothing is kept."""
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = service.receive(file, file.name, request.user)
            return redirect("leads:import_job", job.pk)
        except service.BadFile as problem:
            form.add_error("file", str(problem))
    context = {"nav": "leads", "form": form, "jobs": _visible(request).select_related("owner")[:20]}
    return render(request, "leads/import.html", context, status=422 if form.errors else 200)


@may("leads.add_importjob")
def import_job(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show a job where it stands; a posted mapping is only tried."""
    job = get_object_or_404(_visible(request), pk=pk)
    if job.status != STATUS.DRAFT:
        page = "leads/import_body.html" if request.htmx else "leads/import_job.html"
        return render(request, page, _progress(job))
    form = _form(request, job)
    return _show_mapping(request, job, form, form.chosen() if form.is_bound and form.is_valid() else None)


@may("leads.change_importjob")
@require_POST
def choose_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Look at another sheet of a workbook."""
    job = get_object_or_404(_visible(request), pk=pk)
    page = reverse("leads:import_job", args=[pk])
    try:
        service.choose_sheet(job, request.POST.get("sheet", ""))
    except service.BadFile as problem:
        return refused(request, str(problem), page)
    return redirect(page)


@may("leads.change_importjob")
@require_POST
def start_import(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Queue the job under the chosen mapping."""
    job = get_object_or_404(_visible(request), pk=pk)
    if job.status != STATUS.DRAFT:
        return redirect("leads:import_job", pk)
    form = _form(request, job)
    if not form.is_valid():
        return _show_mapping(request, job, form, None)
    try:
        service.confirm(job, form.chosen(), by=request.user, **form.modes())
    except service.BadMapping:
        return _show_mapping(request, job, form, form.chosen(), status=422)
    return done(request, f"{job.file_name} is on its way in", reverse("leads:import_job", args=[pk]))


@may("leads.change_importjob")
@require_POST
def cancel_import(request: StaffRequest, pk: int) -> HttpResponse:
    """End a job; what is stored stays."""
    job = get_object_or_404(_visible(request), pk=pk)
    page = reverse("leads:import_job", args=[pk])
    if not service.cancel(job, request.user):
        return refused(request, "This import is over already.", page)
    return done(request, "The import is stopped; rows stored so far stay", page)


@may("leads.change_importjob")
@require_POST
def undo_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    job = get_object_or_404(_visible(request), pk=pk)
    page = reverse("leads:import_job", args=[pk])
    try:
        undo.begin(job, request.user)
    except undo.CannotUndo as problem:
        return refused(request, str(problem), page)
    return done(request, f"{job.file_name} is being taken back", page)


@may("leads.add_importjob")
def import_rejected(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """Hand out the rows that were left out, as they were, to mend and bring again."""
    job = get_object_or_404(_visible(request), pk=pk)
    return _csv(rejected.lines(job), f"import-{pk}-to-mend.csv")


@may("leads.add_importjob")
def import_errors(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """Hand out the problems of a job as a file."""
    job = get_object_or_404(_visible(request), pk=pk)
    return _csv(previews.errors_csv(job), f"import-{pk}-problems.csv")


def _csv(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _form(request: StaffRequest, job: ImportJob) -> MappingForm:
    return MappingForm(posted(request), job=job, may_add_fields=request.user.can_manage)


def _visible(request: StaffRequest) -> QuerySet[ImportJob]:
    return ImportJob.objects.visible_to(request.user)


def _show_mapping(
    request: StaffRequest, job: ImportJob, form: MappingForm, chosen: dict[str, str] | None, status: int = 200
) -> HttpResponse:
    found = previews.preview(job, chosen, rows=8)
    places = {column: number for number, column in enumerate(job.mapping)}
    rows = [
        {"column": column, "field": form[f"column-{places[column]}"], "sample": cells}
        for column, cells in zip(found.columns, samples.of(job), strict=True)
    ]
    context = {
        "nav": "leads", "job": job, "form": form, "preview": found, "rows": rows, "step": 2,
        "twin": service.twin(job), "sheets": workbooks.names(Path(job.path)) if job.sheet else [],
        "is_remembered": memory.recall(list(job.mapping), job.team) == job.mapping,
    }  # fmt: skip
    return render(request, "leads/import_mapping.html", context, status=status)


def _progress(job: ImportJob) -> dict[str, Any]:
    is_alive, is_undoing = job.status in ALIVE, job.status == STATUS.UNDOING
    problems = job.problems.all()[:PROBLEMS] if not is_alive else []
    back, people = undo.progress(job) if is_undoing else (0, 0)
    return {
        "nav": "leads", "job": job, "is_alive": is_alive or is_undoing, "is_undoing": is_undoing,
        "problems": problems, "refused": {one.line for one in problems if one.is_fatal},
        "step": 3 if is_alive else 4, "back": back, "people": people,
        "can_undo": job.status in undo.OVER and (job.created or job.updated),
    }  # fmt: skip
