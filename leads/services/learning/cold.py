"""Blends the hand-made card into a trained one while outcomes are few: rules first, then what is learned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns.services.learning.cardmaker import Prior
from leads.services import cards

ENOUGH = 1_000  # labels from which the hand-made card adds nothing any more (measured)


def prior(card: dict[str, Any], rows: Sequence[dict[str, Any]], now: datetime) -> Prior | None:
    """Return what the hand-made card says about these rows; nothing for a trained card or many rows."""
    if len(rows) >= ENOUGH or card.get("link") == "logit":
        return None
    dimensions = [one for one in card["dimensions"] if one["bins"]]
    return Prior(dimensions, [cards.places(one, rows, now) for one in dimensions])
