"""Small changes to a sequence: each goes into the draft, made from the newest version when needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from campaigns.models import User
from outreach.models import Sequence as SequenceModel
from outreach.models import SequenceVersion
from outreach.services import sequences, versions
from outreach.services.sequences import StepDraft, TextDraft
from outreach.services.versions import SequenceRefused

USUAL_WAIT = 72


def save_step(
    sequence: SequenceModel, position: int, facts: Mapping[str, Any], texts: Mapping[str, TextDraft], by: User
) -> SequenceVersion:
    """Change a step's name and timing, and some of its texts."""

    def change(steps: list[StepDraft]) -> list[StepDraft]:
        old = _at(steps, position)
        steps[position - 1] = replace(old, **facts, texts={**old.texts, **texts})
        return steps

    return _change(sequence, change, by)


def replace_steps(sequence: SequenceModel, steps: Sequence[StepDraft], by: User) -> SequenceVersion:
    """Give the draft these steps instead of all it has; when they are refused there is no new draft."""
    return _change(sequence, lambda _: list(steps), by)


def add_step(sequence: SequenceModel, by: User) -> SequenceVersion:
    """Add an empty step at the end, three days after the one before."""
    return _change(sequence, lambda steps: [*steps, StepDraft(delay_hours=USUAL_WAIT if steps else 0)], by)


def remove_step(sequence: SequenceModel, position: int, by: User) -> SequenceVersion:
    """Take a step out; the first of those left starts at once."""

    def change(steps: list[StepDraft]) -> list[StepDraft]:
        steps.remove(_at(steps, position))
        return steps

    return _change(sequence, change, by)


def reorder(sequence: SequenceModel, positions: Sequence[int], by: User) -> SequenceVersion:
    """Put the steps into another order, given by their present positions."""

    def change(steps: list[StepDraft]) -> list[StepDraft]:
        if sorted(positions) != list(range(1, len(steps) + 1)):
            raise SequenceRefused("Somebody changed the steps meanwhile. Look at them and order them again.")
        waits = [step.delay_hours for step in steps]
        return [replace(steps[old - 1], delay_hours=wait) for old, wait in zip(positions, waits, strict=True)]

    return _change(sequence, change, by)


@transaction.atomic
def _change(
    sequence: SequenceModel, change: Callable[[list[StepDraft]], list[StepDraft]], by: User
) -> SequenceVersion:
    draft = versions.draft(sequence, by)
    sequences.replace_steps(draft, change(sequences.drafts_of(draft)), by)
    return draft


def _at(steps: Sequence[StepDraft], position: int) -> StepDraft:
    if not 1 <= position <= len(steps):
        raise SequenceRefused(f"There is no step {position} any more.")
    return steps[position - 1]
