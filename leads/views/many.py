"""Acts on many leads: asked on the list, looked at before, watched, stopped, taken back."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import cursors, done, refused
from leads.models import BulkAction, Lead
from leads.services.grouped import asking, running, sheets
from leads.services.grouped.asking import Chosen
from leads.services.grouped.params import ActRefused, MayNot
from leads.services.grouped.verbs import VERBS, people
from leads.services.known import profile
from leads.views import state

#: so many are done while the browser waits; more go to the workers and a page that watches them
AT_ONCE = 500
GIVEN = ("owner", "tag", "lifecycle", "campaign", "reason", "field", "value", "format")
#: asked for after a look at what it means, for ticked rows too
GRAVE = ("delete",)


@staff
@require_POST
def bulk(request: StaffRequest) -> HttpResponseBase:
    """Do one thing with the ticked rows at once, or with all of the view after a look at what it means."""
    verb, chosen, back = request.POST.get("action", ""), _chosen(request), reverse("leads:index")
    given = {name: request.POST.get(name, "") for name in (*GIVEN, "confirm")}
    try:
        if (request.POST.get("all") or verb in GRAVE) and not request.POST.get("sure"):
            return _look(request, verb, given, chosen)
        action = asking.ask(verb, given, chosen, request.user)
    except MayNot as error:
        raise PermissionDenied(str(error)) from error
    except ActRefused as error:
        return refused(request, str(error), back)
    if action.total <= AT_ONCE:
        action = running.run_now(action)
    return _said(request, action, back)


@staff
def bulk_actions(request: StaffRequest) -> HttpResponse:
    """List the acts on many, the newest first."""
    mine = BulkAction.objects.visible_to(request.user).select_related("owner")
    page = paging.page(mine, **cursors(request))
    rows = [{"action": action, "verb": VERBS[action.verb], "said": said(action)} for action in page]
    return render(request, "leads/bulk_actions.html", {"nav": "leads", "page": page, "rows": rows})


@staff
def bulk_action(request: StaffRequest, pk: int) -> HttpResponse:
    """Watch one act."""
    action = _find(request, pk)
    verb, status = VERBS[action.verb], BulkAction.Status
    is_going = action.status in (status.QUEUED, status.RUNNING, status.UNDOING)
    can_undo = verb.restore is not None and verb.may_undo(request.user) and not is_going
    context = {
        "nav": "leads", "action": action, "verb": verb, "said": said(action), "is_going": is_going,
        "can_undo": can_undo and action.status != status.UNDONE and action.changed > 0,
        "has_file": action.verb == "export" and action.status == status.DONE and sheets.path(action).exists(),
        "undone": action.params.get("undone"), "is_undoing": action.status == status.UNDOING,
    }  # fmt: skip
    page = "leads/bulk_progress.html" if request.htmx else "leads/bulk_action.html"
    return render(request, page, context)


@staff
@require_POST
def cancel_bulk(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop an act; what is done so far stays."""
    action, here = _find(request, pk), reverse("leads:bulk_action", args=[pk])
    if not asking.cancel(action, request.user):
        return refused(request, "It was over already.", here)
    return done(request, f"Stopped after {people(action.cursor)}", here)


@staff
@require_POST
def undo_action(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an act back where nobody changed anything since."""
    action, here = _find(request, pk), reverse("leads:bulk_action", args=[pk])
    try:
        action = asking.undo(action, request.user)
    except MayNot as error:
        raise PermissionDenied(str(error)) from error
    except ActRefused as error:
        return refused(request, str(error), here)
    if action.total <= AT_ONCE:
        action = running.run_now(action)
    return done(request, said(action), here if action.total > AT_ONCE else reverse("leads:index"))


@staff
def bulk_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand out the file of an export to whoever asked for it."""
    action = _find(request, pk)
    if action.owner_id != request.user.pk or action.verb != "export" or not sheets.path(action).exists():
        raise Http404
    return _file(action)


@staff
@require_POST
def undo_bulk(request: StaffRequest) -> HttpResponse:
    """Give a lead that was handed over on its page back to whom it had."""
    before = request.session.pop("handed_over", [])
    visible = Lead.objects.visible_to(request.user)
    number = profile.give_back([(lead, owner) for lead, owner in before], visible, request.user)
    return done(request, f"{number} taken back", reverse("leads:index"))


def said(action: BulkAction) -> str:
    """Return in words what an act did, or what became of taking it back."""
    if "undone" in action.params:
        told = action.params["undone"]
        kept = f"; {people(told['kept'])} changed since, left alone" if told["kept"] else ""
        return f"{people(told['restored']).capitalize()} taken back{kept}"
    alone = action.cursor - action.changed - action.skipped if action.verb in GRAVE else 0
    kept = f"; {people(alone)} left alone, something happened with them" if alone > 0 else ""
    words = VERBS[action.verb].said.format(people=people(action.changed), what=action.params.get("what", ""))
    return words[:1].upper() + words[1:] + kept


def _look(request: StaffRequest, verb: str, given: dict[str, str], chosen: Chosen) -> HttpResponse:
    asked = asking.preview(verb, given, chosen, request.user)
    context = {
        "nav": "leads", "verb": VERBS[verb], "asked": asked, "sentence": chosen.sentence(),
        "can_undo": VERBS[verb].restore is not None and VERBS[verb].may_undo(request.user),
        "given": [("action", verb), *((name, value) for name, value in given.items() if value),
                  *(("ids", pk) for pk in chosen.ids or ())],
        "must_type": verb in GRAVE or (asked.count > 1000 and VERBS[verb].restore is None
                                       and verb not in ("export", "rescore")),
        "is_all": chosen.ids is None, "is_grave": verb in GRAVE,
        "here": f"?{request.GET.urlencode()}", "next": request.POST.get("next", ""),
    }  # fmt: skip
    return render(request, "leads/bulk_check.html", context)


def _said(request: StaffRequest, action: BulkAction, back: str) -> HttpResponseBase:
    """Answer with a toast when it is done, else with the page that watches it."""
    if action.status != BulkAction.Status.DONE:
        return redirect("leads:bulk_action", action.pk)
    if action.verb == "export":
        return _file(action)
    verb = VERBS[action.verb]
    can_undo = verb.restore is not None and verb.may_undo(request.user) and action.changed
    undo = reverse("leads:undo_action", args=[action.pk]) if can_undo else ""
    return done(request, said(action), back, undo)


def _file(action: BulkAction) -> FileResponse:
    path = sheets.path(action)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _chosen(request: StaffRequest) -> Chosen:
    if request.POST.get("all"):
        now = state.read(request.GET, request.user)
        return Chosen(now.criteria, now.q)
    ids = [int(pk) for pk in request.POST.getlist("ids")[:1000] if pk.isdigit() and len(pk) < 19]
    return Chosen(ids=tuple(ids))


def _find(request: StaffRequest, pk: int) -> BulkAction:
    return get_object_or_404(BulkAction.objects.visible_to(request.user).select_related("owner"), pk=pk)
