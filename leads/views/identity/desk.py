"""What the pages of who is who share: two visible records, the question between them, the choices made."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, QueryDict

from campaigns.views.access import StaffRequest
from leads.models import Lead
from leads.services.identity.choosing import CHOICES
from leads.services.identity.review import Comparison


def find(request: StaffRequest, ids: Sequence[int]) -> list[Lead]:
    """Return visible records in the order asked for; one that is foreign or unknown is a 404."""
    visible = Lead.objects.visible_to(request.user).select_related("company", "owner")
    found = visible.in_bulk(list(ids))
    if len(found) < len(set(ids)):
        raise Http404
    return [found[pk] for pk in ids]


def takes_everything(request: HttpRequest) -> bool:
    """Whether somebody may merge every lead there is: they say once more who they are."""
    return bool(getattr(request.user, "sees_all", False) and request.user.has_perm("leads.add_merge"))


def choices(data: QueryDict) -> dict[str, str]:
    """Return which record's value was chosen for each field."""
    return {name: str(data[f"field_{name}"]) for name in CHOICES if f"field_{name}" in data}


def number(text: str | None) -> int:
    """Return a number from an address; 0 for anything else."""
    return int(text) if text and text.isdigit() and len(text) < 19 else 0


def shown(found: Comparison) -> dict[str, Any]:
    """Return a comparison as the page draws it."""
    said = found.judgement
    bars = [
        {"label": _sentence(line["words"]), "value": round(line["weight"], 1), "note": ""}
        for line in said.evidence if line["field"]
    ]  # fmt: skip
    return {
        "pair": found, "bars": bars, "probability": said.probability, "prior": said.evidence[-1]["weight"],
        "differing": [line for line in found.lines if line.differs and line.kept and line.gone],
        "filled": [line for line in found.lines if line.differs and not (line.kept and line.gone)],
        "same": [line for line in found.lines if not line.differs],
    }  # fmt: skip


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
