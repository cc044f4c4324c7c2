"""One person seen from all sides: what happened, what is known, what comes next; at most eight queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from campaigns import clock
from campaigns.models import Cost, Revenue, User
from conversations.models import Conversation, ConversationStatus
from leads.models import Activity, Consent, Deal, DealStage, Lead, Prospect, Suppression, Task, TaskStatus
from leads.services.identity import redirects
from outreach.models import Message

TIMELINE, MESSAGES = 100, 50
HOT = 80
FRESH = timedelta(days=3)


@dataclass(frozen=True)
class NextStep:
    """What to do next and why; ``kind`` names the page's button."""

    kind: str
    title: str
    why: str


@dataclass(frozen=True)
class Profile:
    """Everything the page and the API show about a person."""

    lead: Lead
    score: int | None
    score_parts: list[tuple[str, int]]
    timeline: list[Activity]
    prospects: list[Prospect]
    messages: list[Message]
    conversations: list[Conversation]
    deals: list[Deal]
    consents: list[Consent]
    tasks: list[Task]
    cost: Decimal
    revenue: Decimal
    blocked_because: str
    next_step: NextStep

    @property
    def open_value(self) -> Decimal:
        """Money in deals that are neither won nor lost."""
        return sum(
            (d.value for d in self.deals if d.stage not in (DealStage.WON, DealStage.LOST)), Decimal(0)
        )

    @property
    def consent_by_channel(self) -> dict[str, Consent]:
        """The newest word on each channel."""
        return {consent.channel: consent for consent in reversed(self.consents)}


def profile(lead_id: int, actor: User) -> Profile:
    """Return the whole picture of a lead this person may see; raise ``Lead.DoesNotExist`` for any other."""
    lead = _lead(lead_id, actor)
    prospects = list(lead.prospects.select_related("campaign", "owner").order_by("-id"))
    conversations = list(lead.conversations.select_related("campaign", "assignee").order_by("-last_turn_at"))
    deals = list(lead.deals.select_related("campaign").order_by("-id"))
    tasks = list(lead.tasks.filter(status=TaskStatus.OPEN).select_related("owner"))
    score = getattr(lead, "score", None)
    blocked = _why_blocked(lead)
    return Profile(
        lead=lead,
        score=score.value if score else None,
        score_parts=_score_parts(lead),
        timeline=list(lead.activities.select_related("actor")[:TIMELINE]),
        prospects=prospects,
        messages=list(lead.messages.select_related("campaign", "step").order_by("-id")[:MESSAGES]),
        conversations=conversations,
        deals=deals,
        consents=list(lead.consents.order_by("-recorded_at", "-id")),
        tasks=tasks,
        cost=lead.cost,  # type: ignore[attr-defined]
        revenue=lead.revenue,  # type: ignore[attr-defined]
        blocked_because=blocked,
        next_step=_next_step(lead, blocked, conversations, tasks, deals, clock.now()),
    )


def _lead(lead_id: int, actor: User) -> Lead:
    """Read the person with score, money and the reason for silence in one statement."""
    money = DecimalField(max_digits=14, decimal_places=6)
    zero = Value(Decimal(0), output_field=money)

    def summed(rows: Any) -> Any:
        mine = rows.objects.filter(lead_id__in=redirects.records(lead_id)).order_by()
        mine = mine.annotate(whole=Value(1)).values("whole")
        return Coalesce(Subquery(mine.annotate(sum=Sum("amount")).values("sum"), output_field=money), zero)

    person = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    company = Concat(Value("company:"), Cast(OuterRef("company_id"), CharField()), output_field=CharField())
    stops = Suppression.objects.filter(
        Q(level="person", value=person) | Q(level="company", value=company)
        | Q(level="address", value=OuterRef("email_key"))
        | Q(level="domain", value=OuterRef("company__domain")),
        lifted_at=None,
    ).exclude(value="")  # fmt: skip
    seen = Lead.objects.visible_to(actor).select_related("company", "owner", "team", "score__card")
    return seen.annotate(
        cost=summed(Cost), revenue=summed(Revenue), suppressed=Subquery(stops.values("reason")[:1])
    ).get(pk=lead_id)


def _score_parts(lead: Lead) -> list[tuple[str, int]]:
    """Name the stored contributions by the questions of their card, the largest effect first."""
    score = getattr(lead, "score", None)
    questions = score.card.body.get("dimensions", []) if score else []
    parts = zip((q["label"] for q in questions), score.contributions if score else [], strict=False)
    return sorted(parts, key=lambda part: -abs(part[1]))


def _why_blocked(lead: Lead) -> str:
    if lead.do_not_email:
        return "asked for no e-mail"
    if not lead.email:
        return "no e-mail address"
    return str(lead.suppressed or "")  # type: ignore[attr-defined]


def _next_step(
    lead: Lead, blocked: str, talks: list[Conversation], tasks: list[Task], deals: list[Deal], now: datetime
) -> NextStep:
    """Return the one thing to do next, by the first rule that fits."""
    needy = (ConversationStatus.OPEN, ConversationStatus.ESCALATED)
    waiting = next((talk for talk in talks if talk.status in needy), None)
    if waiting and waiting.waiting_since:
        return NextStep("reply", "Answer them", f"«{waiting.last_line}»")
    if tasks:
        return NextStep(
            "task", tasks[0].title, tasks[0].brief.partition("\n")[0] or "It is the oldest open task."
        )
    if blocked:
        return NextStep("none", "Leave them alone", f"They may not be written to: {blocked}.")
    ahead = next((d for d in deals if d.stage not in (DealStage.WON, DealStage.LOST)), None)
    if ahead:
        return NextStep(
            "deal", "Move the deal on", f"«{ahead.name}» is at {ahead.get_stage_display().lower()}."
        )
    score = getattr(lead, "score", None)
    if score and score.value >= HOT and lead.last_engaged_at and now - lead.last_engaged_at < FRESH:
        return NextStep("call", "Call them", f"Score {score.value} and active in the last days.")
    if lead.last_contacted_at is None:
        return NextStep("sequence", "Add to a sequence", "Nobody has written to them yet.")
    return NextStep("wait", "Let the sequence work", "Nothing is due.")
