"""The list of sequences, new ones, and what a sequence holds: people on their way, versions."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from campaigns.services import paging
from campaigns.views.access import StaffRequest
from campaigns.views.answers import done
from leads.models import Lead
from outreach.forms import SequenceForm
from outreach.models import Enrollment, Sequence, SequenceVersion, Step, Tally
from outreach.services import sequences, versions
from outreach.services.enrollments import LIVING
from outreach.views.access import author, office


@office
def index(request: StaffRequest) -> HttpResponse:
    """List the sequences one may see."""
    words = request.GET.get("q", "").strip()[:80]
    visible = Sequence.objects.visible_to(request.user)
    page = paging.page(
        (visible.filter(name__icontains=words) if words else visible).select_related("campaign"),
        after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=25,
    )  # fmt: skip
    context = {"nav": "sequences", "page": page, "rows": _rows(page.rows), "q": words}
    return render(request, "outreach/sequences.html", context)


@author
def new(request: StaffRequest) -> HttpResponseBase:
    """Make a sequence; it starts as a draft."""
    form = SequenceForm(request.POST or None, actor=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = sequences.create(
                data["name"],
                form.steps(),
                by=request.user,
                campaign=data["campaign"],
                exclusivity=data["exclusivity"],
            )
            return done(request, f"{made} is a draft; publish it when it is right", _page(made.pk))
        except versions.SequenceRefused as refusal:
            form.add_error(None, refusal.problems)
    context = {"nav": "sequences", "form": form}
    return render(request, "outreach/new_sequence.html", context, status=422 if form.errors else 200)


@office
def enrolled(request: StaffRequest, pk: int) -> HttpResponse:
    """List the people on their way through a sequence."""
    sequence = find_sequence(request, pk)
    rows = Enrollment.objects.filter(
        version__sequence=sequence, lead__in=Lead.objects.visible_to(request.user)
    )
    page = paging.page(
        rows.select_related("lead__company", "version", "campaign"),
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    context = {
        "nav": "sequences",
        "sequence": sequence,
        "page": page,
        "counts": counts,
        "tabs": tabs(sequence, "enrolled"),
    }
    return render(request, "outreach/enrolled.html", context)


@office
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """List the versions of a sequence and what changed between them."""
    sequence = find_sequence(request, pk)
    found = list(
        sequence.versions.select_related("created_by")
        .annotate(living=Count("enrollments", filter=Q(enrollments__status__in=LIVING)))
        .order_by("-number")[:12]
    )
    wanted = request.GET.get("number", "")
    place = next((n for n, version in enumerate(found) if str(version.number) == wanted), 0)
    before = found[place + 1] if place + 1 < len(found) else None
    context = {
        "nav": "sequences", "sequence": sequence, "rows": found, "open": found[place] if found else None,
        "changes": versions.diff(before, found[place]) if before else [], "tabs": tabs(sequence, "versions"),
    }  # fmt: skip
    return render(request, "outreach/versions.html", context)


def find_sequence(request: StaffRequest, pk: int) -> Sequence:
    """Return a sequence this person may see."""
    return get_object_or_404(Sequence.objects.visible_to(request.user).select_related("campaign"), pk=pk)


def tabs(sequence: Sequence, active: str, number: int | None = None) -> list[dict[str, Any]]:
    """Return the tabs of a sequence's pages, with counts."""
    people = Enrollment.objects.filter(version__sequence=sequence, status__in=LIVING).count()
    number = sequence.versions.count() if number is None else number
    return [
        {"label": "Steps", "url": _page(sequence.pk), "active": active == "steps"},
        {"label": "Enrolled", "url": reverse("outreach:enrolled", args=[sequence.pk]),
         "count": f"{people:,}", "active": active == "enrolled"},
        {"label": "Versions", "url": reverse("outreach:versions", args=[sequence.pk]), "count": number,
         "active": active == "versions"},
    ]  # fmt: skip


def _rows(found: list[Sequence]) -> list[dict[str, Any]]:
    """Return each sequence with its versions, people and results: three queries for all."""
    ids = [sequence.pk for sequence in found]
    by_sequence: dict[int, list[Any]] = {pk: [] for pk in ids}
    counted = SequenceVersion.objects.filter(sequence__in=ids).annotate(
        size=Count("steps", distinct=True),
        living=Count("enrollments", filter=Q(enrollments__status__in=LIVING), distinct=True),
    )
    for version in counted.order_by("-number"):
        by_sequence[version.sequence_id].append(version)
    results = _results(ids)
    return [_row(sequence, by_sequence[sequence.pk], results.get(sequence.pk, {})) for sequence in found]


def _row(sequence: Sequence, known: list[Any], result: dict[str, int]) -> dict[str, Any]:
    live = next((version for version in known if version.published_at), None)
    return {
        "sequence": sequence, "live": live, "draft": next((v for v in known if not v.published_at), None),
        "size": (live or known[0]).size if known else 0, "living": sum(version.living for version in known),
        **result,
    }  # fmt: skip


def _results(ids: list[int]) -> dict[int, dict[str, int]]:
    steps = dict(Step.objects.filter(version__sequence__in=ids).values_list("pk", "version__sequence"))
    found: dict[int, dict[str, int]] = {}
    rows = Tally.objects.filter(step_id__in=list(steps)).order_by().values("step_id")
    for row in rows.annotate(n_sent=Sum("sent"), n_replied=Sum("replied")):
        one = found.setdefault(steps[row["step_id"]], {"sent": 0, "replied": 0})
        one["sent"] += row["n_sent"]
        one["replied"] += row["n_replied"]
    return found


def _page(pk: int) -> str:
    return reverse("outreach:sequence", args=[pk])
