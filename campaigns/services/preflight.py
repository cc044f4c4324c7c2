"""What must be right before a campaign may launch; each floor adds checks through a settings list."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns.models import Campaign
from campaigns.services import estimates


@dataclass(frozen=True)
class Problem:
    """One thing to mend before launch; ``fix_url_name`` names the page where it is mended."""

    code: str
    message: str
    is_blocking: bool = True
    fix_url_name: str = ""


def problems(campaign: Campaign) -> list[Problem]:
    """Run every check of ``settings.PREFLIGHT_CHECKS`` on the campaign."""
    return [problem for path in settings.PREFLIGHT_CHECKS for problem in import_string(path)(campaign)]


def check_money(campaign: Campaign) -> list[Problem]:
    """The remaining budget must cover the estimate."""
    missing = estimates.estimate(campaign.prospect_count, source=campaign.source).total - campaign.remaining
    if missing <= 0:
        return []
    text = f"The budget is ${missing.quantize(estimates.CENT)} short of the estimate."
    return [Problem("budget", text, fix_url_name="campaigns:edit")]


def check_address(campaign: Campaign) -> list[Problem]:
    """Every commercial mail must carry a postal address (CAN-SPAM 15 U.S.C. 7704(a)(5))."""
    if campaign.postal_address.strip():
        return []
    return [
        Problem(
            "postal_address",
            "Add the postal address that every mail must show.",
            fix_url_name="campaigns:edit",
        )
    ]
