"""What a campaign's figures are: plain counts and money, and every rate and ratio derived from them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.services.statistics import Rate

ZERO = Decimal(0)


@dataclass
class Figures:
    """The figures of one campaign (or of several together); ratios are made from sums, never averaged."""

    campaign_id: int = 0
    found: int = 0
    scored: int = 0
    qualified: int = 0
    rejected: int = 0
    routed: int = 0
    contacted: int = 0
    answered: int = 0
    graduated: int = 0
    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    positive: int = 0
    unsubscribed: int = 0
    complained: int = 0
    waiting: int = 0
    failed: int = 0
    suppressed: int = 0
    skipped: int = 0
    uncertain: int = 0
    cancelled: int = 0
    deals: int = 0
    meetings: int = 0
    won: int = 0
    lost: int = 0
    pipeline: Decimal = ZERO
    cost: Decimal = ZERO
    calls: int = 0
    revenue: Decimal = ZERO
    sales: int = 0

    @property
    def qualification(self) -> Rate:
        """Qualified of all that were judged."""
        return Rate(self.qualified, self.qualified + self.rejected)

    @property
    def replies(self) -> Rate:
        """Answers of all people written to."""
        return Rate(self.replied, max(self.contacted, self.replied))

    @property
    def opens(self) -> Rate:
        """Messages opened by a person, of those sent."""
        return Rate(self.opened, self.sent)

    @property
    def clicks(self) -> Rate:
        """Messages with a click by a person, of those sent."""
        return Rate(self.clicked, self.sent)

    @property
    def bounces(self) -> Rate:
        """Messages returned, of those sent."""
        return Rate(self.bounced, self.sent)

    @property
    def positives(self) -> Rate:
        """Answers that may lead to a sale, of all people written to: the success rate."""
        return Rate(self.positive, max(self.contacted, self.positive))

    @property
    def roi(self) -> Decimal | None:
        """Return on investment in percent; nothing to say without cost."""
        return (self.revenue - self.cost) / self.cost * 100 if self.cost else None

    @property
    def profit(self) -> Decimal:
        """Revenue less cost."""
        return self.revenue - self.cost

    @property
    def cost_per_lead(self) -> Decimal | None:
        """Money for each lead found."""
        return _per(self.cost, self.found)

    @property
    def cost_per_qualified(self) -> Decimal | None:
        """Money for each qualified lead."""
        return _per(self.cost, self.qualified)

    @property
    def cost_per_message(self) -> Decimal | None:
        """Money for each message sent."""
        return _per(self.cost, self.sent)

    @property
    def cost_per_reply(self) -> Decimal | None:
        """Money for each answer."""
        return _per(self.cost, self.replied)

    @property
    def cost_per_deal(self) -> Decimal | None:
        """Money for each deal won."""
        return _per(self.cost, self.won)

    def as_dict(self) -> dict[str, Any]:
        """Return every figure by name, rates with their interval; ``None`` where nothing can be said."""
        rates = {name: getattr(self, method) for name, method in RATES.items()}
        return {
            **{name: getattr(self, name) for name in (*COUNTS, *MONEY, *RATIOS)},
            **{name: rate.value for name, rate in rates.items()},
            "intervals": {name: [rate.low, rate.high] for name, rate in rates.items() if rate.of},
        }


COUNTS = (
    "found", "scored", "qualified", "rejected", "routed", "contacted", "answered", "graduated", "sent",
    "delivered", "bounced", "opened", "clicked", "replied", "positive", "unsubscribed", "complained",
    "waiting", "failed", "suppressed", "skipped", "uncertain", "cancelled", "deals", "meetings", "won",
    "lost", "calls", "sales",
)  # fmt: skip
MONEY = ("cost", "revenue", "pipeline", "profit")
RATIOS = (
    "roi", "cost_per_lead", "cost_per_qualified", "cost_per_message", "cost_per_reply", "cost_per_deal"
)  # fmt: skip
RATES = {
    "qualification_rate": "qualification", "open_rate": "opens", "click_rate": "clicks",
    "reply_rate": "replies", "success_rate": "positives", "bounce_rate": "bounces",
}  # fmt: skip


def together(parts: list[Figures]) -> Figures:
    """Add several campaigns' figures up."""
    total = Figures()
    for part in parts:
        for name in (*COUNTS, "cost", "revenue", "pipeline"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
    return total


def _per(money: Decimal, count: int) -> Decimal | None:
    return money / count if count else None


def kind_of(name: str) -> str:
    """Return how a figure is written: ``rate``, ``percent``, ``money`` or ``count``."""
    if name in RATES:
        return "rate"
    if name == "roi":
        return "percent"
    return "money" if name in (*MONEY, *RATIOS) else "count"
