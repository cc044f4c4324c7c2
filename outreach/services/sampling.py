"""Real people to try a text on, and the text as one of them would read it, with the filled places marked."""

from dataclasses import dataclass

from django.db.models import Max, Min, Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from campaigns.models import User
from leads.models import Lead
from outreach.models import Sender, Sequence
from outreach.services import templates, tokens

OPEN, CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True)
class Sample:
    """A filled text; ``problem`` says why this person would not get it."""

    subject: str = ""
    body: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Person:
    """A lead to try texts on, with those before and after."""

    lead: Lead | None
    before: int | None = None
    after: int | None = None


def person(sequence: Sequence, actor: User, wanted: int | None = None) -> Person:
    """Return a lead of the sequence's campaign (or any, when every campaign may use it) that one may see."""
    leads = Lead.objects.visible_to(actor).current().exclude(email="")
    if sequence.campaign_id:
        leads = leads.filter(prospects__campaign=sequence.campaign_id)
    leads = leads.select_related("company").order_by("pk")
    lead = (leads.filter(pk__gte=wanted).first() if wanted else None) or leads.first()
    if lead is None:
        return Person(None)
    near = leads.order_by().aggregate(
        before=Max("pk", filter=Q(pk__lt=lead.pk)), after=Min("pk", filter=Q(pk__gt=lead.pk))
    )
    return Person(lead, near["before"], near["after"])


def fill(subject: str, body: str, lead: Lead, sender: Sender | None) -> Sample:
    """Fill a text with a person's values; the filled places are marked."""
    values = tokens.values_of(lead, sender or Sender(name="Your name", email="you@example.com"))
    try:
        return Sample(_filled(subject, values), _filled(body, values))
    except (templates.MissingToken, templates.TemplateRefused) as error:
        return Sample(problem=str(error))


def _filled(source: str, values: dict[str, str]) -> SafeString:
    """Mark the filled places, except where a text's own logic would trip over the marks."""
    marked = (
        values
        if "{%" in source
        else {name: f"{OPEN}{value}{CLOSE}" if value else "" for name, value in values.items()}
    )
    text = escape(templates.compiled(source).render(marked))
    return mark_safe(text.replace(OPEN, "<mark>").replace(CLOSE, "</mark>"))  # noqa: S308 escaped above
