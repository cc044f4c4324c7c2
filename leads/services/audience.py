"""Whom a campaign is for, among the people we know: criteria, a saved segment, or one import."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from campaigns.models import Campaign, User
from leads.models import ImportJob, Lead, LeadQuerySet, Prospect, Segment
from leads.services import prospects, segments
from leads.services.grouped import snapshots
from leads.services.rules import language as rules

Choice = tuple[str, str]
NEWEST = 10


def people(campaign: Campaign) -> LeadQuerySet:
    """Return the leads that a campaign's audience names; nobody, if it names none."""
    plan = campaign.audience or {}
    named = [kind for kind in ("criteria", "segment", "import") if plan.get(kind)]
    if not named:
        return Lead.objects.none()
    found = segments.queryset(plan.get("criteria") or {})
    if plan.get("segment"):
        segment = Segment.objects.filter(pk=plan["segment"]).first()
        found = (
            found.filter(pk__in=segments.queryset(segment.criteria).values("pk")) if segment else found.none()
        )
    if plan.get("import"):
        found = found.filter(imported_by__job_id=plan["import"])
    return found


def settled(campaign: Campaign) -> LeadQuerySet:
    """Return the people as they were at the launch; before it, as the audience names them now."""
    kept = snapshots.of_launch(campaign)
    return snapshots.members(kept) if kept else people(campaign)


def sentence(campaign: Campaign) -> str:
    """Return in words whom the audience names."""
    plan = campaign.audience or {}
    said = [rules.sentence(plan["criteria"])] if plan.get("criteria") else []
    if segment := Segment.objects.filter(pk=plan.get("segment") or 0).first():
        said.append(f"{segment.name}: {rules.sentence(segment.criteria)}")
    return "; ".join([*said, *(["people of an import"] if plan.get("import") else [])])


def waiting(campaign: Campaign) -> LeadQuerySet:
    """Return the people of the audience who are no prospects of the campaign yet and were not forgotten."""
    mine = Prospect.objects.filter(campaign=campaign, lead=OuterRef("pk"))
    return settled(campaign).filter(~Exists(mine), erased_at=None)


def waits(campaign: Campaign) -> bool:
    """Whether somebody of the audience is not a prospect yet."""
    return bool(campaign.audience) and waiting(campaign).exists()


def enroll(campaign: Campaign, limit: int, now: datetime) -> int:
    """Make up to ``limit`` people of the audience prospects, the oldest leads first; return how many."""
    if not campaign.audience:
        return 0
    snapshots.keep_launch(campaign, people(campaign), sentence(campaign))
    ids = waiting(campaign).order_by("pk").values_list("pk", flat=True)[:limit]
    return prospects.enroll(campaign.pk, ids, now)


def of_segments(actor: User) -> tuple[str, list[Choice]]:
    """Return the segments a person may choose as an audience."""
    found = segments.visible_to(actor).order_by("name")
    return "People of a segment", [(f"segment:{segment.pk}", segment.name) for segment in found]


def of_imports(actor: User) -> tuple[str, list[Choice]]:
    """Return the newest imports a person may choose as an audience."""
    done = ImportJob.objects.visible_to(actor).filter(status=ImportJob.Status.DONE)
    newest = done.order_by("-id")[:NEWEST]
    choices = [(f"import:{job.pk}", f"{job.file_name} ({job.created + job.updated:,})") for job in newest]
    return "People of an import", choices
