"""Ask for an act on many leads: whom, in words, within one's limits; cancel it, take it back."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit, bulk, masking
from leads.models import BulkAction, BulkTarget, Lead, LeadQuerySet
from leads.services import segments
from leads.services.grouped import deleting, params
from leads.services.grouped.params import ActRefused, MayNot
from leads.services.grouped.verbs import VERBS, Verb, people
from leads.services.rules import language as rules
from leads.services.transfer import exports

Status = BulkAction.Status
REP_EXPORT, MANAGER_EXPORT = 500, 10_000
MOST_IDS = 10_000


@dataclass(frozen=True)
class Chosen:
    """Whom an act is for: a filter with words to find, or ticked leads by number."""

    criteria: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    ids: tuple[int, ...] | None = None

    def leads(self, actor: User) -> LeadQuerySet:
        """Return the chosen leads that a person may see."""
        found = segments.queryset(self.criteria) if self.criteria and self.ids is None else Lead.objects.all()
        found = found.visible_to(actor).current()
        if self.ids is not None:
            return found.filter(pk__in=self.ids)
        return found.search(self.words) if self.words else found

    def sentence(self) -> str:
        """Return the choice in words."""
        if self.ids is not None:
            return f"{people(len(self.ids))} ticked by hand"
        said = rules.sentence(self.criteria)
        return f"{said} with the words «{self.words}»" if self.words else said


@dataclass(frozen=True)
class Preview:
    """What an act would do: a question in words, how many people, and what to know before."""

    text: str
    count: int
    notes: list[str]


def preview(verb: str, given: dict[str, Any], chosen: Chosen, actor: User) -> Preview:
    """Say what an act would do, without doing it; raise ``ActRefused`` when it may not be done."""
    act = _allowed(verb, actor)
    ready = params.checked(act, given, actor)
    count = chosen.leads(actor).order_by().count()
    _within_limits(act, chosen, count, actor)
    text = act.asks.format(people=people(count), what=ready.get("what", ""))
    return Preview(text, count, _notes(act, ready, chosen, count, actor))


def ask(verb: str, given: dict[str, Any], chosen: Chosen, actor: User) -> BulkAction:
    """Queue an act on everybody who is chosen at this moment; who joins the filter later is not touched."""
    act = _allowed(verb, actor)
    ready = params.checked(act, given, actor)
    if chosen.ids is not None and len(chosen.ids) > MOST_IDS:
        raise ActRefused(f"Name {MOST_IDS:,} leads at most, or give a filter.")
    with transaction.atomic():
        action = BulkAction.objects.create(
            verb=verb, params=ready, criteria=_kept(chosen), sentence=chosen.sentence()[:250], owner=actor,
            team=actor.team,
        )  # fmt: skip
        action.total = _aim(action, chosen.leads(actor))
        if not action.total:
            raise ActRefused("Nobody is chosen, so there is nothing to do.")
        _within_limits(act, chosen, action.total, actor)
        _fits(act, ready, given, action.total)
        action.save(update_fields=["total"])
        audit.record(actor, f"bulk {verb}", action, reason=action.sentence,
                     after={"people": action.total, **{k: str(v) for k, v in ready.items()}})  # fmt: skip
    return action


def cancel(action: BulkAction, by: User) -> bool:
    """Stop an act; what is done so far stays and can be taken back. Return whether it was still going."""
    alive = BulkAction.objects.filter(pk=action.pk, status__in=(Status.QUEUED, Status.RUNNING))
    stopped = alive.update(status=Status.CANCELLED, finished_at=clock.now(), lease_token="", lease_until=None)
    if stopped:
        audit.record(by, "bulk cancel", action)
    action.refresh_from_db()
    return bool(stopped)


def undo(action: BulkAction, by: User) -> BulkAction:
    """Queue the taking back of an act; only what nobody changed since goes back."""
    verb = VERBS[action.verb]
    if verb.restore is None:
        raise ActRefused(f"«{verb.label}» cannot be taken back.")
    if not verb.may_undo(by):
        raise MayNot("Only an admin lifts suppressions. Ask one to take this back.")
    over = BulkAction.objects.filter(pk=action.pk, status__in=(Status.DONE, Status.CANCELLED, Status.FAILED))
    if not over.update(status=Status.UNDOING, attempts=0, error="", lease_token="", lease_until=None):
        action.refresh_from_db()
        raise ActRefused(f"This act is {action.get_status_display().lower()}; it cannot be taken back now.")
    audit.record(by, "bulk undo", action)
    action.refresh_from_db()
    return action


def _allowed(verb: str, actor: User) -> Verb:
    if verb not in VERBS:
        raise ActRefused(f"Choose what to do: one of {', '.join(VERBS)}.")
    if verb == "export" and masking.is_masked_for(actor):
        raise MayNot("Your role reads figures, not people; ask an admin for a list.")
    if not VERBS[verb].may(actor):
        raise MayNot("Your role may not do this. Ask a manager or an admin.")
    return VERBS[verb]


def _within_limits(verb: Verb, chosen: Chosen, count: int, actor: User) -> None:
    """Keep to what a role may carry out of the house at once."""
    if verb.key != "export" or actor.is_superuser or actor.role == "admin":
        return
    most = MANAGER_EXPORT if actor.can_manage else REP_EXPORT
    if count > most:
        raise MayNot(f"Your role exports {most:,} leads at a time; these are {count:,}. Narrow the filter.")
    if not actor.can_manage and chosen.leads(actor).filter(~Q(owner=actor) | Q(owner=None)).exists():
        raise MayNot("Your role exports your own leads only. Filter by yourself as the owner.")


def _fits(verb: Verb, ready: dict[str, Any], given: dict[str, Any], count: int) -> None:
    """Refuse a sheet that is too long, and a deletion whose number was not repeated."""
    if ready.get("format") == "xlsx" and count > exports.MOST_IN_BOOK:
        raise ActRefused(f"A sheet holds {exports.MOST_IN_BOOK:,} people at most. Take CSV.")
    if verb.key == "delete" and str(given.get("confirm", "")).strip() != str(count):
        raise ActRefused(f"Nobody was deleted. These are {people(count)}: confirm with the number {count}.")


def _aim(action: BulkAction, leads: LeadQuerySet) -> int:
    """Write down who is meant, in one statement."""
    try:
        compiler = leads.order_by("pk").values("id").query.get_compiler(connection=connection)
        inner, values = compiler.as_sql()
    except EmptyResultSet:
        return 0
    return bulk.run(
        f"INSERT INTO {BulkTarget._meta.db_table} (action_id, lead_id, is_done)"  # noqa: S608
        f" SELECT %s, x.id, %s FROM ({inner}) x",
        [action.pk, False, *values],
    )


def _kept(chosen: Chosen) -> dict[str, Any]:
    if chosen.ids is not None:
        return {"ids": list(chosen.ids)}
    return {"criteria": chosen.criteria, "words": chosen.words}


def _notes(verb: Verb, ready: dict[str, Any], chosen: Chosen, count: int, actor: User) -> list[str]:
    if verb.key == "campaign":
        inside = chosen.leads(actor).filter(prospects__campaign_id=ready["campaign"]).order_by().count()
        sql = {"field": "may_email", "op": "is", "value": False}
        closed = chosen.leads(actor).filter(pk__in=segments.queryset(sql).values("pk")).order_by().count()
        busy = chosen.leads(actor).filter(enrollments__status__in=("active", "paused")).distinct().order_by()
        said = [(inside, "are in it already"), (busy.count(), "are in a sequence now and wait for its end"),
                (closed, "may not be e-mailed")]  # fmt: skip
        return [f"{number:,} of them {words}." for number, words in said if number]
    if verb.key == "delete":
        stay = count - deleting.free(chosen.leads(actor)).order_by().count()
        kept = [f"{people(stay).capitalize()} with {deleting.WHY} will be left alone."] if stay else []
        return [*kept, "This cannot be taken back."]
    if verb.key == "suppress":
        return ["No campaign and no colleague can write to them on any channel until an admin lifts it."]
    return [] if verb.restore or verb.key in ("export", "rescore") else ["This cannot be taken back."]
