"""Every door of the API, found in the URL map, and a foreign team's rows to knock with."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import URLPattern, URLResolver, reverse

from campaigns.models import AccessToken, IdempotencyKey, PipelineRun, User
from campaigns.services.roles import APPS
from config import api
from leads.models import (
    Attachment,
    BulkAction,
    Company,
    CustomField,
    ImportJob,
    Lead,
    MatchCandidate,
    Merge,
    ResearchReport,
    Snapshot,
)
from leads.services import trees
from leads.services.known import files
from tests import factories as make

MARK = "Zzforeignzz"
OPEN = ("no-such-address", "api-health")


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    name: str
    method: str
    view: Any
    groups: tuple[str, ...]

    @property
    def scope(self) -> str | None:
        """The scope that a key needs here."""
        by_action: dict[str, str] = self.view.initkwargs.get("required_scopes") or {}
        named: dict[str, str] = by_action or getattr(self.view.cls, "required_scopes", None) or {}
        return named.get(self.method)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def doors() -> list[Door]:
    """Return every method of every route of the API."""
    found = []
    for pattern in _patterns(api.urlpatterns):
        view: Any = pattern.callback
        if pattern.name in OPEN:
            continue
        groups = tuple(pattern.pattern.regex.groupindex)
        found += [Door(str(pattern.name), method.upper(), view, groups) for method in _methods(view)]
    return found


def address(door: Door, rows: dict[str, Any], kind: str) -> str:
    """Return a door's address with the keys of the rows of ``kind`` in it."""
    values = {"pk": kind and rows[kind].pk, "campaign_pk": rows["campaign"].pk, "stage": "harvest"}
    return reverse(door.name, kwargs={name: values[name] for name in door.groups})


def rows_of(owner: User, mark: str = MARK) -> dict[str, Any]:
    """Make one row of each kind that belongs to ``owner`` and their team."""
    team = owner.team
    campaign = make.CampaignFactory(name=mark, owner=owner, team=team, status="paused", budget=500)
    company = make.CompanyFactory(name=mark)
    lead = make.LeadFactory(
        first_name=mark, last_name=mark, email=f"{mark}@x.example", owner=owner, team=team, company=company
    )
    prospect = make.ProspectFactory(campaign=campaign, lead=lead, stage="qualified")
    version = make.SequenceVersionFactory(sequence=make.SequenceFactory(name=mark, campaign=campaign))
    step = make.StepFactory(version=version)
    conversation = make.ConversationFactory(subject=mark, lead=lead, campaign=campaign, assignee=owner)
    make.TurnFactory(conversation=conversation, body=mark)
    make.CostFactory(campaign=campaign, operation=mark)
    make.RevenueFactory(campaign=campaign, note=mark)
    segment = make.SegmentFactory(name=mark, owner=owner, is_shared=False)
    return {
        "campaign": campaign,
        "lead": lead,
        "company": company,
        "prospect": prospect,
        "run": PipelineRun.objects.create(campaign=campaign, error=mark),
        "sequence": version.sequence,
        "version": version,
        "variant": make.VariantFactory(step=step, subject=mark),
        "message": make.MessageFactory(
            campaign=campaign, lead=lead, subject=mark, status="queued", sent_at=None
        ),
        "enrollment": make.EnrollmentFactory(prospect=prospect, version=version),
        "conversation": conversation,
        "recommendation": make.RecommendationFactory(campaign=campaign, title=mark),
        "deal": make.DealFactory(lead=lead, campaign=campaign, name=mark, owner=owner),
        "task": make.TaskFactory(lead=lead, title=mark, owner=owner),
        "segment": segment,
        "snapshot": Snapshot.objects.create(segment=segment, sentence=mark, taken_by=owner),
        "bulk action": BulkAction.objects.create(verb="tag", params={"what": mark}, owner=owner, team=team),
        "file": _file(lead, owner),
        "custom field": CustomField.objects.get_or_create(key="chairs", defaults={"label": "Chairs"})[0],
        "import": ImportJob.objects.create(file_name=mark, owner=owner, team=team),
        "sender": make.SenderFactory(),
        "price": make.PriceFactory(),
        "model": make.ModelVersionFactory(),
        "rule": make.RuleFactory(kind="qualification", body=trees.DEFAULT_TREE),
        "reports": _known(lead, company),
        **_twice(lead, team, owner),
    }


def _file(lead: Any, owner: User) -> Attachment:
    """Keep a small file on the page of a lead."""
    return files.add(lead, SimpleUploadedFile(f"{MARK}.txt", MARK.encode()), owner)


def _known(lead: Lead, company: Company) -> list[ResearchReport]:
    """Keep a report about a person and one about their company."""
    about: tuple[dict[str, Any], ...] = ({"lead": lead, "company": company}, {"company": company})
    return [ResearchReport.objects.create(status="done", summary=MARK, **each) for each in about]


def everything() -> dict[str, str]:
    """Return the bytes of all our rows, by table (not the notes the door itself keeps)."""
    return {model._meta.label: _bytes(model) for label in APPS for model in _models(label)}


def said(response: Any) -> str:
    """Return the words of an answer, streamed ones too."""
    return response.getvalue().decode(errors="replace")


def wrong(told: list[tuple[Door, Any]], *right: int) -> list[str]:
    """Return the doors that answered something else, with what they said."""
    return [f"{door}: {response.status_code}" for door, response in told if response.status_code not in right]


def changed(before: dict[str, str]) -> list[str]:
    """Return the tables whose bytes are not what they were."""
    now = everything()
    return [table for table in now if now[table] != before[table]]


def _twice(lead: Lead, team: Any, owner: User) -> dict[str, Any]:
    """Make a question about a second record of a person, and a merge of a third."""
    facts = {"last_name": MARK, "owner": owner, "team": team}
    second, third = make.LeadFactory(**facts), make.LeadFactory(**facts, merged_into=lead)
    return {
        "duplicate": MatchCandidate.objects.create(left=lead, right=second, probability=0.95),
        "merge": Merge.objects.create(kept=lead, gone=third, moved={"steps": []}, choices={"title": MARK}),
    }


def _methods(view: Any) -> list[str]:
    """Return the methods that a view answers: routed to it, and not closed by the view itself."""
    routed = getattr(view, "actions", None) or {
        name: name for name in ("get", "post", "put", "patch", "delete") if hasattr(view.cls, name)
    }
    return [name for name in routed if name != "head" and name in view.cls.http_method_names]


def _bytes(model: type[Model]) -> str:
    return json.dumps(list(model._default_manager.order_by("pk").values()), default=str)


def _models(label: str) -> Iterator[type[Model]]:
    for model in apps.get_app_config(label).get_models():
        if model not in (AccessToken, IdempotencyKey):
            yield model


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
