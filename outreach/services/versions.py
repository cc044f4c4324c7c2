"""Versions: a sequence is edited as a draft and frozen when published; people finish the one they started."""

from django.db import transaction
from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from outreach.channels import registry
from outreach.models import Sequence, SequenceVersion, Step, Tone, Variant
from outreach.services import tokens

STEP_FIELDS = ("channel", "name", "delay_hours", "window_start", "window_end", "business_days")


class SequenceRefused(ValueError):
    """The change cannot be made; ``problems`` lists why, for the person who tried."""

    code = "sequence_refused"
    status = 400

    def __init__(self, *problems: str) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problems))


def current(sequence: Sequence) -> SequenceVersion | None:
    """Return the version that new people get."""
    return sequence.versions.exclude(published_at=None).order_by("-number").first()


def newest(sequence: Sequence) -> SequenceVersion | None:
    """Return the draft, or the newest published version when there is none."""
    return sequence.versions.order_by("-number").first()


def required(sequence: Sequence) -> SequenceVersion:
    """Return the version in use; refuse when nothing has been published."""
    found = current(sequence)
    if found is None:
        raise SequenceRefused("Nothing of this sequence has been published yet.")
    return found


def draft(sequence: Sequence, by: User | None = None) -> SequenceVersion:
    """Return the draft of a sequence; when there is none, a copy of its newest version."""
    found = sequence.versions.filter(published_at=None).first()
    return found or _copy(sequence, sequence.versions.order_by("-number").first(), by)


def publish(version: SequenceVersion, by: User | None = None) -> SequenceVersion:
    """Freeze a draft and let new people have it; refuse it with the whole list of what is wrong."""
    found = problems(version)
    if found:
        raise SequenceRefused(*found)
    now = clock.now()
    if not SequenceVersion.objects.filter(pk=version.pk, published_at=None).update(published_at=now):
        raise SequenceRefused("This version is published already.")
    version.published_at = now
    audit.record(by, "publish", version.sequence, after={"version": version.number})
    return version


def problems(version: SequenceVersion) -> list[str]:
    """Say what keeps a version from being published; an empty list means nothing does."""
    steps = list(version.steps.prefetch_related("variants"))
    if not steps:
        return ["A sequence needs at least one step."]
    return [f"Step {step.position}: {text}" for step in steps for text in _step_problems(step)]


def discard(version: SequenceVersion, by: User | None = None) -> None:
    """Throw a draft away."""
    require_draft(version)
    audit.record(by, "discard draft", version.sequence, before={"version": version.number})
    version.delete()


def require_draft(version: SequenceVersion) -> None:
    """Refuse to touch a published version."""
    if version.published_at is not None:
        raise SequenceRefused(
            f"Version {version.number} is published and does not change any more. Edit a draft of it."
        )


def diff(old: SequenceVersion, new: SequenceVersion) -> list[str]:
    """Say in sentences what changed from one version to another."""
    before, after = _contents(old), _contents(new)
    found = [f"Step {position} is new." for position in sorted(after.keys() - before.keys())]
    found += [f"Step {position} is gone." for position in sorted(before.keys() - after.keys())]
    for position in sorted(before.keys() & after.keys()):
        found += [
            f"Step {position}: {name.replace('_', ' ')} was «{was}», is «{after[position].get(name, '')}»."
            for name, was in before[position].items()
            if was != after[position].get(name, "")
        ]
    return found


@transaction.atomic
def _copy(sequence: Sequence, source: SequenceVersion | None, by: User | None) -> SequenceVersion:
    number = source.number + 1 if source else 1
    made = SequenceVersion.objects.create(sequence=sequence, number=number, created_by=by)
    for step in source.steps.all() if source else ():
        texts = list(step.variants.filter(message=None))
        copy = Step.objects.create(
            version=made, position=step.position, **{name: getattr(step, name) for name in STEP_FIELDS}
        )
        Variant.objects.bulk_create(
            Variant(step=copy, tone=text.tone, subject=text.subject, body=text.body, weight=text.weight,
                    written_by=text.written_by)
            for text in texts
        )  # fmt: skip
    return made


def _step_problems(step: Step) -> list[str]:
    if step.channel not in registry.names():
        return [f"there is no channel called {step.channel}."]
    texts = {text.tone: text for text in step.variants.all() if text.message_id is None}
    missing = [tone.label.lower() for tone in Tone if tone not in texts or not texts[tone].body.strip()]
    found = [f"the {label} text is missing." for label in missing]
    for tone, text in texts.items():
        if not text.subject.strip() and step.channel == "email":
            found.append(f"the {tone} text has no subject.")
        found += [f"{tone}: {problem}" for source in (text.subject, text.body)
                  for problem in tokens.problems(source)]  # fmt: skip
    return found


def _contents(version: SequenceVersion) -> dict[int, dict[str, object]]:
    found: dict[int, dict[str, object]] = {}
    for step in version.steps.all():
        found[step.position] = {name: getattr(step, name) for name in STEP_FIELDS}
    texts = Variant.objects.filter(step__version=version, message=None).annotate(place=F("step__position"))
    for text in texts:
        found[text.place][f"{text.tone}_subject"] = text.subject
        found[text.place][f"{text.tone}_text"] = text.body
        found[text.place][f"{text.tone}_weight"] = text.weight
    return found
