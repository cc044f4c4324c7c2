"""What the sequence page shows: its desk, a card a step, a tab a text, the tokens to choose from."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from campaigns.views.access import StaffRequest
from leads.models import Prospect
from outreach.models import Sequence, SequenceVersion, Step, Tone, Variant
from outreach.services import checks, results, tokens

FALLBACKS = {"first_name": "there", "company": "your company", "city": "your city", "title": "your role"}


@dataclass(frozen=True)
class Desk:
    """What lies on the builder's desk: a version, one of its steps and one of the step's texts."""

    sequence: Sequence
    version: SequenceVersion | None
    current: SequenceVersion | None
    steps: list[Step]
    step: Step | None
    tone: str
    versions: int = 0

    @property
    def live_steps(self) -> list[Step]:
        """The steps that people get now, whose results are known."""
        if self.current is None or self.current == self.version:
            return self.steps if self.current else []
        return list(self.current.steps.prefetch_related("variants"))

    @property
    def texts(self) -> dict[str, Variant]:
        """The step's texts by tone."""
        return (
            {one.tone: one for one in self.step.variants.all() if one.message_id is None} if self.step else {}
        )

    @property
    def is_draft(self) -> bool:
        """Whether the version shown may still change."""
        return self.version is not None and self.version.published_at is None

    @property
    def is_newest(self) -> bool:
        """Whether changes start from what is shown."""
        return self.version is None or self.is_draft or self.version == self.current


def card(desk: Desk, step: Step, by_step: dict[int, results.Result]) -> dict[str, Any]:
    """Return a step with its wait and what became of its messages."""
    texts = [one for one in step.variants.all() if one.message_id is None]
    result = by_step.get(step.position)
    shares = (
        [(name, result.share(name)) for name in ("delivered", "opened", "replied")]
        if result and result.sent
        else []
    )
    return {
        "step": step, "is_open": desk.step == step, "texts": len(texts), "shares": shares,
        "wait": _wait(step), "url": url(desk.sequence.pk, step.position),
        "sent": result.sent if result else 0,
    }  # fmt: skip


def variants(desk: Desk, by_text: dict[tuple[int, str], results.Result]) -> list[dict[str, Any]]:
    """Return the three tones of the open step with their share of sends and of replies."""
    if desk.step is None:
        return []
    texts, position = desk.texts, desk.step.position
    whole = sum(text.weight for text in texts.values())
    return [
        {
            "tone": tone.value, "label": tone.label, "is_open": tone == desk.tone,
            "is_missing": tone not in texts,
            "share": (texts[tone].weight / whole if whole else 1 / len(texts)) if tone in texts else None,
            "result": by_text.get((position, tone.value)), "url": url(desk.sequence.pk, position, tone.value),
            "reply": by_text[position, tone.value].share("replied") if (position,
             tone.value) in by_text else None,
        }
        for tone in Tone
    ]  # fmt: skip


def tokens_to_insert() -> list[tuple[str, str]]:
    """Return each token's name and the way it is written, with its usual default."""
    return [
        (label, f"{{{{{name}|{FALLBACKS[name]}}}}}" if FALLBACKS.get(name) else f"{{{{{name}}}}}")
        for name, label in tokens.offered().items()
    ]


def url(pk: int, position: int, tone: str = "") -> str:
    """Return the sequence page with a step (and a tone) open."""
    return f"{reverse('outreach:sequence', args=[pk])}?step={position}{f'&tone={tone}' if tone else ''}"


def desk_of(request: StaffRequest, found: Sequence, position: int = 0, tone: str = "") -> Desk:
    """Lay out what the address asks for: a version (the draft first), one of its steps and a tone."""
    known = list(found.versions.all())
    live = next((version for version in known if version.published_at), None)
    wanted = number(request.GET.get("version"))
    version = next((one for one in known if one.number == wanted), None)
    version = version or next((one for one in known if not one.published_at), live)
    steps = list(version.steps.prefetch_related("variants")) if version else []
    place = position or number(request.GET.get("step")) or 1
    step = next((one for one in steps if one.position == place), steps[0] if steps else None)
    chosen = tone or request.GET.get("tone", "")
    shown = chosen if chosen in Tone.values else Tone.PROFESSIONAL.value
    return Desk(found, version, live, steps, step, shown, len(known))


def look_over(desk: Desk, subject: str, body: str) -> list[checks.Check]:
    """Return what a careful colleague would say about a text, with the people it would miss."""
    campaign = desk.sequence.campaign
    missing, people = [], 0
    if campaign and desk.version:
        missing = tokens.missing_tokens(desk.version, campaign)
        people = Prospect.objects.filter(campaign=campaign).at(*tokens.AHEAD).count() if missing else 0
    return checks.check(subject, body, missing, people, campaign)


def number(text: str | None) -> int:
    """Return a number from an address, or nought."""
    return int(text) if text and text.isdigit() else 0


def _wait(step: Step) -> str:
    days, hours = divmod(step.delay_hours, 24)
    if not step.delay_hours:
        return "" if step.position == 1 else "At once"
    unit, number = ("day", days) if not hours else ("hour", step.delay_hours)
    kind = "working " if step.business_days and unit == "day" else ""
    return f"Wait {number} {unit}{'s' if number > 1 else ''}{', working days' if kind else ''}"
