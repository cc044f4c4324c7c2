"""Files of a lead or a company: added, looked at, downloaded, removed."""

from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import done, refused
from leads.models import Attachment, Company, Lead
from leads.services.known import files, filetypes
from leads.views.known import desk

SEALED = "default-src 'none'; style-src 'none'; sandbox"


@may("leads.view_note")
def panel(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    """Show the files of a page; a POST adds some."""
    place = desk.find(request, entity, pk)
    if request.method == "POST":
        return _add(request, pk, entity)
    if not request.htmx:
        return redirect(desk.page_of(place, "files"))
    context = {
        "files": files.of(place)[: files.MOST], "place": place, "entity": entity,
        "pictures": filetypes.PICTURES, "endings": ",".join(f".{ending}" for ending in filetypes.ENDINGS),
    }  # fmt: skip
    return render(request, "leads/known/files.html", context)


def _add(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    place = desk.find(request, entity, pk)
    desk.must(request, "add", "note")
    page, sent = desk.page_of(place, "files"), request.FILES.getlist("file")
    if not sent:
        return refused(request, "Choose a file.", page)
    kept = []
    for one in sent[:10]:
        try:
            kept.append(files.add(place, one, request.user).name)
        except files.FileRefused as refusal:
            before = f"{', '.join(kept)} is kept. " if kept else ""
            return refused(request, f"{before}{filetypes.safe_name(one.name or '')}: {refusal}", page)
    return done(request, f"Kept: {', '.join(kept)}", page)


@may("leads.view_note")
def download(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand a file out: as a download, or (pictures only) to be shown."""
    file = find_file(request, pk)
    if file.removed_at:
        raise Http404("removed")
    try:
        content = files.opened(file)
    except FileNotFoundError as error:
        raise Http404("the bytes are gone") from error
    is_shown = "show" in request.GET and files.is_picture(file)
    answer = FileResponse(
        content, as_attachment=not is_shown, filename=file.name, content_type=file.content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SEALED
    answer["Cache-Control"] = "private, no-store"
    return answer


@may("leads.add_note")
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a file off its page."""
    file = find_file(request, pk)
    files.remove(file, request.user)
    undo = reverse("leads:file_restore", args=[pk])
    return done(request, f"Removed: {file.name}", _page(file), undo)


@may("leads.add_note")
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a removal back."""
    file = find_file(request, pk)
    if not files.put_back(file):
        return refused(request, "This file is gone for good.", _page(file))
    return done(request, f"Back: {file.name}", _page(file))


def find_file(request: StaffRequest, pk: int) -> Attachment:
    """Return a file on a page one may see."""
    seen = Q(lead__in=Lead.objects.visible_to(request.user)) | Q(
        company__in=Company.objects.visible_to(request.user)
    )
    return get_object_or_404(Attachment.objects.select_related("lead", "company").filter(seen), pk=pk)


def _page(file: Attachment) -> str:
    entity = desk.LEAD if file.lead_id else desk.COMPANY
    return reverse(f"leads:{entity}", args=[file.lead_id or file.company_id]) + "?tab=files"
