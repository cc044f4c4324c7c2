"""The hot paths, each beside the floor: the least the database itself needs for the same rows."""

import csv
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import bulk
from config.bench import floors, learned, list_cases, match_cases, scenery
from config.bench.harness import Case
from leads.models import Activity, Lead, LeadScore, Prospect, ProspectStage
from leads.services import imports, qualification, rulebook, scoring
from outreach.models import (
    Enrollment,
    Event,
    Message,
    MessageStatus,
    RoutingDecision,
    SequenceVersion,
    Tally,
)
from outreach.providers import post_office
from outreach.services import nurture, routing, sending, tracking
from outreach.services.tracking import DeliveryEvent

SQLITE = "sqlite"


@dataclass
class Stage:
    """The scene all cases play on: ``count`` leads, one campaign, one sequence."""

    count: int
    campaign: Campaign
    version: SequenceVersion

    @classmethod
    def build(cls, count: int) -> "Stage":
        """Fill an empty database."""
        campaign = scenery.settle_in(count)
        return cls(count, campaign, scenery.sequence(campaign))

    def reset(self, stage: str = ProspectStage.NEW, score: int | None = None) -> None:
        """Put every prospect back to a stage, with nothing planned or sent."""
        _clear()
        scenery.take_in(self.campaign, stage, score)
        _settle_down()


def all_cases(stage: Stage) -> list[Case]:
    """Return every case at this size."""
    return [
        learned.score_case(stage.count),
        match_cases.match_case(stage.count),
        match_cases.match_set_case(stage.count),
        *list_cases.list_cases(stage.count),
        *(make(stage) for make in (import_case, score_case, qualify_case, route_case, send_case, event_case)),
    ]


def import_case(stage: Stage) -> Case:
    """A CSV file through mapping, validation and de-duplication, beside the bare copy of its rows."""
    rows = list(scenery.people(stage.count, seed=11))
    file = Path(settings.VAR) / "bench.csv"
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(scenery.LEAD_COLUMNS[:3] + scenery.LEAD_COLUMNS[4:-1])
        writer.writerows(row[:3] + row[4:-1] for row in rows)

    def prepare() -> None:
        _clear()
        for table in ("leads_leadscore", "leads_importedlead", "leads_lead"):
            bulk.run(f"DELETE FROM {table}")  # noqa: S608
        _settle_down()

    def check() -> None:
        _same(Lead.objects.count(), stage.count)

    def product() -> None:
        job = imports.start(str(file), name="bench.csv")
        imports.confirm(job, job.mapping)
        imports.run_now(job)

    goal = 3.0 if bulk.is_postgres() else 4.0
    floor = lambda: bulk.copy_rows(Lead, scenery.LEAD_COLUMNS, rows)  # noqa: E731
    return Case("import", stage.count, "row", floor, product, prepare, check, goal, "100 in 30 s")


def score_case(stage: Stage) -> Case:
    """The card's questions with their contributions, beside a hand-written statement of as many questions."""
    card = rulebook.active("scoring")
    points, packed = floors.questions(len(card.body["dimensions"]))

    def floor() -> None:
        bulk.run(
            "INSERT INTO leads_leadscore (lead_id, card_id, value, previous, contributions, scored_at)"  # noqa: S608
            f" SELECT id, %s, {floors.clamped(points)}, NULL, {packed}, %s FROM ({floors.ANSWERS}) a",
            [card.pk, clock.now()],
        )

    def prepare() -> None:
        bulk.run("DELETE FROM leads_leadscore")
        _settle_down()

    check = lambda: _same(LeadScore.objects.count(), stage.count)  # noqa: E731
    product = lambda: scoring.score_leads(None)  # noqa: E731
    return Case("score", stage.count, "lead", floor, product, prepare, check, 2.0, "100 in 10 s")


def qualify_case(stage: Stage) -> Case:
    """The decision tree over all prospects with the path of each, beside a hand-written eight-rule insert.

    Half of them are refused for their score, with a line on their timeline; the others are asked everything.
    """

    def floor() -> None:
        bulk.run(
            "INSERT INTO bench_decision (id, decision, mask)"  # noqa: S608
            f" SELECT p.id, CASE WHEN {floors.MASK} = 0 THEN 'qualified' ELSE 'rejected' END, {floors.MASK}"
            " FROM leads_prospect p JOIN leads_lead l ON l.id = p.lead_id"
            " LEFT JOIN leads_company c ON c.id = l.company_id WHERE p.stage = 'scored'"
        )

    def prepare() -> None:
        bulk.run("DROP TABLE IF EXISTS bench_decision")
        bulk.run("CREATE TABLE bench_decision (id bigint PRIMARY KEY, decision text, mask integer)")
        list_cases.scored()
        stage.campaign.minimum_score = 50
        stage.reset(ProspectStage.SCORED, score=90)

    def check() -> None:
        good = LeadScore.objects.filter(value__gte=50).count()
        _same(Prospect.objects.filter(stage=ProspectStage.SCORED).count(), 0)
        _same(Prospect.objects.filter(stage=ProspectStage.QUALIFIED).count(), good)

    product = lambda: _until_done(qualification.stage, stage.campaign)  # noqa: E731
    return Case("qualify", stage.count, "lead", floor, product, prepare, check, 2.0, "100 in 5 s")


