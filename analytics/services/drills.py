"""Every figure opens the rows behind it: the page's name and its filter."""

from dataclasses import dataclass, field
from typing import Any

from analytics.services.metrics import MET, PASSED
from campaigns.models import Campaign

LEADS, TALKS, DEALS, MONEY, MAIL = (
    "leads:campaign", "conversations:inbox", "analytics:deals", "campaigns:costs_of", "outreach:messages"
)  # fmt: skip


@dataclass(frozen=True)
class Drill:
    """A list page and its filter; ``args`` are parts of its address."""

    url_name: str
    query: dict[str, Any] = field(default_factory=dict)
    args: tuple[int, ...] = ()


_STAGES = {name: {"stage": ",".join(stages)} for name, stages in PASSED.items()}
#: Figure → page and what to filter by besides the campaign.
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "found": (LEADS, {}),
    "cost_per_lead": (LEADS, {}),
    "scored": (LEADS, {"scored": "yes"}),
    **{name: (LEADS, query) for name, query in _STAGES.items()},
    "qualification_rate": (LEADS, _STAGES["qualified"]),
    "cost_per_qualified": (LEADS, _STAGES["qualified"]),
    "answered": (TALKS, {}),
    "replied": (TALKS, {}),
    "reply_rate": (TALKS, {}),
    "cost_per_reply": (TALKS, {}),
    "positive": (TALKS, {"intent": "positive"}),
    "success_rate": (TALKS, {"intent": "positive"}),
    "deals": (DEALS, {}),
    "pipeline": (DEALS, {}),
    "meetings": (DEALS, {"stage": ",".join(MET)}),
    "won": (DEALS, {"stage": "won"}),
    "lost": (DEALS, {"stage": "lost"}),
    "cost_per_deal": (DEALS, {"stage": "won"}),
    **dict.fromkeys(("cost", "calls", "revenue", "sales", "roi", "profit"), (MONEY, {})),
    "sent": (MAIL, {"status": "sent,delivered,bounced"}),
    "cost_per_message": (MAIL, {"status": "sent,delivered,bounced"}),
    "waiting": (MAIL, {"status": "draft,approved,queued,claimed"}),
    **{name: (MAIL, {"status": name}) for name in (
        "failed", "suppressed", "skipped", "uncertain", "cancelled")},
    **{name: (MAIL, {"event": name}) for name in (
        "delivered", "bounced", "opened", "clicked", "unsubscribed", "complained")},
    "open_rate": (MAIL, {"event": "opened"}),
    "click_rate": (MAIL, {"event": "clicked"}),
    "bounce_rate": (MAIL, {"event": "bounced"}),
}  # fmt: skip


def drill(figure: str, campaign: Campaign) -> Drill:
    """Say which list shows the rows behind a figure of a campaign."""
    page, query = PLACES[figure]
    if page in (MONEY, LEADS):
        return Drill(page, dict(query), (campaign.pk,))
    return Drill(page, {"campaign": campaign.pk, **query})
