"""The simulated world: hour after hour the house works, the mail is read, people react, staff answer."""

import heapq
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from campaigns import clock
from campaigns.models import Campaign, PipelineRun, RunStatus
from campaigns.services import drains, lifecycle
from config.simulation import people, staff
from config.simulation.mailman import Mailman
from config.simulation.people import Person
from config.simulation.reactions import Mail, Reaction, plan
from leads.models import Lead
from outreach.models import Enrollment, EnrollmentStatus, Message, MessageStatus
from outreach.providers import post_office
from outreach.providers.post_office import Letter

FIRST_MORNING = datetime(2026, 1, 5, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHTLY = 2
Progress = Callable[[datetime], None]


@dataclass
class World:
    """One run of the world from ``start``; the same seed gives the same story."""

    seed: int
    start: datetime = FIRST_MORNING
    letters: dict[str, tuple[Person, Letter]] = field(default_factory=dict)
    coming: list[tuple[datetime, int, Reaction]] = field(default_factory=list)
    launches: list[tuple[datetime, Campaign]] = field(default_factory=list)
    staff_leave_at: datetime | None = None
    seconds: float = 0.0
    _read: int = 0
    _order: count = field(default_factory=count)  # type: ignore[type-arg]

    def launch(self, campaign: Campaign, after: timedelta = timedelta(0)) -> None:
        """Launch a campaign so long after the beginning."""
        self.launches.append((self.start + after, campaign))

    def run(self, end: datetime, progress: Progress | None = None) -> None:
        """Let time pass until ``end``."""
        logging.getLogger("leadloom.web").setLevel(logging.WARNING)  # the offline people are many
        started, mailman, moment = time.perf_counter(), Mailman(), self.start
        while moment <= end:
            self._hour(moment, mailman)
            if progress and moment.hour == 0:
                progress(moment)
            moment += HOUR
        self.start, self.seconds = moment, self.seconds + time.perf_counter() - started

    def _hour(self, moment: datetime, mailman: Mailman) -> None:
        with clock.at(moment):
            acts = self._launch(moment) + self._react(moment, mailman) + self._work(moment)
            if acts or moment.hour == NIGHTLY or _something_waits(moment):
                drains.run_all(moment)
                self._collect()

    def _launch(self, moment: datetime) -> int:
        due = [campaign for at, campaign in self.launches if at <= moment]
        self.launches = [(at, campaign) for at, campaign in self.launches if at > moment]
        for campaign in due:
            lifecycle.launch(campaign, by=campaign.owner)
        return len(due)

    def _work(self, moment: datetime) -> int:
        """Let the staff work, unless they have left: then what comes in waits for whoever opens the page."""
        gone = self.staff_leave_at is not None and moment >= self.staff_leave_at
        return 0 if gone else staff.work(self.seed, moment)

    def _react(self, moment: datetime, mailman: Mailman) -> int:
        acts = 0
        while self.coming and self.coming[0][0] <= moment:
            reaction = heapq.heappop(self.coming)[2]
            mailman.carry(reaction, *self.letters[reaction.uid])
            acts += 1
        mailman.hand_in()
        return acts

    def _collect(self) -> None:
        """Read the mail that the offline post office took in, and plan what each reader will do."""
        while letters := post_office.unread(self._read, limit=2000):
            self._read = letters[-1].number
            self._plan(letters)

    def _plan(self, letters: list[Letter]) -> None:
        facts = Message.objects.filter(uid__in=[letter.uid for letter in letters]).values_list(
            "uid", "step__position", "tone", "lead_id"
        )
        sent = {uid: (position or 0, tone, lead) for uid, position, tone, lead in facts}
        leads = Lead.objects.select_related("score").in_bulk({lead for _, _, lead in sent.values()})
        for letter in letters:
            position, tone, lead_id = sent[letter.uid]
            person = self._meet(leads[lead_id])
            self.letters[letter.uid] = (person, letter)
            if position:
                self._expect(plan(self.seed, person, Mail(letter.uid, letter.at, position, tone)))

    def _meet(self, lead: Lead) -> Person:
        fit = lead.score.value if hasattr(lead, "score") else 50
        return people.meet(self.seed, lead.email, lead.time_zone, fit)

    def _expect(self, reactions: list[Reaction]) -> None:
        for reaction in reactions:
            heapq.heappush(self.coming, (reaction.at, next(self._order), reaction))


def _something_waits(moment: datetime) -> bool:
    """Whether any drain would find work: most hours of a night need only these few questions."""
    return (
        Enrollment.objects.filter(status=EnrollmentStatus.ACTIVE, due_at__lte=moment).exists()
        or Message.objects.filter(status=MessageStatus.QUEUED, due_at__lte=moment).exists()
        or PipelineRun.objects.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]).exists()
    )
