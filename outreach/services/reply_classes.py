"""What an answer means: headers, then safety rules, then the small model; unsure is a possible answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns import clock
from outreach.services import bounces, reply_dates, reply_model, reply_rules

ASK_AGAIN = timedelta(days=90)
MAX_TEXT = 4_000
LABELS = ("interested", "question", "not_now", "not_interested", "unsubscribe", "out_of_office", "referral",
          "wrong_person", "objection", "auto_reply", "bounce")  # fmt: skip


@dataclass(frozen=True)
class ReplyClass:
    """A label, how sure we are (0–1), and when to write again, if they said so.

    ``label, certainty = classify(…)`` works, too.
    """

    label: str
    certainty: float
    resume_on: date | None = None

    def __iter__(self) -> Iterator[str | float]:
        """Yield label and certainty."""
        yield self.label
        yield self.certainty


def classify(text: str, headers: Mapping[str, str] | None = None) -> ReplyClass:
    """Say what an answer means; the text is without quoted history."""
    text, today = text[:MAX_TEXT], clock.now().date()
    named = {name.lower(): value for name, value in (headers or {}).items()}
    subject = named.get("subject", "")
    if bounces.automatic_mark(named):
        away = reply_rules.OUT_OF_OFFICE.search(f"{subject}\n{text}") is not None
        returns = reply_dates.find(f"{subject}\n{text}", today)
        return _away(returns, 0.99) if away or returns else ReplyClass("auto_reply", 0.97)
    if reply_rules.asks_to_stop(text):
        return ReplyClass("unsubscribe", 0.99)
    if reply_rules.BOUNCE.search(text):
        return ReplyClass("bounce", 0.95)
    if reply_rules.OUT_OF_OFFICE.search(text):
        return _away(reply_dates.find(text, today), 0.93)
    if reply_rules.AUTO_REPLY.search(text):
        return ReplyClass("auto_reply", 0.9)
    return _modelled(text, today)


def _modelled(text: str, today: date) -> ReplyClass:
    if not text.strip():
        return ReplyClass("question", 0.0)
    shares = reply_model.shipped().weigh(text)
    label = max(shares, key=lambda name: shares[name])
    later = None
    if label == "not_now":
        later = reply_dates.find_later(text, today) or today + ASK_AGAIN
    elif label == "out_of_office":
        return _away(reply_dates.find(text, today), round(shares[label], 3))
    return ReplyClass(label, round(shares[label], 3), later)


def _away(last_day: date | None, certainty: float) -> ReplyClass:
    """Write again on the day after the one they named."""
    return ReplyClass("out_of_office", certainty, last_day + timedelta(days=1) if last_day else None)
