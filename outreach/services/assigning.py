"""A person's own routing decision: it stands above the rules and is written down with a name and a reason."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Prospect, ProspectStage
from leads.services import prospects
from outreach.models import Enrollment, RoutingDecision, Sender, Sequence
from outreach.services import enrollments, routing, versions, windows
from outreach.services.windows import Window

ROUTABLE = (ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED)


class AssignmentRefused(ValueError):
    """The person cannot be put into the sequence; the message says why."""

    code = "assignment_refused"
    status = 409


def assign(
    prospect: Prospect,
    sequence: Sequence,
    by: User,
    *,
    owner: User | None = None,
    sender: Sender | None = None,
    reason: str = "",
) -> Enrollment:
    """Put a prospect into a sequence by hand; what they were in and cannot be in as well is stopped."""
    version = versions.current(sequence)
    first = version.steps.first() if version else None
    if version is None or first is None:
        raise AssignmentRefused(f"«{sequence}» has no published version yet.")
    if Enrollment.objects.filter(prospect=prospect, version=version).exists():
        raise AssignmentRefused(f"{prospect.lead} has been through «{sequence}» already.")
    sender = sender or Sender.objects.filter(is_active=True).first()
    if sender is None:
        raise AssignmentRefused("There is no active sender.")
    now = clock.now()
    window = Window(first.window_start, first.window_end, first.business_days)
    due_at = windows.next_moment(
        now + timedelta(hours=first.delay_hours), prospect.lead.time_zone, window, seed=str(prospect.lead_id)
    )
    with transaction.atomic():
        _make_way(prospect, sequence)
        made = Enrollment.objects.create(
            version=version, prospect=prospect, lead=prospect.lead, campaign=prospect.campaign,
            sender=sender, due_at=due_at, created_at=now, exclusivity_key=_key(prospect, sequence),
        )  # fmt: skip
        RoutingDecision.objects.create(
            prospect=prospect, sequence=sequence, owner=owner or prospect.owner, rule="by hand",
            reason=reason[:200], decided_by=by, decided_at=now,
        )  # fmt: skip
        Prospect.objects.filter(pk=prospect.pk).update(owner=owner or F("owner"))
        prospects.advance([prospect.pk], ProspectStage.ROUTED, from_=ROUTABLE)
        audit.record(by, "route", prospect, reason=reason, after={"sequence": sequence.pk})
    return made


def _make_way(prospect: Prospect, sequence: Sequence) -> None:
    """Stop the living enrollments that the sequence's exclusivity does not bear."""
    exclusive = Q(exclusivity_key=f"lead:{prospect.lead_id}")
    overlapping = {
        Sequence.Exclusivity.LEAD: Q(),
        Sequence.Exclusivity.CAMPAIGN: exclusive | Q(campaign=prospect.campaign_id),
        Sequence.Exclusivity.SEQUENCE: exclusive | Q(version__sequence=sequence),
    }[Sequence.Exclusivity(sequence.exclusivity)]
    living = Enrollment.objects.filter(overlapping, lead=prospect.lead_id, status__in=enrollments.LIVING)
    enrollments.stop(list(living.values_list("pk", flat=True)), "moved by hand", clock.now())


def _key(prospect: Prospect, sequence: Sequence) -> str:
    return routing.exclusivity_key(
        sequence.exclusivity,
        lead_id=prospect.lead_id,
        campaign_id=prospect.campaign_id,
        sequence_id=sequence.pk,
    )
