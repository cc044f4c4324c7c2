"""Write what people know about a lead: new, changed, handed over; two people cannot overwrite each other."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Lead, LeadQuerySet, Lifecycle
from leads.services import provenance, timeline
from leads.services.entry import companies, normalise
from leads.services.identity import queue
from leads.services.privacy import tombstones
from leads.services.rules import customfields, roles

MOST = 500


class SaveRefused(Exception):
    """What was typed cannot be stored; ``field`` names what to mend, ``other`` the lead it belongs to."""

    code = "save_refused"
    status = 409

    def __init__(self, message: str, field: str = "", other: Lead | None = None) -> None:
        self.field, self.other = field, other
        super().__init__(message)


class Conflict(Exception):
    """Somebody else changed the lead meanwhile; ``theirs`` is how it stands now."""

    code = "conflict"
    status = 409

    def __init__(self, theirs: Lead) -> None:
        self.theirs = theirs
        super().__init__("Somebody else changed this lead meanwhile.")


def create(data: dict[str, Any], by: User) -> Lead:
    """Store a new lead from the form; an address or profile we know already is refused with its lead."""
    facts = _facts(data, Lead())
    _refuse_forgotten(facts)
    try:
        with transaction.atomic():
            own = {"owner": by, "team": by.team, "origin": "form"}
            lead = Lead.objects.create(**{**own, **facts, **_company(data)})
            timeline.record(lead.pk, "created", f"{by} added this person", actor=by)
            queue.ask([lead.pk])
            audit.record(by, "create", lead)
    except IntegrityError as error:
        raise _taken(facts) from error
    return lead


def change(lead: Lead, data: dict[str, Any], *, version: int, by: User) -> Lead:
    """Write changed fields if nobody else did since ``version`` was read."""
    facts = _facts(data, lead)
    if lead.erased_at:
        raise SaveRefused("This person was forgotten on request. Nothing about them may be written down.")
    _refuse_forgotten({name: value for name, value in facts.items() if getattr(lead, name, value) != value})
    try:
        with transaction.atomic():
            facts |= _company(data)
            changed = {name: value for name, value in facts.items() if getattr(lead, name) != value}
            if not changed and lead.version == version:
                return lead
            found = Lead.objects.filter(pk=lead.pk, version=version)
            if not found.update(**changed, version=F("version") + 1, updated_at=clock.now()):
                raise Conflict(Lead.objects.select_related("company").get(pk=lead.pk))
            _tell(lead, changed, by)
            queue.ask([lead.pk])
    except IntegrityError as error:
        raise _taken(facts, besides=lead.pk) from error
    lead.refresh_from_db()
    return lead


def assign(leads: LeadQuerySet, owner: User | None, by: User) -> dict[int, int | None]:
    """Hand leads over; return who had them before (of the first 500, which can be taken back)."""
    before: dict[int, int | None] = dict(leads.order_by("pk").values_list("pk", "owner_id")[:MOST])
    team_id = owner.team_id if owner else by.team_id
    Lead.objects.filter(pk__in=leads.order_by().values("pk")).update(
        owner=owner, team_id=team_id, version=F("version") + 1, updated_at=clock.now()
    )
    said = f"{by} gave this person to {owner}" if owner else f"{by} put this person back into the pool"
    timeline.record_many(timeline.Entry(pk, "assigned", said, actor_id=by.pk) for pk in before)
    return before


def give_back(before: Iterable[tuple[int, int | None]], visible: LeadQuerySet, by: User) -> int:
    """Take a hand-over back: every lead returns to whom it had."""
    owners: dict[int | None, list[int]] = {}
    for lead_id, owner_id in before:
        owners.setdefault(owner_id, []).append(lead_id)
    changes = {"version": F("version") + 1, "updated_at": clock.now()}
    return sum(
        visible.filter(pk__in=ids).update(owner_id=owner_id, **changes) for owner_id, ids in owners.items()
    )


def _tell(lead: Lead, changed: dict[str, Any], by: User) -> None:
    """Keep who changed which facts: in the log, beside each fact, and a new stage of life in the timeline."""
    before = {name: _plain(getattr(lead, name)) for name in changed}
    audit.record(by, "change", lead, before=before, after={k: _plain(v) for k, v in changed.items()})
    pairs = {name: (getattr(lead, name), value) for name, value in changed.items() if name != "lifecycle"}
    provenance.note_changes({lead.pk: pairs}, source="person", reference=str(by.pk), at=clock.now())
    if "lifecycle" in changed:
        was, now = lead.get_lifecycle_display(), Lifecycle(changed["lifecycle"]).label
        facts = {"was": lead.lifecycle, "now": changed["lifecycle"]}
        timeline.record(
            lead.pk, "lifecycle", f"{by} moved this person from {was} to {now}", actor=by, data=facts
        )


def _facts(data: dict[str, Any], lead: Lead) -> dict[str, Any]:
    """Return form values as columns, with the keys and codes that follow from them."""
    facts = {name: value for name, value in data.items() if name != "company_name"}
    if "custom" in facts:
        facts["custom"] = customfields.merged(lead.custom, customfields.checked("lead", facts["custom"]))
    if "email" in facts:
        facts["email_key"] = normalise.email_key(facts["email"])
    if "phone" in facts:
        country = facts.get("country", lead.country)
        facts["phone"] = normalise.phone(facts["phone"], country) if facts["phone"] else ""
    if "linkedin_url" in facts:
        facts["linkedin_key"] = normalise.linkedin_key(facts["linkedin_url"])
    if "title" in facts:
        facts["seniority"] = roles.seniority(facts["title"])
        facts["department"] = roles.department(facts["title"])
    return facts


def _company(data: dict[str, Any]) -> dict[str, int | None]:
    """Find the named company by its name or by the domain of the address, or make it."""
    if "company_name" not in data:
        return {}
    name = data["company_name"].strip()
    facts = {"name": name, "guessed_domain": normalise.work_domain(data.get("email", ""))}
    return {"company_id": companies.resolve([facts if name else None], source="form")[0]}


def _refuse_forgotten(facts: dict[str, Any]) -> None:
    """Let nobody write down again who asked to be forgotten."""
    if tombstones.is_forgotten(facts):
        raise SaveRefused("This person asked to be forgotten. They must not be stored again.", "email")


def _taken(facts: dict[str, Any], besides: int = 0) -> SaveRefused:
    for field, key in (("email", "email_key"), ("linkedin_url", "linkedin_key")):
        if facts.get(key):
            other = Lead.objects.exclude(pk=besides).filter(**{key: facts[key]}).first()
            if other:
                return SaveRefused("A lead with this address is here already.", field, other)
    return SaveRefused("This person is here already.")


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, list, dict, type(None))) else str(value)
