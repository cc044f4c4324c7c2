"""The people of one campaign: how far each has come, with the score and the path of the decision."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from campaigns.services import paging
from campaigns.views.access import StaffRequest, find_campaign, office
from campaigns.views.answers import cursors
from leads.models import Prospect, ProspectStage
from leads.services import funnel, qualification
from leads.services.qualification import Step


@office
def campaign(request: StaffRequest, pk: int) -> HttpResponse:
    """List a campaign's prospects by stage."""
    found = find_campaign(request, pk)
    stage = request.GET.get("stage", "")
    visible = Prospect.objects.visible_to(request.user).filter(campaign=found)
    stages = [one for one in stage.split(",") if one in ProspectStage.values]
    chosen = visible.at(*stages) if stages else visible
    if request.GET.get("scored") == "yes":
        chosen = chosen.exclude(score=None)
    page = paging.page(
        chosen.select_related("lead__company", "owner"),
        **cursors(request),
    )  # fmt: skip
    for prospect in page:
        prospect.campaign = found
    steps = qualification.explain_all(page.rows)
    rows = [{"prospect": one, "steps": steps[one.pk][:-1], "decision": _say(steps[one.pk])} for one in page]
    context = {
        "nav": "campaigns", "campaign": found, "tab": "leads", "page": page, "rows": rows,
        "stages": _stages(funnel.by_stage(visible), stage),
    }  # fmt: skip
    return render(request, "leads/campaign.html", context)


def _stages(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    total = sum(counts.values())
    shown: list[dict[str, Any]] = [{"label": "All", "url": "?", "count": total, "active": not chosen}]
    return shown + [
        {"label": label, "url": f"?stage={value}", "count": counts[value], "active": value == chosen}
        for value, label in ProspectStage.choices
        if counts.get(value)
    ]


def _say(steps: list[Step]) -> str:
    """Return why a prospect was taken or not, in words."""
    if not steps:
        return ""
    return f"By hand: {steps[-1].answer}" if steps[-1].node == "override" else steps[-1].answer
