"""The offline reader: takes over whole (English) sentences that carry a cue; costs and invents nothing."""

import re
from collections.abc import Iterator

from leads.services.research import news, published, sentences
from leads.services.research.claims import Claim, is_order, on
from leads.services.research.site import Visit

NAME = "offline reader"
#: the strong cues make a claim likely, the weak ones only possible
_PAINS = (
    ("high", r"struggl\w+|biggest (problem|challenge)|shortage|short[- ]staffed|hard to find"),
    ("medium", r"challenge|waiting (time|list)|wait(ing)? .{0,20}weeks|missed appointments|no[- ]shows?"
               r"|rising costs?|by hand|manual(ly)?|spreadsheets?|backlog|delays?|outdated|time-consuming"),
    ("low", r"phones? (is|are) busy|please be patient|limited|sorry for|apologi[sz]e"
            r"|still (rely|have to|use)"),
)  # fmt: skip
_SIGNALS = (
    ("high", r"looking for (a|an|new) .{0,30}(partner|supplier|vendor|provider|agency|tool|system)"
             r"|comparing (tools|providers|vendors|systems|software)|request for proposals?|\btender\b"
             r"|moving .{0,40}to a new (system|platform|tool)|plan(ning)? to (invest|buy|replace|switch)"),
    ("medium", r"we(’|'| a)re hiring|now hiring|join us as|open(ing)? (a|our) (second|third|new) |expanding"
               r"|has (grown|doubled|tripled)|raised .{0,30}(million|funding)|series [a-d]\b|relocat\w+"
               r"|invest(ing)? in|new (office|location|branch)"),
    ("low", r"growing (fast|quickly|team)|coming soon|partnership"),
)  # fmt: skip
_ABOUT = re.compile(
    r"\b(is|are|we) (a|an|the)\b|\b(offers?|provides?|speciali[sz]es?|helps?|serv(es|ing))\b", re.I
)


def read(visit: Visit, person: str = "") -> list[Claim]:
    """Return what stands on a website, section by section, in its own words."""
    found = [
        *_summary(visit),
        *_cued(visit, "pain_points", _PAINS),
        *_cued(visit, "buying_signals", _SIGNALS),
    ]
    return [*found, *news.read(visit), *about_person(visit, person), *published.read(visit)]


def about_person(visit: Visit, person: str) -> Iterator[Claim]:
    """Yield the sentences that name the person we ask about in full."""
    name = " ".join(person.split())
    if " " not in name:
        return
    for page in visit.pages:
        for sentence in sentences.of(page):
            if name.lower() in sentence.lower() and not is_order(sentence):
                yield on(page, "person", sentence, "high")


def _summary(visit: Visit) -> Iterator[Claim]:
    """Take the page's own description, else the first sentences that say what the firm is or does."""
    home = visit.pages[0]
    if len(home.description) >= sentences.SHORTEST and not is_order(home.description):
        yield on(home, "summary", home.description, "high")
    told = (
        (page, sentence)
        for page in visit.pages
        if page.kind in ("home", "about")
        for sentence in sentences.of(page)
    )
    fitting = [(page, line) for page, line in told if _ABOUT.search(line) and not is_order(line)]
    for page, sentence in fitting[:3]:
        if sentence != home.description and not _cues(sentence):
            yield on(page, "summary", sentence, "medium")


def _cued(visit: Visit, section: str, cues: tuple[tuple[str, str], ...]) -> Iterator[Claim]:
    for certainty, pattern in cues:
        for page in visit.pages:
            for sentence in sentences.of(page):
                if re.search(pattern, sentence, re.I) and not is_order(sentence):
                    yield on(page, section, sentence, certainty)


def _cues(sentence: str) -> bool:
    return any(re.search(pattern, sentence, re.I) for _, pattern in (*_PAINS, *_SIGNALS))
