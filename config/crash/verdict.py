"""What all books say after the last kill. The oracle is the post office's own book, never our tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from analytics.services import reconcile
from campaigns.models import Campaign, Cost
from config.crash.scene import STEPS
from leads.models import Prospect, ProspectStage
from outreach.models import LEFT, Enrollment, EnrollmentStatus, Message
from outreach.providers import post_office
from outreach.providers.post_office import Letter

ON_THE_WAY = (ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED)
NOBODY = (*ON_THE_WAY, ProspectStage.REJECTED, ProspectStage.REVIEW)


@dataclass(frozen=True)
class Verdict:
    """``people`` were wanted, ``audience`` letters planned; ``lost`` to ``overpaid`` must all be zero."""

    people: int
    audience: int
    sent: int
    failed: int
    suppressed: int
    skipped: int
    uncertain: int
    lost: int
    doubled: int
    unpaid: int
    overpaid: int
    reconciled: bool

    @property
    def is_clean(self) -> bool:
        """Whether everybody is accounted for, nothing came twice and everything has its ledger row."""
        wrong = self.lost or self.doubled or self.unpaid or self.overpaid or self.uncertain
        return self.reconciled and self.audience > 0 and not wrong

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict for printing."""
        return {**asdict(self), "clean": self.is_clean}


def of(campaign: Campaign) -> Verdict:
    """Count what became of a campaign whose workers were killed."""
    mails = Message.objects.filter(campaign=campaign)
    found = Counter(mails.values_list("status", flat=True))
    letters = list(_book())
    sent = set(mails.filter(status__in=LEFT).values_list("uid", flat=True))
    known, audience = {letter.uid for letter in letters}, _planned(campaign)
    paid, owed = _paid(campaign), {f"send:{uid}" for uid in known}
    return Verdict(
        people=campaign.prospect_count, audience=audience, sent=len(sent),
        failed=found["failed"], suppressed=found["suppressed"],
        skipped=found["skipped"] + found["cancelled"], uncertain=found["uncertain"],
        lost=_missing(campaign) + abs(audience - mails.count()) + len(sent ^ known),
        doubled=_doubled(letters, dict(mails.values_list("uid", "step_id"))),
        unpaid=len(owed - paid), overpaid=len(paid - owed),
        reconciled=all(check.ok for check in reconcile.checks()),
    )  # fmt: skip


def _planned(campaign: Campaign) -> int:
    """How many letters there must be: every step for everybody, up to where somebody was stopped."""
    ways = Enrollment.objects.filter(campaign=campaign).values_list("status", "position")
    return sum(position if status == EnrollmentStatus.STOPPED else STEPS for status, position in ways)


def _missing(campaign: Campaign) -> int:
    """People who were never found, stand still on the way, or were routed without a sequence."""
    mine = Prospect.objects.filter(campaign=campaign)
    routed = mine.exclude(stage__in=NOBODY)
    without = routed.exclude(pk__in=Enrollment.objects.filter(campaign=campaign).values("prospect"))
    standing = mine.filter(stage__in=ON_THE_WAY).count()
    return abs(campaign.prospect_count - mine.count()) + standing + without.count()


def _doubled(letters: list[Letter], steps: dict[str, int | None]) -> int:
    """Letters that brought an address a step it had already."""
    copies = Counter((letter.recipient, steps.get(letter.uid)) for letter in letters)
    return sum(count - 1 for count in copies.values())


def _paid(campaign: Campaign) -> set[str]:
    sends = Cost.objects.filter(campaign=campaign, operation="send")
    return set(sends.values_list("reference", flat=True))


def _book() -> Iterator[Letter]:
    last = 0
    while letters := post_office.unread(last, limit=5000):
        yield from letters
        last = letters[-1].number
