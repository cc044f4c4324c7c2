"""The scoring path under a trained card, beside the same floor as the hand-made card's case."""

from datetime import datetime
from typing import Any

from django.db import connection

from campaigns import clock
from campaigns.services import bulk
from campaigns.services.learning import cardmaker
from campaigns.services.learning.table import Table
from config.bench import floors
from config.bench.harness import Case
from leads.models import Lead, LeadScore, RuleKind
from leads.services import rulebook, scoring
from leads.services.learning import features
from leads.services.rules import facts

SAMPLE = 2_000


def score_case(count: int) -> Case:
    """A trained card over all leads, beside a hand-written statement of as many questions."""
    card = _card()
    points, packed = floors.questions(len(card["dimensions"]))
    before = rulebook.active(RuleKind.SCORING)

    def floor() -> None:
        bulk.run(
            "INSERT INTO leads_leadscore (lead_id, card_id, value, previous, contributions, scored_at)"  # noqa: S608
            f" SELECT id, %s, {floors.clamped(points)}, NULL, {packed}, %s FROM ({floors.ANSWERS}) a",
            [before.pk, clock.now()],
        )

    def prepare() -> None:
        rulebook.activate(before, None)
        bulk.run("DELETE FROM leads_leadscore")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if bulk.is_postgres() else "ANALYZE")

    def product() -> None:
        rulebook.activate(learned, None)
        scoring.score_leads(None)
        rulebook.activate(before, None)

    def check() -> None:
        if LeadScore.objects.count() != count:
            raise AssertionError("not everybody was scored")

    learned = rulebook.publish(RuleKind.SCORING, "Bench, learned", card, None)
    rulebook.activate(before, None)
    return Case("score_learned", count, "lead", floor, product, prepare, check, 2.0, "100 in 10 s")


def _card() -> cardmaker.Card:
    """Return a trained card over the bench's people; who bought follows from what is known about them."""
    ids, now = list(Lead.objects.values_list("pk", flat=True)[:SAMPLE]), clock.now()
    rows = list(facts.load(ids, features.LEARNED).values())
    ready = [{key: _plain(value, now) for key, value in row.items()} for row in rows]
    columns = {key: [row[key] for row in ready] for key in features.LEARNED}
    labels = [
        (row["website_seconds"] or 0) + 400 * (row["industry"] == "Dental") + 37 * (number % 19) > 1300
        for number, row in enumerate(ready)
    ]
    return cardmaker.train(Table(features.learnable({}), columns, labels))


def _plain(value: Any, now: datetime) -> Any:
    """Return a moment as the days since then, as a snapshot keeps it."""
    return (now - value).total_seconds() / 86_400 if isinstance(value, datetime) else value
