"""The lead API's way in: people known are recognised, foreign ones stay untouched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import audit
from leads.models import Lead, Lifecycle
from leads.services.doors import marks
from leads.services.doors.arriving import REFUSED, Arrival, Word, arrive
from leads.services.intake import Entrance
from leads.services.privacy import tombstones
from leads.services.transfer import converting

SOURCE = "API"
ELSEWHERE = "Another team keeps this person. Nothing was changed; ask a manager to share them."
TRIES = 3
Facts = dict[str, Any]


class NotLetIn(Exception):
    """Somebody who cannot be stored; ``code`` says why in a word."""

    status = 409

    def __init__(self, message: str, code: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Result:
    """What became of one row: its lead (0: nobody), how it went, what is wrong."""

    lead_id: int
    status: str
    problems: dict[str, list[str]] = field(default_factory=dict)


def let_in(facts: Facts, by: User) -> tuple[Lead, bool]:
    """Store one person; return their lead and whether it is new.

    Raise NotLetIn for a foreign or forgotten person, ValidationError for a fact that cannot be.
    """
    (result,) = let_many_in([facts], by)
    if result.status == REFUSED:
        if "campaign" in result.problems:
            raise ValidationError(result.problems)
        problem = next(iter(result.problems.values()))[0]
        raise NotLetIn(problem, "known_elsewhere" if problem == ELSEWHERE else REFUSED)
    return Lead.objects.select_related("company", "score").get(pk=result.lead_id), result.status == "created"


def let_many_in(rows: Sequence[Facts], by: User) -> list[Result]:
    """Store people in a fixed number of statements; return what became of each, in their order."""
    arrivals, results = _arrivals(rows, by)
    for attempt in range(1, TRIES + 1):
        try:
            return _store(rows, arrivals, results, by)
        except IntegrityError:  # somebody entered through another door in this moment: now known
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _store(
    rows: Sequence[Facts], arrivals: dict[int, Arrival], results: dict[int, Result], by: User
) -> list[Result]:
    """Store all; if some turn out to be foreign, take everything back and store the others."""
    waiting, found = dict(arrivals), dict(results)
    while waiting:
        with transaction.atomic():
            stored = _attempt(waiting, by)
            foreign = _foreign([one.lead_id for one in stored.values() if one.lead_id], by)
            if not foreign:
                _finish(rows, stored, by)
                found |= stored
                break
            transaction.set_rollback(True)
        for place, one in stored.items():
            if one.lead_id in foreign:
                found[place] = Result(0, REFUSED, {"email": [ELSEWHERE]})
                del waiting[place]
    return [found[place] for place in range(len(rows))]


def _attempt(waiting: dict[int, Arrival], by: User) -> dict[int, Result]:
    entrance = Entrance("api", clock.now(), by.pk, by.team_id, evidence=f"Sent by {by} through the API")
    outcomes = arrive(list(waiting.values()), entrance, source=SOURCE)
    return {
        place: Result(0, REFUSED, {"": [one.note or tombstones.REASON]})
        if one.verdict == REFUSED
        else Result(one.lead_id, one.verdict)
        for place, one in zip(waiting, outcomes, strict=True)
    }


def _foreign(lead_ids: Sequence[int], by: User) -> set[int]:
    """Return which of these leads this caller may not see, and so not change."""
    if by.sees_all:
        return set()
    mine = Lead.objects.visible_to(by).filter(pk__in=lead_ids).values_list("pk", flat=True)
    return set(lead_ids) - set(mine)


def _finish(rows: Sequence[Facts], stored: dict[int, Result], by: User) -> None:
    """Write what only a new lead takes: where it stands with us, and who added it."""
    for place, one in stored.items():
        life = rows[place].get("lifecycle")
        if one.status == "created" and life and life != Lifecycle.NEW:
            Lead.objects.filter(pk=one.lead_id).update(lifecycle=life)
    new = {one.lead_id for one in stored.values() if one.status == "created"}
    if len(stored) == 1:
        for lead in Lead.objects.filter(pk__in=new):
            audit.record(by, "create", lead)


def _arrivals(rows: Sequence[Facts], by: User) -> tuple[dict[int, Arrival], dict[int, Result]]:
    """Return the rows that can come in, and the refusal of those that cannot."""
    asked = {row["campaign"] for row in rows if row.get("campaign")}
    campaigns = set(Campaign.objects.visible_to(by).filter(pk__in=asked).values_list("pk", flat=True))
    arrivals: dict[int, Arrival] = {}
    results: dict[int, Result] = {}
    for place, row in enumerate(rows):
        if row.get("campaign") and row["campaign"] not in campaigns:
            results[place] = Result(0, REFUSED, {"campaign": ["There is no campaign of yours with this id."]})
            continue
        made = _arrival(row, by)
        if made is None:
            results[place] = Result(0, REFUSED, {"": ["Nobody to recognise: no address, number or profile."]})
        else:
            arrivals[place] = made
    return arrivals, results


def _arrival(row: Facts, by: User) -> Arrival | None:
    beside = ("consent", "clicks", "visitor", "campaign", "page_url", "lifecycle", "company_name")
    draft = {name: value for name, value in row.items() if name not in beside and value is not None}
    draft["custom"] = {key: value for key, value in (draft.get("custom") or {}).items() if value is not None}
    if row.get("company_name"):
        draft["company"] = row["company_name"]
    found = converting.finish(draft)
    if found.is_fatal:
        return None
    page = marks.page(row.get("page_url", ""))
    came = {**marks.read(page), **(row.get("clicks") or {})}
    return Arrival(
        found.draft, words=tuple(_word(one, page) for one in row.get("consent") or ()), marks=came,
        visitor=row.get("visitor", ""), kind="arrived", summary=f"{by} sent this person through the API",
        data={**({"page": page} if page else {}), **came}, campaign_id=row.get("campaign"),
    )  # fmt: skip


def _word(said: Facts, page: str) -> Word:
    shown = said.get("text", "")
    at, where = said.get("at") or clock.now(), said.get("page_url") or page
    parts = (
        f"Said to «{shown}»" if shown else "",
        f"on {where}" if where else "",
        f"at {at:%Y-%m-%d %H:%M:%S} UTC",
    )
    return Word(said["channel"], said["granted"], " ".join(part for part in parts if part))
