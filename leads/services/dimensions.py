"""The questions a scoring card asks, as data: each is a list of bins, the first one that fits gives points.

The default card below was calibrated by a logistic fit (eleven points a unit of log-odds) on a public list
of leads with known outcomes for behaviour and source; the company and role bins follow common practice.
An administrator edits it as JSON and publishes it as a new version.
"""

from typing import Any

from leads.services.rules import language as rules
from leads.services.rules.leaves import Tree

Bin = dict[str, Any]
Dimension = dict[str, Any]
Card = dict[str, Any]

GROUPS = ("fit", "budget", "company", "authority", "intent", "engagement", "conversation", "quality")
BASE = 33
POINTS = 100


def _leaf(field: str, op: str = "is", value: Any = True) -> Tree:
    return {"field": field, "op": op, "value": value}


def _bin(points: int, text: str, *parts: Tree) -> Bin:
    return {"when": parts[0] if len(parts) == 1 else {"all": list(parts)}, "points": points, "text": text}


def _asked(key: str, group: str, label: str, *bins: Bin) -> Dimension:
    return {"key": key, "group": group, "label": label, "bins": list(bins)}


def _at_least(field: str, *steps: tuple[float, int, str]) -> list[Bin]:
    """Return bins for falling limits: the first limit that is reached counts."""
    return [_bin(points, text, _leaf(field, "gte", limit)) for limit, points, text in steps]


def _known(key: str, group: str, label: str, points: int) -> Dimension:
    return _asked(key, group, label, _bin(points, f"{label} is known", _leaf(key, "is_set")))


def _is(key: str, group: str, label: str, points: int, text: str) -> Dimension:
    return _asked(key, group, label, _bin(points, text, _leaf(key)))


def _one_of(field: str, points: int, text: str, *values: str) -> Bin:
    return _bin(points, text, _leaf(field, "in", list(values)))


FIT = [
    _known("industry", "fit", "Industry", 3),
    _known("country", "fit", "Country", 1),
    _known("city", "fit", "City", 3),
    _known("time_zone", "fit", "Time zone", 1),
    _known("language", "fit", "Language", 1),
    _asked(
        "source", "fit", "Source",
        _one_of("source", 7, "Was recommended to us", "reference", "referral", "word of mouth",
                "recommendation", "partner"),
        _one_of("source", -9, "Came through a chat", "olark chat", "chat", "live chat"),
        _one_of("source", -1, "Came directly or by an advertisement", "direct traffic", "direct", "ads"),
    ),
    _asked(
        "origin", "fit", "Origin",
        _one_of("origin", 12, "Was entered by a person", "lead add form", "manual", "event", "staff"),
        _one_of("origin", -6, "Came from a landing page", "landing page submission", "landing page"),
    ),
]  # fmt: skip
BUDGET = [
    _asked("budget", "budget", "Budget", *_at_least(
        "budget", (50_000, 12, "Has a large budget"), (10_000, 9, "Has a good budget"),
        (1_000, 5, "Has a budget"), (1, 2, "Has a small budget"))),
    _asked("annual_revenue", "budget", "Revenue of the company", *_at_least(
        "annual_revenue", (50_000_000, 4, "The company earns over 50 million a year"),
        (5_000_000, 3, "The company earns over 5 million a year"),
        (500_000, 1, "The company earns over half a million a year"))),
    _asked("purchasing_power", "budget", "Purchasing power", _bin(
        2, "Decides about money in a company of size", _leaf("employees", "gte", 20),
        _leaf("seniority", "in", ["founder", "executive", "vp"]))),
]  # fmt: skip
COMPANY = [
    _is("has_company", "company", "Company", 1, "Works at a known company"),
    _asked("employees", "company", "Size", *_at_least(
        "employees", (1000, 4, "Very large company"), (200, 6, "Large company"), (50, 7, "Mid-sized company"),
        (10, 3, "Small company with staff"), (5, 0, "Very small company"),
        (1, -7, "Too few people to need much"))),
    _asked("founded", "company", "Age", _bin(1, "Founded long ago", _leaf("founded", "lte", 2015)),
           _bin(-1, "Founded in recent years", _leaf("founded", "gte", 2019))),
    _asked("rating", "company", "Public rating", *_at_least(
        "rating", (4.5, 3, "Rated excellent"), (3.8, 0, "Rated well"), (0.5, -5, "Rated badly"))),
    _asked("reviews", "company", "Public reviews", *_at_least(
        "reviews", (200, 4, "Many reviews: a busy company"), (40, 2, "Some reviews"), (5, 0, "Few reviews"),
        (0, -3, "Hardly any reviews"))),
    _known("technologies", "company", "Technology", 1),
    _is("has_website", "company", "Website", 1, "The company has its own domain"),
]  # fmt: skip
AUTHORITY = [
    _asked("seniority", "authority", "Seniority",
           _one_of("seniority", 9, "Decides alone", "founder", "executive"),
           _one_of("seniority", 7, "Decides about a department", "vp", "director"),
           _one_of("seniority", 2, "Leads a team", "manager"), _one_of("seniority", 1, "Senior", "senior"),
           _one_of("seniority", -9, "Does not decide about purchases", "staff"),
           _one_of("seniority", -2, "Still studies", "student")),
    _asked("department", "authority", "Department",
           _one_of("department", 2, "Runs the business", "management", "operations"),
           _one_of("department", 1, "Works close to customers", "sales", "marketing")),
    _known("title", "authority", "Job title", 1),
    _asked("occupation", "authority", "Occupation",
           _one_of("custom.occupation", 33, "Works professionally", "working professional", "businessman",
                   "employed", "self-employed"),
           _one_of("custom.occupation", 10, "Looks for work", "unemployed", "housewife", "other"),
           _one_of("custom.occupation", 4, "Studies", "student")),
]  # fmt: skip
INTENT = [
    _asked("website_seconds", "intent", "Time on the website", *_at_least(
        "website_seconds", (800, 19, "Spent more than 13 minutes on the website"),
        (400, 4, "Spent several minutes on the website"), (1, -9, "Left the website after a short look"))),
    _asked("website_visits", "intent", "Visits", *_at_least(
        "website_visits", (9, 6, "Came back many times"), (5, 4, "Came back several times"),
        (2, 0, "Came back"), (1, -10, "Came only once"))),
    _asked("pages_per_visit", "intent", "Pages a visit", *_at_least(
        "pages_per_visit", (4.5, -3, "Jumps through many pages"), (1.5, 0, "Reads a few pages"),
        (0.5, 2, "Reads one page with care"))),
    _is("has_appointment", "intent", "Appointment", 12, "Has an appointment"),
]  # fmt: skip
ENGAGEMENT = [
    _asked("last_engagement", "engagement", "Last sign of interest",
           _bin(12, "Opened or clicked within a week", _leaf("days_since_last_engagement", "lte", 7)),
           _bin(7, "Opened or clicked within a month", _leaf("days_since_last_engagement", "lte", 30)),
           _bin(2, "Showed interest once", _leaf("days_since_last_engagement", "is_set"))),
    _asked("silence", "engagement", "Silence",
           _bin(-5, "Silent for two months after our mails", _leaf("days_since_last_contact", "is_set"),
                _leaf("days_since_created", "gte", 60), _leaf("days_since_last_engagement", "is_empty"))),
    _asked("freshness", "engagement", "Freshness",
           _bin(1, "New this week", _leaf("days_since_created", "lte", 7)),
           _bin(-2, "Known for over a year", _leaf("days_since_created", "gte", 365))),
]  # fmt: skip
CONVERSATION = [
    _asked("lifecycle", "conversation", "What came back",
           _one_of("lifecycle", 20, "Buys or negotiates", "opportunity", "customer"),
           _one_of("lifecycle", 15, "Answered us", "replied"), _one_of("lifecycle", -10, "Said no", "lost")),
    _is("do_not_call", "conversation", "Calls", -3, "Does not want calls"),
    _is("do_not_email", "conversation", "E-mail", -13, "Does not want e-mail"),
]  # fmt: skip
QUALITY = [
    _is("has_email", "quality", "Address", 3, "Has an e-mail address"),
    _asked("email_status", "quality", "Address check",
           _one_of("email_status", 2, "The address was verified", "valid"),
           _one_of("email_status", -4, "The address is risky", "risky"),
           _one_of("email_status", -15, "The address does not work", "invalid", "bounced")),
    _is("has_free_mail", "quality", "Free mail", -3, "Uses a free mail address"),
    _is("has_phone", "quality", "Phone", 1, "Has a phone number"),
    _is("has_linkedin", "quality", "LinkedIn", 1, "Has a LinkedIn profile"),
    _asked("name", "quality", "Name", _bin(1, "First and last name are known", _leaf("first_name", "is_set"),
                                           _leaf("last_name", "is_set"))),
]  # fmt: skip

