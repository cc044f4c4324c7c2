"""How well a minimum score would have chosen: precision and recall at each threshold, by known outcomes.

Outcomes are known only of people who were written to, and a threshold chose whom to write to: below the
thresholds used so far the curve knows little, and the page says so. (LEARNING 3.1: 60 gives .83 and .71.)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from leads.models import Prospect, ProspectStage

FEWEST = 20
ENDED_WELL = (ProspectStage.GRADUATED, ProspectStage.WON)
WRITTEN_TO = (ProspectStage.CONTACTED, ProspectStage.REPLIED, ProspectStage.LOST, *ENDED_WELL)


@dataclass(frozen=True)
class Point:
    """At this minimum score: how many of those chosen answered, and how many of the answers were chosen."""

    threshold: int
    chosen: int
    precision: float | None
    recall: float


@dataclass(frozen=True)
class Curve:
    """The points, and on how many people they stand."""

    people: int
    positives: int
    points: list[Point]


def of(prospects: QuerySet[Prospect]) -> Curve | None:
    """Return the curve of these people in one statement; None with too few outcomes to say anything."""
    judged = prospects.filter(stage__in=WRITTEN_TO).exclude(score=None).order_by()
    positive = Q(replied_at__isnull=False) | Q(stage__in=(ProspectStage.REPLIED, *ENDED_WELL))
    rows = judged.values("score").annotate(people=Count("pk"), good=Count("pk", filter=positive))
    return drawn([(int(row["score"] or 0), row["people"], row["good"]) for row in rows])


def drawn(rows: Iterable[tuple[int, int, int]]) -> Curve | None:
    """Return the curve of (score, people, of whom positive); None when either class has too few."""
    found = list(rows)
    people, good = sum(row[1] for row in found), sum(row[2] for row in found)
    if good < FEWEST or people - good < FEWEST:
        return None
    return Curve(people, good, [_point(found, good, threshold) for threshold in range(0, 101, 5)])


def _point(rows: list[tuple[int, int, int]], positives: int, threshold: int) -> Point:
    chosen = sum(people for score, people, _ in rows if score >= threshold)
    right = sum(good for score, _, good in rows if score >= threshold)
    return Point(threshold, chosen, right / chosen if chosen else None, right / positives)
