"""The house's own fields: listed, added, named, ordered, put away."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, manager
from campaigns.views.answers import done, posted, refused
from leads.forms.fieldbook import ChangeForm, NewForm
from leads.models import CustomField
from leads.services.known import fieldbook
from leads.services.rules import customfields


@manager
def fields(request: StaffRequest) -> HttpResponse:
    """List the own fields of leads and companies with a form for another one."""
    form = NewForm(posted(request), initial={"entity": request.GET.get("entity", "lead")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = fieldbook.add(
                data["entity"], data["label"], data["kind"], request.user, choices=data["choices"],
                help_text=data["help_text"],
            )  # fmt: skip
            return done(request, f"«{made.label}» is a field now", _page())
        except fieldbook.FieldRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
    context = {"nav": "leads", "form": form, "groups": [_group(entity) for entity in CustomField.Entity]}
    return render(request, "leads/known/fields.html", context, status=422 if form.errors else 200)


@manager
@require_POST
def field(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Change, order, archive or restore a field."""
    found = get_object_or_404(CustomField, pk=pk)
    try:
        if verb in ("up", "down"):
            fieldbook.move(found, -1 if verb == "up" else 1)
            return done(request, f"«{found.label}» moved {verb}", _page())
        if verb in ("archive", "restore"):
            fieldbook.archive(found, request.user, is_archived=verb == "archive")
            undo = reverse("leads:custom_field", args=[pk, "restore" if verb == "archive" else "archive"])
            return done(request, f"«{found.label}» is {verb}d; its values stay", _page(), undo)
        if verb != "change":
            raise Http404(verb)
        form = ChangeForm(request.POST)
        if not form.is_valid():
            return refused(request, "Give the field a name.", _page())
        fieldbook.change(found, request.user, **form.cleaned_data)
    except fieldbook.FieldRefused as refusal:
        return refused(request, str(refusal), _page())
    return done(request, f"«{found.label}» is changed", _page())


@manager
@require_POST
def adopt(request: StaffRequest) -> HttpResponse:
    """Make a field of a fact that came in without one."""
    entity, key = request.POST.get("entity", ""), request.POST.get("key", "")
    if entity not in CustomField.Entity.values:
        raise Http404(entity)
    try:
        made = fieldbook.adopt(entity, key, request.user)
    except fieldbook.FieldRefused as refusal:
        return refused(request, str(refusal), _page())
    return done(request, f"«{made.label}» is a field now: {made.get_kind_display().lower()}", _page())


def _group(entity: CustomField.Entity) -> dict[str, object]:
    """Return the fields of one entity with how many rows have a value, and what waits to become a field."""
    defined = list(CustomField.objects.filter(entity=entity))
    filled = fieldbook.filled(entity)
    known = {one.key for one in defined}
    loose = sorted(
        ((key, number) for key, number in filled.items() if key not in known), key=lambda pair: -pair[1]
    )
    return {
        "entity": entity.value, "label": entity.label,
        "living": [(one, filled.get(one.key, 0)) for one in defined if not one.is_archived],
        "archived": [(one, filled.get(one.key, 0)) for one in defined if one.is_archived],
        "loose": [(key, customfields.label_of(key), number) for key, number in loose[:40]],
    }  # fmt: skip


def _page() -> str:
    return reverse("leads:custom_fields")
