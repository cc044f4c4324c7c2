"""Tokens: what a text may say about a person, and whether a person has it.

The list is closed: a text that uses another name is refused when it is saved, so that nobody ever
receives «Hi ,» and no field of a person leaks that was not meant for letters.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign
from leads.models import Lead, Prospect, ProspectStage
from leads.services import audience
from leads.services.rules import definitions
from outreach.models import Sender, SequenceVersion, Variant
from outreach.services import templates

TOKENS = {
    "first_name": "First name",
    "last_name": "Last name",
    "contact_name": "Full name",
    "company": "Company",
    "title": "Job title",
    "city": "City",
    "industry": "Industry",
    "sender_name": "Your name",
    "sender_website": "Your website",
}
CUSTOM = re.compile(r"custom\.[a-z0-9_]{1,60}")
EMPTY_DEFAULT = re.compile(r"default:\s*(\"\s*\"|'\s*')|\|\s*\}\}")
AHEAD = (ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED, ProspectStage.ROUTED)


def problems(source: str) -> list[str]:
    """Say what is wrong with a text, in words for its author; an empty list means it may be used."""
    try:
        text = templates.compiled(source)
    except templates.TemplateRefused as error:
        return [str(error)]
    found = [_unknown(name) for name in sorted(text.tokens) if not is_known(name)]
    if EMPTY_DEFAULT.search(source):
        found.append("A default must have words: write {{first_name|there}}, or leave it out with {% if %}.")
    return found


def is_known(name: str) -> bool:
    """Whether texts may use this token."""
    return name in TOKENS or CUSTOM.fullmatch(name) is not None


def offered() -> dict[str, str]:
    """Return every token to choose from with its label: the fixed ones, then the house's own fields."""
    return TOKENS | {f"custom.{key}": field.label for key, field in definitions.living().items()}


def values(facts: Mapping[str, Any], sender_name: str, sender_email: str) -> dict[str, str]:
    """Return the token values of one person; ``facts`` has the lead's columns and two of the company."""
    first, last = clean(facts["first_name"]), clean(facts["last_name"])
    found = {
        "first_name": first,
        "last_name": last,
        "contact_name": f"{first} {last}".strip(),
        "company": clean(facts["company_name"] or ""),
        "title": clean(facts["title"]),
        "city": clean(facts["city"]),
        "industry": clean(facts["industry"] or facts["company_industry"] or ""),
        "sender_name": clean(sender_name),
        "sender_website": f"https://{sender_email.rpartition('@')[2]}",
    }
    for name, value in (facts["custom"] or {}).items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found[f"custom.{name}"] = clean(str(value))
    return found


def values_of(lead: Lead, sender: Sender) -> dict[str, str]:
    """Return the token values of one lead object (previews, single letters)."""
    facts = {name: getattr(lead, name) for name in ("first_name", "last_name", "title", "city", "industry")}
    company = lead.company
    facts |= {"company_name": company.name if company else "", "custom": lead.custom}
    return values(
        facts | {"company_industry": company.industry if company else ""}, sender.name, sender.email
    )


def clean(value: str) -> str:
    """Return one printable line: a value never brings a line break or a control character with it."""
    if value.isprintable():
        return value.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def required(version: SequenceVersion) -> set[str]:
    """Name the tokens that some text of the version cannot do without."""
    texts = Variant.objects.filter(step__version=version, message=None).values_list("subject", "body")
    return {name for pair in texts for source in pair for name in templates.compiled(source).required}


def missing_tokens(version: SequenceVersion, campaign: Campaign) -> list[tuple[str, int]]:
    """Count, for each token the version needs, the people of the campaign, found or to come, who lack it."""
    names = sorted(name for name in required(version) if not name.startswith("sender_"))
    if not names:
        return []
    mine = Prospect.objects.filter(campaign=campaign)
    found = _count(mine.at(*AHEAD), names, "lead__") + _to_come(campaign, names, mine)
    return [(name, found[name]) for name in names if found[name]]


def lacking(name: str, lead: str = "lead__") -> Q:
    """Describe those whose lead has no value for a token; ``lead`` is the way from the row to the lead."""
    nobody, company = Q(**{f"{lead}company": None}), f"{lead}company__"
    special = {
        "contact_name": Q(**{f"{lead}first_name": "", f"{lead}last_name": ""}),
        "company": nobody | Q(**{f"{company}name": ""}),
        "industry": Q(**{f"{lead}industry": ""}) & (nobody | Q(**{f"{company}industry": ""})),
    }
    if name in special:
        return special[name]
    if name.startswith("custom."):
        key = name.removeprefix("custom.")
        return ~Q(**{f"{lead}custom__has_key": key}) | Q(**{f"{lead}custom__{key}": ""})
    return Q(**{f"{lead}{name}": ""})


def _to_come(campaign: Campaign, names: list[str], mine: QuerySet[Prospect]) -> Counter[str]:
    """Count those of the audience who will be chosen; a directory knows no custom field of anybody."""
    custom = [name for name in names if name.startswith("custom.")]
    searches = campaign.source in settings.LEAD_SOURCES
    if not campaign.audience and not (searches and custom):
        return Counter()
    wanted = max(0, campaign.prospect_count - mine.count())
    chosen = audience.waiting(campaign).order_by("pk")[:wanted]
    found = _count(chosen, names, "") if campaign.audience else Counter[str]()
    searched = wanted - chosen.count() if searches and custom else 0
    return found + Counter(dict.fromkeys(custom, searched))


def _count(people: QuerySet[Any], names: list[str], lead: str) -> Counter[str]:
    counts = {f"t{place}": Count("pk", filter=lacking(name, lead)) for place, name in enumerate(names)}
    found = people.aggregate(**counts)
    return Counter({name: found[f"t{place}"] for place, name in enumerate(names)})


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, TOKENS, n=1)
    hint = f"Did you mean {{{{{near[0]}}}}}?" if near else f"Known tokens: {_listed(TOKENS)}, custom.*."
    return f"{{{{{name}}}}} is not a token. {hint}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
