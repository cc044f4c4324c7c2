"""Mend one fact where it stands; what somebody else wrote meanwhile is shown, not overwritten."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from campaigns.services import masking
from campaigns.views.access import StaffRequest, staff
from leads.forms import own
from leads.models import Lead
from leads.services import provenance
from leads.services.known import conflicts, facts, firm, profile
from leads.services.known.places import Place
from leads.services.rules import customfields
from leads.views.known import desk

REFUSED = (profile.SaveRefused, firm.FirmRefused)
CLASHES = (profile.Conflict, conflicts.Conflict)


@staff
def fact(request: StaffRequest, pk: int, name: str, entity: str) -> HttpResponse:
    """Show one fact as a form (or, with ``?as=row``, as it is read) and store what was typed."""
    place = desk.find(request, entity, pk)
    if not request.htmx and request.method != "POST":
        return redirect(desk.page_of(place))
    if request.GET.get("as") == "row":
        return _row(request, place, name)
    desk.must(request, "change", entity)
    if request.method == "POST":
        return _save(request, place, name)
    return _form(request, place, name, {})


def _save(request: StaffRequest, place: Place, name: str) -> HttpResponse:
    """Store one fact: refused values stay in the form, a clash shows both, the rest becomes a row again."""
    typed, was = request.POST.get(name, ""), request.POST.get("was", "")
    stands = _typed(desk.initial_of(place), name)
    is_forced = request.POST.get("force") == stands
    if not conflicts.same(stands, was) and not conflicts.same(stands, typed) and not is_forced:
        return _form(request, place, name, {"typed": typed, "theirs": stands, "status": 409})
    data = {key: "" if value is None else value for key, value in desk.initial_of(place).items()}
    form = desk.form_of(place, {**data, name: typed})
    if name not in form.fields:
        raise Http404(name)
    form.is_valid()
    problems = [*form.errors.get(name, []), *form.non_field_errors()]
    if problems:
        return _form(
            request, place, name, {"typed": typed, "problem": " ".join(map(str, problems)), "status": 422}
        )
    return _write(request, place, name, form.cleaned_data[name])


def _write(request: StaffRequest, place: Place, name: str, value: Any) -> HttpResponse:
    changes = (
        {"custom": {name.removeprefix(own.PREFIX): value}} if name.startswith(own.PREFIX) else {name: value}
    )
    try:
        saved = desk.save(place, changes, place.version, request)
    except REFUSED as refusal:
        return _form(
            request,
            place,
            name,
            {"typed": request.POST.get(name, ""), "problem": str(refusal), "status": 422},
        )
    except customfields.BadValues as problem:
        return _form(request, place, name, {"problem": str(problem), "status": 422})
    except CLASHES as clash:
        theirs = _typed(desk.initial_of(clash.theirs), name)
        return _form(
            request,
            clash.theirs,
            name,
            {"typed": request.POST.get(name, ""), "theirs": theirs, "status": 409},
        )
    if not request.htmx:
        return redirect(desk.page_of(saved))
    return _row(request, saved, name)


def _row(request: StaffRequest, place: Place, name: str) -> HttpResponse:
    origins = provenance.of(place) if isinstance(place, Lead) else {}
    found = facts.find(place, name, request.user, origins)
    if found is None:
        raise Http404(name)
    context = {
        "fact": found, "place": place, "entity": desk.entity_of(place),
        "may_edit": desk.may_edit(request, place), "is_saved": request.method == "POST",
    }  # fmt: skip
    return render(request, "leads/known/fact.html", context)


def _form(request: StaffRequest, place: Place, name: str, found: dict[str, Any]) -> HttpResponse:
    """Show the fact's own field of the form, with what was typed and what is wrong with it."""
    shown = desk.form_of(place)
    if name not in shown.fields or masking.is_masked_for(request.user):
        raise Http404(name)
    stands = _typed(desk.initial_of(place), name)
    typed = found.get("typed", stands)
    shown.initial[name] = typed
    context = {
        "field": shown[name], "name": name, "was": stands, "place": place, "entity": desk.entity_of(place),
        "typed": typed, **found,
    }  # fmt: skip
    return render(request, "leads/known/fact_form.html", context, status=found.get("status", 200))


def _typed(initial: dict[str, Any], name: str) -> str:
    value = initial.get(name)
    return "" if value is None else str(value)
