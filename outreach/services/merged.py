"""Two records of a person became one: their sequences follow, and nobody is in two that bear no other."""

from django.db.models import Q

from campaigns import clock
from leads.models import Prospect
from leads.services.identity.rules import far
from leads.services.identity.trail import Trail
from outreach.models import Enrollment, EnrollmentStatus, Message, MessageStatus

LIVING = (EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED)
WAITING = (MessageStatus.DRAFT, MessageStatus.APPROVED, MessageStatus.QUEUED)
REASON = "merged"


def enrollments(trail: Trail, kept_id: int, gone_id: int) -> None:
    """Let the enrollments of a merged record follow; of two that exclude each other the further one lives."""
    both = Enrollment.objects.filter(Q(lead_id=kept_id) | Q(lead_id=gone_id))
    # on PostgreSQL planning locks these rows first, so nothing is planned past this moment
    found = list(both.select_for_update(of=("self",)).select_related("prospect", "version").order_by("pk"))
    stay: list[Enrollment] = []
    for one in sorted((one for one in found if one.status in LIVING), key=_rank):
        if any(_exclude(one, other) for other in stay):
            _stop(trail, one)
        else:
            stay.append(one)
    prospects = dict(Prospect.objects.filter(lead_id=kept_id).values_list("campaign_id", "pk"))
    taken = {(one.prospect_id, one.version_id) for one in found}
    for one in found:
        place = (prospects.get(one.campaign_id, one.prospect_id), one.version_id)
        values: dict[str, object] = {"lead_id": kept_id, "exclusivity_key": _key(one, kept_id, gone_id)}
        if place not in taken:
            values["prospect_id"] = place[0]
            taken.add(place)
        trail.change(one, **values)


def _rank(one: Enrollment) -> tuple[int, int, int]:
    return -far(one.prospect.stage), -one.position, one.pk


def _exclude(one: Enrollment, other: Enrollment) -> bool:
    """Whether a person may not be in both at once, by what either of them asks for."""
    modes = {_mode(one), _mode(other)}
    if "lead" in modes:
        return True
    if one.campaign_id == other.campaign_id and "campaign" in modes:
        return True
    return one.version.sequence_id == other.version.sequence_id


def _mode(one: Enrollment) -> str:
    return one.exclusivity_key.partition(":")[0]


def _key(one: Enrollment, kept_id: int, gone_id: int) -> str:
    head, _, lead = one.exclusivity_key.rpartition("lead:")
    return f"{head}lead:{kept_id}" if lead == str(gone_id) else one.exclusivity_key


def _stop(trail: Trail, one: Enrollment) -> None:
    """End an enrollment and cancel what it had waiting; the same locks in the same order as every stop."""
    trail.change(
        one, status=EnrollmentStatus.STOPPED, stop_reason=REASON, ended_at=clock.now(), due_at=None
    )  # fmt: skip
    waiting = Message.objects.select_for_update().filter(enrollment=one, status__in=WAITING).order_by("pk")
    for message in waiting:
        trail.change(message, status=MessageStatus.CANCELLED, reason=f"Stopped: {REASON}")
