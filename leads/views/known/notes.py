"""Notes of a lead or a company: read, written, mended, pinned; whom they name, and who is told."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import cursors, done, refused
from leads.models import Company, Lead, Note
from leads.services.known import mentions, notes
from leads.views.known import desk


@may("leads.view_note")
def panel(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    """Show the notes of a page, pinned ones first; looking at them reads what names the viewer."""
    place = desk.find(request, entity, pk)
    if not request.htmx:
        return redirect(desk.page_of(place, "notes"))
    found = list(notes.of(place)[:200])
    mentions.look(request.user, **{f"note__{entity}": place})
    mine = {note.pk for note in found if notes.may_mend(note, request.user)}
    context = {"notes": found, "mine": mine, "place": place, "entity": entity}
    return render(request, "leads/known/notes.html", context)


@may("leads.add_note")
@require_POST
def write(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    """Keep a note and tell whom it names."""
    place = desk.find(request, entity, pk)
    try:
        note = notes.write(place, request.POST.get("body", ""), request.user)
    except notes.NoteRefused as refusal:
        return refused(request, str(refusal), desk.page_of(place))
    told = [str(mention.user) for mention in note.mentions.select_related("user")]
    return done(request, f"Noted; {', '.join(told)} will see it" if told else "Noted", desk.page_of(place))


@may("leads.change_note")
def mend(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    note = find_note(request, pk)
    place = notes.place_of(note)
    page = desk.page_of(place, "notes")
    if request.method == "POST":
        try:
            notes.mend(note, request.POST.get("body", ""), request.user)
        except notes.NoteRefused as refusal:
            return refused(request, str(refusal), page)
        return done(request, "The note is changed", page)
    if not request.htmx:
        return redirect(page)
    context = {"note": note, "place": place, "entity": desk.entity_of(place)}
    return render(request, "leads/known/note_form.html", context)


@may("leads.change_note")
@require_POST
def pin(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a note on top, or back among the others."""
    note = find_note(request, pk)
    is_pinned = note.pinned_at is None
    notes.pin(note, is_pinned=is_pinned)
    return done(request, "Pinned" if is_pinned else "Unpinned", desk.page_of(notes.place_of(note), "notes"))


@may("leads.add_note")
def people(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    """Offer colleagues who may see the page, while somebody types an @."""
    place = desk.find(request, entity, pk)
    found = mentions.candidates(place, request.GET.get("q", "")[:40])
    return render(request, "leads/known/people.html", {"people": found})


@staff
def inbox(request: StaffRequest) -> HttpResponse:
    """List where colleagues named this person, the newest first."""
    page = paging.page(mentions.of(request.user), **cursors(request), size=30)
    return render(request, "leads/known/mentions.html", {"nav": "mentions", "page": page})


@staff
@require_POST
def read_all(request: StaffRequest) -> HttpResponse:
    """Mark everything as read."""
    mentions.look(request.user)
    return redirect("leads:mentions")


def find_note(request: StaffRequest, pk: int) -> Note:
    """Return a note on a page one may see."""
    seen = Q(lead__in=Lead.objects.visible_to(request.user)) | Q(
        company__in=Company.objects.visible_to(request.user)
    )
    return get_object_or_404(Note.objects.select_related("lead", "company", "author").filter(seen), pk=pk)
