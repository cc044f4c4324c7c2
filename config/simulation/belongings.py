"""What a team gathers around its leads while it works: own fields, groups, views, notes, twins, research.

Every thing comes through the door a person would use, so that the demo shows nothing that cannot be done.
"""

import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import clock
from campaigns.models import User
from config.simulation.workspace import Workspace
from leads.models import Company, Lead
from leads.services import imports, intake, segments
from leads.services.grouped import saved
from leads.services.identity import working
from leads.services.intake import Entrance
from leads.services.known import fieldbook, files, notes, tags
from leads.services.research import requests, work

PLANS = ("None", "Basic", "Plus")
VISITED = 8
LIST = """First name,Last name,E-mail,Phone,Job title,Company,City,Country,Locations
Nadia,Fischer,nadia@harborkitchen.example,+44 1632 960101,Operations Director,Harbor Kitchen,Leeds,UK,4
Omar,Haddad,omar@harborkitchen.example,+44 1632 960102,Head of Finance,Harbor Kitchen,Leeds,UK,4
Lucia,Moreno,lucia.moreno@castlebistro.example,01632 960103,Owner,Castle Bistro,York,UK,1
Piotr,Nowak,piotr.nowak@@castlebistro.example,+44 1632 960104,Manager,Castle Bistro,York,UK,1
Grace,Okoro,,+44 1632 960105,Regional Manager,Northgate Dining,Hull,UK,11
,,,,,Northgate Dining,Hull,UK,11
Sofia,Rinaldi,sofia@northgatedining.example,not a number,Marketing Lead,Northgate Dining,Hull,UK,11
"""


def unpack(workspace: Workspace, seed: int) -> None:
    """Put everything in its place, once."""
    dice, maya = random.Random(seed), workspace.manager  # noqa: S311 not a secret
    _own_fields(maya, dice)
    _groups(maya)
    _bring_a_list(workspace.reps[0])
    _twins(maya)
    people = list(Lead.objects.filter(lifecycle__in=("replied", "opportunity")).order_by("pk")[:4])
    _notes(people, maya, workspace.reps)
    _research(maya)


def _own_fields(by: User, dice: random.Random) -> None:
    """Fields of the house's own, filled for some."""
    fieldbook.add(
        "lead", "Current plan", "choice", by, choices=PLANS, help_text="What they pay us for today."
    )
    fieldbook.add("lead", "Contract ends", "date", by, help_text="Of the tool they use now.")
    fieldbook.add("lead", "Locations", "number", by)
    fieldbook.add("company", "Procurement", "url", by, help_text="Their page for suppliers.")
    today = clock.now().date()
    for lead in Lead.objects.order_by("pk")[:90]:
        if dice.random() < 0.6:
            Lead.objects.filter(pk=lead.pk).update(custom={**lead.custom, **_facts(dice, today)})


def _facts(dice: random.Random, today: date) -> dict[str, Any]:
    ends = today + timedelta(days=dice.randrange(10, 400))
    return {
        "current_plan": dice.choice(PLANS),
        "contract_ends": ends.isoformat(),
        "locations": dice.randrange(1, 9),
    }


def _groups(by: User) -> None:
    """Segments as sentences, views as tabs."""
    quiet: dict[str, Any] = {
        "all": [
            {"field": "score", "op": "gte", "value": 60},
            {"field": "has_appointment", "op": "is", "value": False},
            {"any": [
                {"field": "days_since_last_contact", "op": "gte", "value": 14},
                {"field": "clicks", "op": "gte", "value": 2},
            ]},
        ]
    }  # fmt: skip
    segments.save("Warm and quiet", quiet, by)
    owners = [
        {"field": "title", "op": "contains", "value": "owner"},
        {"field": "region", "op": "eq", "value": "TX"},
    ]
    segments.save("Owners in Texas", {"all": owners}, by)
    saved.save("Best first", "sort=score", ["company", "score", "stage", "owner"], by, is_shared=True)


def _bring_a_list(by: User) -> None:
    """A small file with its usual troubles."""
    job = imports.receive(io.BytesIO(LIST.encode()), "trade-fair-leeds.csv", by)
    imports.confirm(job, {**job.mapping, "Locations": "custom.locations"}, by=by)
    imports.run_now(job)


def _twins(by: User) -> None:
    """Two who may be one: the review queue has a question."""
    drafts = list(_second_records())
    intake.store(drafts, Entrance("form", clock.now(), team_id=by.team_id, evidence="Website"))
    while working.drain(clock.now()):
        pass


def _second_records() -> Iterator[dict[str, Any]]:
    known = Lead.objects.exclude(last_name="").exclude(company=None).select_related("company").order_by("pk")
    for lead in known[3:6]:
        name = lead.company.name if lead.company else ""
        yield {
            "first_name": lead.first_name, "last_name": lead.last_name, "title": lead.title,
            "email": f"{lead.first_name}.{lead.last_name}@mailbox.example".lower().replace(" ", ""),
            "email_key": f"{lead.first_name}.{lead.last_name}@mailbox.example".lower().replace(" ", ""),
            "city": lead.city, "country": lead.country, "company": {"name": name}, "source": "website",
        }  # fmt: skip


def _notes(people: Sequence[Lead], maya: User, reps: Sequence[User]) -> None:
    """Words among colleagues, a file, a tag."""
    if not people:
        return
    first = people[0]
    notes.write(
        first,
        f"Asked for references from two locations. @{maya.username} can we name Harbor Kitchen?",
        reps[0],
    )
    kept = notes.write(first, "Budget is decided in the second week of the quarter.", reps[0])
    notes.pin(kept, is_pinned=True)
    offer = SimpleUploadedFile(
        "offer-2026.txt", b"Offer 2026-118: recall reminders, 3 locations.\n", "text/plain"
    )
    files.add(first, offer, reps[0])
    for lead in people:
        Lead.objects.filter(pk=lead.pk).update(tags=["reference", "Q4"])
    tags.colour("reference", "fern")


def _research(by: User) -> None:
    """Websites read, with every claim's source."""
    for company in (
        Company.objects.exclude(domain="").filter(leads__isnull=False).distinct().order_by("pk")[:VISITED]
    ):
        requests.for_company(company, by)
    while work.drain(clock.now(), limit=VISITED):
        pass
