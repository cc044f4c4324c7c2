"""Direct revenue entries: money that came in and is told to us, once per reference."""

import uuid
from decimal import Decimal

from campaigns.models import Campaign, Revenue, User
from campaigns.services import audit, ledger
from campaigns.services.errors import Conflict


def book(
    campaign: Campaign,
    *,
    amount: Decimal,
    by: User | None,
    source: str = "direct",
    reference: str = "",
    note: str = "",
    lead_id: int | None = None,
) -> tuple[Revenue, bool]:
    """Book revenue of a campaign; return the row and whether it is new (a known reference is not)."""
    key = f"campaign:{campaign.pk}:{reference or uuid.uuid4().hex}"
    known = Revenue.objects.filter(reference=key).first()
    if known and known.amount != amount:
        raise Conflict(f"This reference was booked with ${known.amount} before; use another one.")
    if known:
        return known, False
    row = ledger.earn(campaign, amount, source, key, lead_id=lead_id, note=note)
    audit.record(by, "book revenue", campaign, after={"amount": str(amount), "reference": key})
    return row, True
