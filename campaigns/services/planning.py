"""Change a plan after it was made: its fields, its budget, its audience, with an audit entry."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import audit, estimates

CLOSED = (CampaignStatus.STOPPED, CampaignStatus.ARCHIVED)
Choice = tuple[str, str]


class ChangeRefused(Exception):
    """The plan cannot be changed that way; ``field`` names what to mend."""

    code = "change_refused"
    status = 409

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


def change(campaign: Campaign, data: dict[str, Any], by: User | None) -> Campaign:
    """Write the changed fields of a plan that is not over, and estimate it anew."""
    if campaign.status in CLOSED:
        raise ChangeRefused(f"A {campaign.get_status_display().lower()} campaign keeps its plan.")
    current = Campaign.objects.get(pk=campaign.pk)
    changed = {name: value for name, value in data.items() if getattr(current, name) != value}
    before = {name: _plain(getattr(current, name)) for name in changed}
    count, source = (data.get(name, getattr(current, name)) for name in ("prospect_count", "source"))
    estimate = estimates.estimate(count, source=source).total
    try:
        with transaction.atomic():
            found = Campaign.objects.filter(pk=campaign.pk)
            found.update(**changed, estimate=estimate, updated_at=clock.now())
            if changed:
                after = {name: _plain(value) for name, value in changed.items()}
                audit.record(by, "change", campaign, before=before, after=after)
    except IntegrityError as error:
        text = f"${current.spent + current.held:.2f} is already spent or held; the budget cannot be less."
        raise ChangeRefused(text, "budget") from error
    campaign.refresh_from_db()
    return campaign


def audiences(actor: User) -> list[tuple[str, list[Choice]]]:
    """Return whom a campaign can be for, in groups, from the floors above (``settings.AUDIENCES``)."""
    directory = ("New people", [("directory", "New from the directory, by vertical and location")])
    above = [import_string(path)(actor) for path in getattr(settings, "AUDIENCES", [])]
    return [directory, *(group for group in above if group[1])]


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, list, dict, type(None))) else str(value)