def route_case(stage: Stage) -> Case:
    """Match, balance and prevent overlap for all, with decisions logged, beside the copy of the rows."""
    columns = (
        "version_id",
        "prospect_id",
        "lead_id",
        "campaign_id",
        "exclusivity_key",
        "due_at",
        "created_at",
    )

    def floor() -> None:
        now = clock.now()
        found = Prospect.objects.values_list("id", "lead_id")
        rows = [
            (stage.version.pk, pk, lead, stage.campaign.pk, f"lead:{lead}", now, now) for pk, lead in found
        ]
        bulk.copy_rows(Enrollment, columns, rows)

    prepare = lambda: stage.reset(ProspectStage.QUALIFIED, score=90)  # noqa: E731
    check = lambda: _same(Enrollment.objects.count(), stage.count)  # noqa: E731
    product = lambda: _until_done(routing.stage, stage.campaign)  # noqa: E731
    return Case("route", stage.count, "lead", floor, product, prepare, check, 3.0, "100 in 8 s")


def send_case(stage: Stage) -> Case:
    """Plan, render, claim with every check, hand over, book and note, beside a bare write-send-mark."""
    columns = ("uid", "campaign_id", "lead_id", "to_address", "subject", "body", "status", "sent_at")
    body = "Dear %s,\n\n" + "many teams in your field tell us the same thing. " * 12

    def floor() -> None:
        now = clock.now()
        people = Prospect.objects.values_list("lead_id", "lead__first_name", "lead__email")
        rows = [
            (uuid.uuid4().hex, stage.campaign.pk, lead, email, "A question", body % name, "queued", now)
            for lead, name, email in people
        ]
        bulk.copy_rows(Message, columns, rows)
        for start in range(0, len(rows), 1000):
            letters = [floors.letter(row[0], row[3], row[5]) for row in rows[start : start + 1000]]
            post_office.accept(letters)
            condition, params = bulk.among("uid", [letter.uid for letter in letters])
            bulk.run(f"UPDATE outreach_message SET status = 'sent' WHERE {condition}", params)  # noqa: S608

    def prepare() -> None:
        stage.reset(ProspectStage.QUALIFIED, score=90)
        _until_done(routing.stage, stage.campaign)
        bulk.run("UPDATE outreach_enrollment SET due_at = %s", [clock.now() - timedelta(minutes=1)])

    def product() -> None:
        _drain(nurture.drain)
        _drain(sending.drain)

    def check() -> None:
        _same(Message.objects.filter(status=MessageStatus.SENT).count(), stage.count)

    return Case("send", stage.count, "message", floor, product, prepare, check, 3.0, "150 a minute")


def event_case(stage: Stage) -> Case:
    """Delivery news in batches of a hundred, folded and acted on once, beside the copy of the events."""
    columns = ("message_id", "kind", "provider", "provider_event_id", "occurred_at")

    def prepare() -> None:
        stage.reset(ProspectStage.QUALIFIED, score=90)
        _until_done(routing.stage, stage.campaign)
        bulk.run("UPDATE outreach_enrollment SET due_at = %s", [clock.now() - timedelta(minutes=1)])
        _drain(nurture.drain)
        _drain(sending.drain)

    def floor() -> None:
        now = clock.now()
        rows = [
            (pk, "delivered", "bench", f"e{pk}", now) for pk in Message.objects.values_list("pk", flat=True)
        ]
        bulk.copy_rows(Event, columns, rows)

    def product() -> None:
        now = clock.now()
        uids = Message.objects.values_list("uid", flat=True)
        news = [DeliveryEvent(uid, "delivered", "bench", f"e{uid}", now) for uid in uids]
        for start in range(0, len(news), 100):
            tracking.record_events(news[start : start + 100], now)

    check = lambda: _same(Event.objects.filter(kind="delivered").count(), stage.count)  # noqa: E731
    goal = 12.0 if bulk.is_postgres() else 8.0
    return Case("events", stage.count, "event", floor, product, prepare, check, goal, "hourly")


def _clear() -> None:
    """Forget everything that was planned, sent or noted."""
    for model in (Tally, Event, Message, Enrollment, RoutingDecision, Activity, Prospect):
        bulk.run(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def _until_done(work: Callable[..., object], campaign: Campaign) -> None:
    while getattr(work(campaign, limit=1000, now=clock.now()), "left", 0):
        pass


def _drain(work: Callable[..., int]) -> None:
    while work(clock.now(), limit=1000):
        pass


def _settle_down() -> None:
    """Let the database tidy up outside the measured time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if bulk.is_postgres() else "ANALYZE")


def _same(found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"expected {expected} rows, found {found}")
