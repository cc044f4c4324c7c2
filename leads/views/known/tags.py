"""Tags: chosen on a page while typing, and kept in order on a page of their own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, manager, staff
from campaigns.views.answers import done, refused
from leads.models.tag import TONES
from leads.services.known import conflicts, profile, tags
from leads.views.known import desk


@staff
def chosen(request: StaffRequest, pk: int, entity: str) -> HttpResponse:
    """Show the tags of a page; a POST adds one (``add``) or takes one off (``remove``)."""
    place = desk.find(request, entity, pk)
    if request.method == "POST":
        desk.must(request, "change", entity)
        removed, added = request.POST.get("remove", "").lower(), request.POST.get("add", "")
        kept = [name for name in place.tags if name.lower() != removed]
        try:
            place = desk.save(
                place, {"tags": tags.cleaned([*kept, *added.split(",")])}, place.version, request
            )
        except tags.TagRefused as refusal:
            return refused(request, str(refusal), desk.page_of(place))
        except (profile.Conflict, conflicts.Conflict):
            return refused(
                request, "Somebody else changed the tags just now. Try again.", desk.page_of(place)
            )
    if not request.htmx:
        return redirect(desk.page_of(place))
    context = {"place": place, "entity": entity, "may_edit": desk.may_edit(request, place)}
    return render(request, "leads/known/tags.html", context)


@staff
def offers(request: StaffRequest) -> HttpResponse:
    """Offer tags that are in use, while somebody types one."""
    words = request.GET.get("add", request.GET.get("q", ""))[:60]
    return render(request, "leads/known/tag_offers.html", {"tags": tags.offered(request.user, words)})


@staff
def book(request: StaffRequest) -> HttpResponse:
    """List every tag in use with its colour and on how many rows it stands."""
    context = {"nav": "leads", "tags": tags.used(request.user), "tones": TONES}
    return render(request, "leads/known/tag_book.html", context)


@manager
@require_POST
def act(request: StaffRequest) -> HttpResponse:
    """Rename, merge, colour or delete a tag."""
    name, verb, to = request.POST.get("tag", ""), request.POST.get("verb", ""), request.POST.get("to", "")
    page = "/settings/tags/"
    try:
        if verb == "delete":
            return done(request, f"«{name}» is off {tags.delete(request.user, name):,} rows", page)
        if verb == "rename":
            return done(request, f"«{name}» is «{to}» on {tags.rename(request.user, name, to):,} rows", page)
        tags.colour(name, request.POST.get("tone", ""))
    except tags.TagRefused as refusal:
        return refused(request, str(refusal), page)
    return done(request, f"«{name}» has its colour", page)
