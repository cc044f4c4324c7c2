"""Compares new and changed people with those who may be the same, and decides: merge, ask somebody, nothing.

Certain pairs are merged by rule (inside one team only), uncertain ones wait in the review queue with their
evidence; «two people» was said once and is never asked again.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings

from campaigns import clock
from campaigns.services import bulk
from leads.models import Lead, MatchCandidate
from leads.services.identity import blocking, choosing, comparing, merging, parameters
from leads.services.identity.blocking import Found
from leads.services.identity.clusters import clusters
from leads.services.identity.comparing import Judgement

Status = MatchCandidate.Status
Pair = tuple[int, int]
_COLUMNS = ("left_id", "right_id", "probability", "weight", "evidence", "rule", "status", "found_at")


def match(lead_ids: Collection[int]) -> dict[str, int]:
    """Compare these leads with all others and act on it; return how many were compared, asked and merged."""
    found, judged, version = look(lead_ids)
    distinct = _distinct(judged)
    sure, asked = _sort(found, judged, distinct)
    merged = _merge(found, judged, sure, distinct)
    _ask({pair: judged[pair] for pair in asked}, version)
    _close(set(lead_ids), {pair for pair in judged if judged[pair].verdict != "nothing"})
    return {
        "leads": len(set(lead_ids)), "compared": len(found.pairs), "asked": len(asked), "merged": merged,
        "too_large": found.too_large,
    }  # fmt: skip


def look(lead_ids: Collection[int]) -> tuple[Found, dict[Pair, Judgement], str]:
    """Return who may be whom without acting on it: the candidates, every pair judged, the model's name."""
    model, version = parameters.current()
    found = blocking.find(lead_ids)
    judged = {
        pair: comparing.judge(found.people[pair[0]], found.people[pair[1]], model, found.shared)
        for pair in sorted(found.pairs)
    }
    return found, judged, version


def compare(one: int, other: int) -> Judgement:
    """Return what two records say together, whoever picked them."""
    model, _ = parameters.current()
    people = blocking.people([one, other])
    return comparing.judge(people[one], people[other], model, in_words=True)


def _distinct(pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs of which somebody said that they are two people."""
    ids = {pk for pair in pairs for pk in pair}
    condition, params = bulk.among("left_id", ids)
    rows = bulk.fetch(
        f"SELECT left_id, right_id FROM leads_matchcandidate WHERE {condition} AND status = 'distinct'",  # noqa: S608
        params,
    )
    return {(left, right) for left, right in rows}


def _sort(found: Found, judged: dict[Pair, Judgement], distinct: set[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs to merge by rule, the surest first, and those to ask somebody about."""
    sure = [pair for pair, said in judged.items() if said.verdict == "merge" and pair not in distinct]
    sure.sort(key=lambda pair: -judged[pair].weight)
    ids = {pk for pair in sure for pk in pair}
    teams: dict[int, int | None] = (
        dict(Lead.objects.filter(pk__in=ids).values_list("pk", "team_id")) if ids else {}
    )
    own = [pair for pair in sure if settings.IDENTITY_MERGES and _are_together(teams, pair)]
    rest = set(sure) - set(own)
    asked = [
        pair for pair, said in judged.items()
        if pair not in distinct and (said.verdict == "review" or pair in rest)
    ]  # fmt: skip
    return own, asked


def _are_together(teams: dict[int, int | None], pair: Pair) -> bool:
    """A rule takes no lead out of a team's sight."""
    one, other = teams.get(pair[0]), teams.get(pair[1])
    return one == other or one is None or other is None


def _merge(found: Found, judged: dict[Pair, Judgement], sure: list[Pair], distinct: set[Pair]) -> int:
    """Merge each group of sure pairs into its survivor; return how many records went."""

    def may(a: int, b: int) -> bool:
        pair = (min(a, b), max(a, b))
        return pair not in distinct and not comparing.speak_against(found.people[a], found.people[b])

    number = 0
    for group in clusters(sure, may_join=may):
        leads = list(Lead.objects.filter(pk__in=group).order_by("pk"))
        kept = choosing.survivor(leads)
        for gone in leads:
            if gone.pk != kept.pk:
                said = judged.get((min(kept.pk, gone.pk), max(kept.pk, gone.pk)))
                number += _merge_one(kept, gone, said)
    return number


def _merge_one(kept: Lead, gone: Lead, said: Judgement | None) -> int:
    try:
        merging.merge(
            kept, gone, how="rule", probability=said.probability if said else None,
            evidence=said.evidence if said else [], rule=(said.rule if said else "") or "surely the same",
        )  # fmt: skip
    except merging.MergeRefused:
        return 0  # somebody was faster
    return 1


def _ask(asked: dict[Pair, Judgement], version: str) -> None:
    """Put pairs into the review queue, or bring their evidence up to date."""
    now = clock.now()
    rows = [
        (*pair, said.probability, said.weight, said.evidence, said.rule or version, Status.OPEN, now)
        for pair, said in asked.items()
    ]
    if rows:
        new = set(bulk.insert_ignore(MatchCandidate, _COLUMNS, rows, returning=("left_id", "right_id")))
        for row in rows:
            if (row[0], row[1]) not in new:
                _renew(row)


def _renew(row: tuple[Any, ...]) -> None:
    facts = dict(zip(_COLUMNS[2:7], row[2:7], strict=True))
    again = MatchCandidate.objects.filter(left_id=row[0], right_id=row[1])
    again.filter(status__in=[Status.OPEN, Status.GONE]).update(**facts)


def _close(lead_ids: set[int], alive: set[Pair]) -> None:
    """Questions about these leads that the newer facts have answered are no longer asked."""
    one, params = bulk.among("left_id", lead_ids)
    other, more = bulk.among("right_id", lead_ids)
    rows = bulk.fetch(
        "SELECT id, left_id, right_id FROM leads_matchcandidate"  # noqa: S608
        f" WHERE status = 'open' AND ({one} OR {other})",
        [*params, *more],
    )
    answered = [pk for pk, left, right in rows if (left, right) not in alive]
    if answered:
        MatchCandidate.objects.filter(pk__in=answered, status=Status.OPEN).update(status=Status.GONE)
