"""What the figures say should change: five small rules, each with its evidence, sample and certainty."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from analytics.models import Recommendation
from analytics.services import statistics
from analytics.services.figures import Figures
from analytics.services.statistics import Rate
from analytics.services.thresholds import Thresholds
from campaigns.models import Campaign

P = Recommendation.Priority
CERTAIN = 0.90
#: Before so many people were found or judged a rule about costs or qualification keeps quiet.
SAMPLE = 20
#: A losing campaign must have cost this many deals' worth before money alone is sample enough.
DEALS_SPENT = 3
SCALE_STEP = Decimal("0.20")


@dataclass(frozen=True)
class Case:
    """One campaign as a rule sees it; ``deal_value`` is what one sale brings (``value_from``: says who)."""

    campaign: Campaign
    figures: Figures
    limits: Thresholds
    deal_value: float
    value_from: str
    is_settled_in: bool = True


@dataclass(frozen=True)
class Finding:
    """What a rule found."""

    action: str
    priority: str
    title: str
    reason: str
    sample_size: int
    certainty: float
    expected_effect: str = ""
    may_be_automatic: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)


def judge(case: Case) -> list[Finding]:
    """Return everything the rules find in a campaign."""
    return [finding for rule in RULES if (finding := rule(case))]


def pause_on_loss(case: Case) -> Finding | None:
    """Pause when the return is negative and, over all that may still come, 90 % likely to stay so."""
    figures, value = case.figures, case.deal_value
    spend, wins = float(figures.cost), figures.sales
    if figures.roi is None or figures.roi >= 0 or spend < DEALS_SPENT * value:
        return None
    chance = statistics.chance_of_loss(wins, spend, value)
    if chance < case.limits.loss_certainty:
        return None
    text = (
        f"Return is {figures.roi:,.0f} %: {_money(figures.cost)} spent, {_money(figures.revenue)} earned by"
        f" {wins} {_plural(wins, 'sale')}. With {_money(value)} a sale ({case.value_from}) it stays negative"
        f" with {chance:.0%} certainty.{_hopes(figures)}"
    )
    return Finding(
        "PAUSE", P.CRITICAL, "Pause the campaign", text, figures.contacted, chance,
        f"Keeps the remaining {_money(case.campaign.remaining)} of the budget.",
        may_be_automatic=case.is_settled_in and figures.contacted >= case.limits.minimum_sample,
        evidence={"metric": "roi", "seen": float(figures.roi), "threshold": 0, "spend": spend, "wins": wins,
                  "deal_value": value, "value_from": case.value_from, "minimum_spend": DEALS_SPENT * value},
    )  # fmt: skip


def review_cost(case: Case) -> Finding | None:
    """Review a campaign whose leads cost more than the limit."""
    figures, limit = case.figures, case.limits.cost_per_lead
    cost = figures.cost_per_lead
    if cost is None or figures.found < SAMPLE or float(cost) <= limit:
        return None
    return Finding(
        "REVIEW", P.HIGH, "Review the cost per lead",
        f"A lead costs {_money(cost)}, the limit is {_money(limit)} ({figures.found:,} leads).",
        figures.found, 1.0, f"{_money(float(cost) - limit)} less for each lead at the limit.",
        evidence={"metric": "cost_per_lead", "seen": float(cost), "threshold": limit},
    )  # fmt: skip


def retarget(case: Case) -> Finding | None:
    """Look for other people when too few of those found qualify."""
    rate, limit = case.figures.qualification, case.limits.qualification_rate
    if rate.of < SAMPLE or rate.value is None or rate.value >= limit:
        return None
    sure = rate.high < limit
    return Finding(
        "RETARGET", P.HIGH if sure else P.MEDIUM, "Look for other people",
        f"{rate.value:.1%} of {rate.of:,} judged people qualify, the goal is {limit:.0%}{_range(rate)}.",
        rate.of, 0.975 if sure else 0.5, "More qualified people for the same harvest.",
        evidence={"metric": "qualification_rate", "seen": rate.value, "threshold": limit, "high": rate.high},
    )  # fmt: skip


def rewrite(case: Case) -> Finding | None:
    """Rewrite texts that hardly anybody answers: even the upper end of the interval is below the goal."""
    rate, limit = case.figures.replies, case.limits.reply_rate
    if not rate.of or rate.value is None or rate.high >= limit:
        return None
    return Finding(
        "REWRITE", P.MEDIUM, "Rewrite the messages",
        f"{rate.count} of {rate.of:,} people answered ({rate.value:.1%}), the goal is {limit:.0%}"
        f"{_range(rate)}.",
        rate.of, 0.975, f"{(limit - rate.value) * rate.of:.0f} more answers at the goal.",
        evidence={"metric": "reply_rate", "seen": rate.value, "threshold": limit, "high": rate.high},
    )  # fmt: skip


def scale_up(case: Case) -> Finding | None:
    """Give a campaign more money when its return is far above cost."""
    figures, limit = case.figures, case.limits.scale_up_roi
    if figures.roi is None or float(figures.roi) <= limit or not figures.sales:
        return None
    multiple = 1 + limit / 100
    certainty = 1 - statistics.gamma_cdf(
        1 + figures.sales, multiple * (1 + float(figures.cost) / case.deal_value)
    )
    more = (case.campaign.budget * SCALE_STEP).quantize(Decimal("0.01"))
    text = (
        f"Return is {figures.roi:,.0f} %, above the {limit:.0f} % line, from {figures.sales}"
        f" {_plural(figures.sales, 'sale')}{'' if certainty >= CERTAIN else ': still a small sample'}."
    )
    return Finding(
        "SCALE_UP", P.HIGH if certainty >= CERTAIN else P.LOW, f"Add {_money(more)} to the budget", text,
        figures.sales, certainty,
        f"About {_money(more * (1 + figures.roi / 100))} more revenue at this return.",
        evidence={"metric": "roi", "seen": float(figures.roi), "threshold": limit, "add": str(more)},
    )  # fmt: skip


RULES: tuple[Callable[[Case], Finding | None], ...] = (
    pause_on_loss,
    review_cost,
    retarget,
    rewrite,
    scale_up,
)


def _hopes(figures: Figures) -> str:
    return f" {_money(figures.pipeline)} more is in open deals." if figures.pipeline else ""


def _range(rate: Rate) -> str:
    return f" (95 % range {rate.low:.1%}–{rate.high:.1%})"


def _money(amount: Decimal | float) -> str:
    return f"${amount:,.2f}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
