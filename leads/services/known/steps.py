"""Step from one lead to the next of the list one came from."""

from dataclasses import dataclass

from campaigns.models import User
from leads.models import Lead


@dataclass(frozen=True)
class Steps:
    """The leads before and after one; nothing where the list ends."""

    before: int | None
    after: int | None


def by_number(lead: Lead, actor: User) -> Steps:
    """Return the neighbours in the order of being added, the newest first."""
    seen = Lead.objects.visible_to(actor).current()
    before = seen.filter(pk__gt=lead.pk).order_by("pk").values_list("pk", flat=True)
    after = seen.filter(pk__lt=lead.pk).order_by("-pk").values_list("pk", flat=True)
    return Steps(before.first(), after.first())
