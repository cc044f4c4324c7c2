"""Which of the three texts of a step a person gets: drawn by weight, always the same for the same person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from outreach.models import Variant
from outreach.services import templates


@dataclass(frozen=True, slots=True)
class Choice:
    """A text that may be chosen, compiled."""

    id: int
    tone: str
    weight: int
    subject: templates.Text
    body: templates.Text


def of_steps(step_ids: Iterable[int]) -> dict[int, list[Choice]]:
    """Return the texts of each step: one query."""
    rows = Variant.objects.filter(step_id__in=set(step_ids), message=None).order_by("step_id", "id")
    found: dict[int, list[Choice]] = defaultdict(list)
    for step, pk, tone, weight, subject, body in rows.values_list(
        "step_id", "id", "tone", "weight", "subject", "body"
    ):
        found[step].append(
            Choice(pk, tone, weight, templates.compiled(subject), templates.compiled(body.strip()))
        )
    return found


def pick(choices: Sequence[Choice], step_id: int, lead_id: int) -> Choice:
    """Choose by weight; without any weight, evenly."""
    weights = [choice.weight for choice in choices]
    if not any(weights):
        weights = [1] * len(choices)
    place = int.from_bytes(sha256(f"{step_id}:{lead_id}".encode()).digest()[:8]) % sum(weights)
    for choice, weight in zip(choices, weights, strict=True):
        if place < weight:
            return choice
        place -= weight
    return choices[-1]