DEFAULT_CARD: Card = {
    "base": BASE,
    "dimensions": [*FIT, *BUDGET, *COMPANY, *AUTHORITY, *INTENT, *ENGAGEMENT, *CONVERSATION, *QUALITY],
}


def validate(card: Any) -> list[str]:
    """Return what is wrong with a card, in words for the person who edits it."""
    if not isinstance(card, dict) or not isinstance(card.get("dimensions"), list) or not card["dimensions"]:
        return ["A card needs a «base» and a list of «dimensions»."]
    found = (
        [] if _is_points(card.get("base")) else [f"«base» must be a whole number from -{POINTS} to {POINTS}."]
    )
    found += _check_link(card)
    keys = [one.get("key") if isinstance(one, dict) else None for one in card["dimensions"]]
    if len(set(keys)) < len(keys):
        found.append("Every dimension needs its own «key».")
    return found + [problem for one in card["dimensions"] for problem in _check(one)]


def _check_link(card: Card) -> list[str]:
    if card.get("link", "points") == "points":
        return []
    sizes = (("unit", 0.001, 1.0), ("offset", -5.0, 5.0))
    if card["link"] != "logit":
        return ["«link» is «points» or «logit»."]
    return [
        f"«{name}» must be a number from {low:g} to {high:g}."
        for name, low, high in sizes
        if not isinstance(card.get(name), int | float) or not low <= card[name] <= high
    ]


def _check(dimension: Any) -> list[str]:
    if not isinstance(dimension, dict) or not isinstance(dimension.get("bins"), list):
        return ["A dimension needs «key», «group», «label» and a list of «bins»."]
    name = dimension.get("label") or dimension.get("key")
    found = [] if dimension.get("group") in GROUPS else [f"{name}: the group is one of {', '.join(GROUPS)}."]
    for one in dimension["bins"]:
        if not isinstance(one, dict) or not _is_points(one.get("points")):
            found.append(f"{name}: every bin needs whole «points» from -{POINTS} to {POINTS}.")
        else:
            found += [f"{name}: {problem}" for problem in rules.validate(one.get("when"))]
    return found


def _is_points(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= POINTS
