"""Starts real workers and kills them with SIGKILL while they harvest, score, route and send.

In a stage one worker of the crew holds the run and nobody outside can tell which, so all of them die;
while letters leave all of them are at it, so one dies beside the others. Their successors carry a failpoint:
most of them die by themselves while sending, at a named point between claim and mark.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, islice

from django.db.models import Count, Q

from campaigns.models import Campaign, RunStatus, StageRun
from campaigns.services import pipeline
from config.crash import worker
from config.crash.scene import STEPS
from config.crash.worker import Worker
from outreach.models import LEFT, Enrollment, EnrollmentStatus, Message, MessageStatus

SENDING = "send"
PLACES = ("harvest", "score", "route", SENDING)
TURNS = (SENDING, "score", "route", SENDING, "harvest")
POINTS = ("after_claim", "after_accept", "before_mark")
CHANCE = 0.3
WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.UNCERTAIN)


@dataclass
class Harness:
    """One campaign, ``workers`` processes at a time, killed at ``kills`` moments."""

    campaign: Campaign
    kills: int
    workers: int = 2
    seed: int = 7
    killed_in: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    seconds: float = 0.0
    _alive: list[Worker] = field(default_factory=list)

    def run(self, patience: float = 300.0) -> None:
        """Kill at every moment, then let fresh workers finish."""
        started, dice = time.monotonic(), random.Random(self.seed)  # noqa: S311 not a secret
        try:
            for number, (place, share) in enumerate(moments(self.kills)):
                _wait_until(lambda: self._is_at(place, share), patience)  # noqa: B023 called at once
                self._kill(place, number, dice)
            self._stop_all()
            self._fill()
            _wait_until(self._is_quiet, patience)
        finally:
            self._stop_all()
            self.seconds = round(time.monotonic() - started, 1)

    def _kill(self, place: str, number: int, dice: random.Random) -> None:
        """Note where they are at work, and kill them there."""
        self.killed_in[self._at_work(place)] += 1
        chosen = [dice.choice(self._alive)] if place == SENDING else self._alive
        for one in chosen:
            one.kill()
        for one in chosen:
            one.join()
        self._fill(f"{POINTS[number % len(POINTS)]}:{CHANCE}")

    def _fill(self, failpoint: str = "") -> None:
        """Start a worker for each dead one; a failpoint kills the new one in one of its first batches."""
        self.deaths += sum(one.exitcode == -signal.SIGKILL for one in self._alive)
        self._alive = [one for one in self._alive if one.is_alive()]
        while len(self._alive) < self.workers:
            self._alive.append(worker.start(failpoint))

    def _stop_all(self) -> None:
        """End the workers in good order."""
        for one in self._alive:
            one.terminate()
        for one in self._alive:
            one.join(30)

    def _is_at(self, place: str, share: float) -> bool:
        """Whether a share of a place's rows is done; workers that died meanwhile are replaced."""
        self._fill()
        if place == SENDING:
            return self._sent_share() >= share or self._is_quiet()
        stage = StageRun.objects.get(run__campaign=self.campaign, name=place)
        return stage.status == RunStatus.DONE or (stage.total > 0 and stage.done >= share * stage.total)

    def _sent_share(self) -> float:
        mine = Message.objects.filter(campaign=self.campaign)
        found = mine.aggregate(sent=Count("id", filter=Q(status__in=LEFT)))
        return int(found["sent"]) / max(1, STEPS * Enrollment.objects.filter(campaign=self.campaign).count())

    def _at_work(self, place: str) -> str:
        """Where they really are: a small campaign may have run ahead of the place meant."""
        running = StageRun.objects.filter(run__campaign=self.campaign, status=RunStatus.RUNNING).first()
        if place != SENDING and running:
            return running.name
        return "idle" if self._is_quiet() else SENDING

    def _is_quiet(self) -> bool:
        """Whether nothing waits any more."""
        waits = Message.objects.filter(campaign=self.campaign, status__in=WAITING)
        plans = Enrollment.objects.filter(
            campaign=self.campaign, status=EnrollmentStatus.ACTIVE, position__lt=STEPS
        )
        return not (pipeline.alive(self.campaign) or waits.exists() or plans.exists())


def moments(kills: int) -> list[tuple[str, float]]:
    """Spread kills over the places: where, and after which share of its rows."""
    count = Counter(islice(cycle(TURNS), kills))
    return [(place, number / (count[place] + 1)) for place in PLACES for number in range(1, count[place] + 1)]


def _wait_until(done: Callable[[], bool], patience: float) -> None:
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("The workers did not finish in time.")
        time.sleep(0.01)
