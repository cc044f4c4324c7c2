"""Sequences as people work with them: make one, edit the steps of its draft, look at it for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from campaigns.models import Campaign, User
from campaigns.services import audit
from leads.models import Lead
from leads.services.rules import language as rules
from outreach.channels import registry
from outreach.models import Sender, SequenceVersion, Step, Tone, Variant
from outreach.models import Sequence as SequenceModel
from outreach.services import composing, templates, tokens, variants, versions, windows
from outreach.services.versions import SequenceRefused
from outreach.services.windows import Window

MAX_STEPS = 20


@dataclass(frozen=True)
class TextDraft:
    """One of the three texts of a step."""

    subject: str
    body: str
    weight: int = 1


@dataclass(frozen=True)
class StepDraft:
    """One step as its author writes it; ``texts`` by tone."""

    name: str = ""
    channel: str = "email"
    delay_hours: int = 0
    window_start: int = 8
    window_end: int = 17
    business_days: bool = True
    texts: Mapping[str, TextDraft] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """A step as one person would get it; ``problem`` is set when they would not."""

    position: int
    tone: str
    due_at: datetime
    subject: str = ""
    text: str = ""
    html: str = ""
    problem: str = ""


def create(
    name: str,
    steps: Sequence[StepDraft],
    *,
    by: User | None = None,
    campaign: Campaign | None = None,
    exclusivity: str = SequenceModel.Exclusivity.LEAD,
    match: dict[str, Any] | None = None,
) -> SequenceModel:
    """Make a sequence with a first draft."""
    if not name.strip():
        raise SequenceRefused("Give the sequence a name.")
    if found := rules.validate(match or {}):
        raise SequenceRefused(*found)
    with transaction.atomic():
        sequence = SequenceModel.objects.create(
            name=name.strip()[:120], campaign=campaign, exclusivity=exclusivity, match=match or {},
            created_by=by,
        )  # fmt: skip
        replace_steps(versions.draft(sequence, by), steps, by)
        audit.record(by, "create", sequence)
    return sequence


def replace_steps(version: SequenceVersion, steps: Sequence[StepDraft], by: User | None = None) -> None:
    """Give a draft these steps; refuse them all when one is no good, so that nothing is half saved."""
    versions.require_draft(version)
    if found := _problems(steps):
        raise SequenceRefused(*found)
    with transaction.atomic():
        version.steps.all().delete()
        for position, draft in enumerate(steps, 1):
            facts = {name: getattr(draft, name) for name in versions.STEP_FIELDS}
            step = Step.objects.create(version=version, position=position, **facts)
            Variant.objects.bulk_create(
                Variant(step=step, tone=tone, written_by=by.username if by else "template", **asdict(text))
                for tone, text in draft.texts.items()
            )


def drafts_of(version: SequenceVersion) -> list[StepDraft]:
    """Return the steps of a version in the shape in which they are edited."""
    steps = version.steps.prefetch_related("variants")
    return [
        StepDraft(
            **{name: getattr(step, name) for name in versions.STEP_FIELDS},
            texts={
                text.tone: TextDraft(text.subject, text.body, text.weight)
                for text in step.variants.all()
                if text.message_id is None
            },
        )
        for step in steps
    ]


def preview(
    version: SequenceVersion, lead: Lead, now: datetime, sender: Sender | None = None
) -> list[Preview]:
    """Show every step of a version as one person would get it, with its date."""
    sender = (
        sender
        or Sender.objects.filter(is_active=True).first()
        or Sender(name="Your name", email="you@example.com")
    )
    address = version.sequence.campaign.postal_address if version.sequence.campaign else ""
    steps = list(version.steps.all())
    choices = variants.of_steps([step.pk for step in steps])
    found, moment = [], now
    for step in steps:
        window = Window(step.window_start, step.window_end, step.business_days)
        wanted = moment + timedelta(hours=step.delay_hours)
        moment = windows.next_moment(wanted, lead.time_zone, window, seed=str(lead.pk))
        found.append(_preview(step, choices.get(step.pk, []), lead, sender, address, moment))
    return found


def _preview(
    step: Step,
    choices: Sequence[variants.Choice],
    lead: Lead,
    sender: Sender,
    address: str,
    due_at: datetime,
) -> Preview:
    if not choices:
        return Preview(step.position, "", due_at, problem="The step has no text yet.")
    choice = variants.pick(choices, step.pk, lead.pk)
    values = tokens.values_of(lead, sender)
    try:
        subject, body = choice.subject.render(values), choice.body.render(values)
    except (templates.MissingToken, templates.TemplateRefused) as error:
        return Preview(step.position, choice.tone, due_at, problem=str(error))
    text = composing.text_of(body, sender.signature, address, "#")
    html = composing.html_of(body, sender.signature, address, "#")
    return Preview(step.position, choice.tone, due_at, subject, text, html)


def _problems(steps: Sequence[StepDraft]) -> list[str]:
    if len(steps) > MAX_STEPS:
        return [f"A sequence may have {MAX_STEPS} steps; this one has {len(steps)}."]
    return [
        f"Step {position}: {text}" for position, step in enumerate(steps, 1) for text in _step_problems(step)
    ]


def _step_problems(step: StepDraft) -> list[str]:
    found = []
    if step.channel not in registry.names():
        found.append(f"there is no channel called {step.channel}.")
    if not 0 <= step.window_start < step.window_end <= 24:
        found.append("the hours must lie between 0 and 24, the first before the last.")
    if not 0 <= step.delay_hours <= 24 * 365:
        found.append("the delay must be between nothing and a year.")
    for tone, text in step.texts.items():
        if tone not in Tone.values:
            found.append(f"there is no tone called {tone}.")
        if len(text.subject) > 200 or "\n" in text.subject or "\r" in text.subject:
            found.append(f"{tone}: the subject must be one line of at most 200 characters.")
        found += [f"{tone}: {one}" for source in (text.subject, text.body) for one in tokens.problems(source)]
    return found
