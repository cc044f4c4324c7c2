"""Answers of providers, remembered: an equal question within the time to live costs nothing.

A bulk match of Apollo is remembered person by person, so that nobody is bought twice in other company.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.services import sharing
from leads.providers.connector import Answer, Operation
from leads.services.harvesting import catalogue

ANONYMOUS = frozenset({"lead_id", "custom_fields"})


def key(sold: Operation, question: Any) -> str:
    """Return the key of a question: provider, operation and the canonical input."""
    text = json.dumps([_home(sold.provider), sold.name, _plain(question)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def recall(sold: Operation, question: Mapping[str, Any], now: datetime) -> Any:
    """Return a remembered answer, or ``None``."""
    if sold.is_job and sold.name != "maps_search":
        return None  # these carry our own ids; what they find is stored with the people
    if sold.name == "people_match":
        return _recall_people(sold, question, now)
    kept = sharing.recall(key(sold, question), now)
    return kept["answer"] if isinstance(kept, dict) else None


def remember(sold: Operation, question: Mapping[str, Any], answer: Answer, now: datetime) -> None:
    """Keep an answer with when it was fetched and what it cost."""
    if sold.is_job and sold.name != "maps_search":
        return
    if sold.name == "people_match":
        _remember_people(sold, question, answer, now)
        return
    _keep(sold, question, answer.data, answer.units, now)


def _recall_people(sold: Operation, question: Mapping[str, Any], now: datetime) -> Any:
    """Only a question of which everybody is remembered is answered from memory."""
    matches = []
    for one in question["details"]:
        kept = sharing.recall(key(sold, one), now)
        if not isinstance(kept, dict):
            return None
        matches.append(kept["answer"])
    return {"matches": matches, "credits_consumed": 0}


def _remember_people(sold: Operation, question: Mapping[str, Any], answer: Answer, now: datetime) -> None:
    matches = answer.data["matches"]
    by_id = {one["id"]: one for one in matches if isinstance(one, dict) and "id" in one}
    for place, one in enumerate(question["details"]):
        found = by_id.get(one.get("id"))
        if found is None and "id" not in one and place < len(matches):
            found = matches[place]
        _keep(sold, one, found, Decimal(1 if found else 0), now)


def _keep(sold: Operation, question: Any, data: Any, units: Decimal | None, now: datetime) -> None:
    value = {"answer": data, "fetched_at": now.isoformat(), "credits": str(units or 0)}
    sharing.remember(key(sold, question), sold.provider, value, now + sold.ttl)


def _home(provider: str) -> str:
    """An invented answer must never stand in for a real one once there is a key."""
    return f"{provider} (simulated)" if catalogue.is_simulated(provider) else provider


def _plain(question: Any) -> Any:
    if isinstance(question, Mapping):
        return {name: _plain(value) for name, value in question.items() if name not in ANONYMOUS}
    if isinstance(question, list | tuple):
        return [_plain(one) for one in question]
    return question.strip().lower() if isinstance(question, str) else question
