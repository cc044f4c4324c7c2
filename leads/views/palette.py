"""The command menu's answers: ``>`` what to do, ``@`` whom to open, ``#`` campaigns; and where to go."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns.models import Campaign, CampaignStatus
from campaigns.templatetags import navigation
from campaigns.views.access import StaffRequest, staff
from leads.models import Lead
from leads.services import segments
from leads.services.grouped import search

Item = dict[str, Any]
#: label, icon, page, whether only managers may (else all who keep leads)
ACTS = (
    ("New lead", "user-plus", "leads:new", False),
    ("Import leads", "upload", "leads:import", False),
    ("New segment", "list-filter", "leads:new_segment", False),
    ("New campaign", "target", "campaigns:deploy", True),
    ("Change the scoring card", "gauge", "leads:scoring", True),
    ("Change the qualification tree", "git-branch", "leads:qualification", True),
)


@staff
def palette(request: StaffRequest) -> HttpResponse:
    """Answer what is typed so far."""
    typed = request.GET.get("q", "").strip()[:80]
    only, words = (typed[0], typed[1:].strip()) if typed[:1] in (">", "@", "#") else ("", typed)
    groups = [
        {"label": "Do", "items": _acts(request, words) if only in ("", ">") else []},
        {"label": "Leads", "items": _people(request, words) if only in ("", "@") else []},
        {"label": "Campaigns", "items": _campaigns(request, words) if only in ("", "#") else []},
        {"label": "Go to", "items": _places(request, words) if not only else []},
    ]
    context = {"groups": [group for group in groups if group["items"]], "query": typed}
    return render(request, "partials/palette_results.html", context)


def _acts(request: StaffRequest, words: str) -> list[Item]:
    found = [
        {"label": label, "icon": icon, "url": reverse(page)}
        for label, icon, page, is_managers in ACTS
        if _fits(label, words) and (request.user.can_manage if is_managers else request.user.keeps_leads)
    ]
    moves = _moves(request, words) if request.user.can_manage and words else []
    return [*moves, *found][:6]


def _moves(request: StaffRequest, words: str) -> list[Item]:
    """Return pause and resume of the campaigns that are meant: «pau», or a part of a campaign's name."""
    found: list[Item] = []
    for verb, status, icon in (
        ("pause", CampaignStatus.ACTIVE, "pause"),
        ("resume", CampaignStatus.PAUSED, "play"),
    ):
        first, _, rest = words.partition(" ")
        if not verb.startswith(first.lower()):
            continue
        campaigns = Campaign.objects.visible_to(request.user).filter(
            status=status, name__icontains=rest.strip()
        )
        found += [
            {"label": f"{verb.capitalize()} campaign", "hint": one.name, "icon": icon, "post": True,
             "url": reverse("campaigns:move", args=[one.pk, verb])}
            for one in campaigns[:3]
        ]  # fmt: skip
    return found


def _people(request: StaffRequest, words: str) -> list[Item]:
    return [_person(lead) for lead in search.leads(words, request.user)]


def _person(lead: Lead) -> Item:
    score = lead.score.value if hasattr(lead, "score") else None
    url = reverse("leads:lead", args=[lead.pk])
    return {
        "label": lead.name,
        "hint": lead.company or lead.title,
        "person": lead.name,
        "key": lead.pk,
        "url": url,
        "score": score,
    }


def _campaigns(request: StaffRequest, words: str) -> list[Item]:
    if not words or not request.user.is_office:
        return []
    found = search.campaigns(words, request.user)
    return [_entry(one, one.get_status_display(), "target", "campaigns:campaign") for one in found]


def _places(request: StaffRequest, words: str) -> list[Item]:
    is_office, manages = request.user.is_office, request.user.can_manage
    every = [place for group in navigation.GROUPS for place in group.places]
    open_to_all = [place for place in every if manages or not place.for_managers]
    places = [place for place in open_to_all if is_office or not place.for_office]
    shown: list[Item] = [
        {"label": place.label, "icon": place.icon, "url": place.url, "kbd": f"G {place.key.upper()}"}
        for place in places
        if _fits(place.label, words)
    ]
    views = segments.visible_to(request.user).filter(name__icontains=words)[:4] if words else []
    leads = reverse("leads:index")
    shown += [
        {"label": one.name, "hint": "saved view", "icon": "list-filter", "url": f"{leads}?view={one.pk}"}
        for one in views
    ]
    return shown[:8]


def _entry(row: Campaign, hint: str, icon: str, page: str) -> Item:
    return {"label": row.name, "hint": hint, "icon": icon, "url": reverse(page, args=[row.pk])}


def _fits(label: str, words: str) -> bool:
    return all(word in label.lower() for word in words.lower().split())
