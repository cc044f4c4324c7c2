"""Hand-written statements that do the least possible work: what the compiled rules are held against."""

from campaigns.services import bulk
from outreach.providers.letters import Outgoing

#: Facts of every lead that the hand-written questions ask about.
ANSWERS = (
    "SELECT l.id, coalesce(l.website_visits, 0) AS visits, coalesce(l.website_seconds, 0) AS seconds,"
    " coalesce(l.pages_per_visit, 0) AS pages, l.title, l.seniority, l.industry, l.source, l.email,"
    " coalesce(c.employees, 0) AS employees FROM leads_lead l"
    " LEFT JOIN leads_company c ON c.id = l.company_id"
)
_ASKED = (
    "visits > {n}", "seconds > {n} * 60", "pages > {n}", "employees > {n} * 10", "title = 'Owner'",
    "seniority = 'head'", "industry = 'Dental'", "source = 'Google'", "email LIKE '%%.example'",
)  # fmt: skip
#: Eight rules as bits; zero means that every one of them holds.
MASK = (
    "((CASE WHEN p.score >= 60 THEN 0 ELSE 1 END) + (CASE WHEN l.email <> '' THEN 0 ELSE 2 END)"
    " + (CASE WHEN NOT l.do_not_email THEN 0 ELSE 4 END) + (CASE WHEN c.employees >= 5 THEN 0 ELSE 8 END)"
    " + (CASE WHEN l.industry <> '' THEN 0 ELSE 16 END) + (CASE WHEN l.country <> '' THEN 0 ELSE 32 END)"
    " + (CASE WHEN l.title <> '' THEN 0 ELSE 64 END) + (CASE WHEN l.lifecycle = 'new' THEN 0 ELSE 128 END))"
)


def questions(count: int) -> tuple[list[str], str]:
    """Return ``count`` questions, worth three points each, and the expression that packs their answers."""
    asked = [_ASKED[n % len(_ASKED)].format(n=n % 7) for n in range(count)]
    points = [f"(CASE WHEN {question} THEN 3 ELSE 0 END)" for question in asked]
    if bulk.is_postgres():
        return points, f"ARRAY[{', '.join(points)}]::smallint[]"
    return points, "'[' || " + " || ',' || ".join(points) + " || ']'"


def clamped(points: list[str]) -> str:
    """Return the sum of the points, between 0 and 100."""
    low, high = ("greatest", "least") if bulk.is_postgres() else ("max", "min")
    return f"{low}(0, {high}(100, {' + '.join(points)}))"


def letter(uid: str, to: str, text: str) -> Outgoing:
    """Return a letter with nothing but its text."""
    return Outgoing(
        uid, to, "A question", text, f"<p>{text}</p>", "Ann", "ann@sender.example", "a@in.example"
    )
