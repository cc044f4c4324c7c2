"""Writing the three variants of a message for one person: one call, checked, mended once, else the template.

A message that is being written is a ``draft`` and does not leave; once written it waits for a person's
approval (``review.py``) or, without review, goes back into the queue with the text of its own tone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns import clock
from campaigns.models import Campaign, LanguageModel
from campaigns.providers.base import ProviderError
from campaigns.providers.llm import Answer, BadAnswer, Usage
from campaigns.services import language
from campaigns.services.language import Outcome, Question
from outreach.models import Message, MessageStatus, Tone, Variant
from outreach.services import assignment, review
from outreach.services.assignment import Assignment, VariantSet

BATCH = 100
LEASE = timedelta(minutes=5)
MAX_TOKENS = 2_500
OPERATION = "generation"
TEMPLATE = "template"
TO_APPROVE = "Waiting for approval"


class GenerationRefused(ValueError):
    """The message cannot be written (any more); the text says why."""

    code = "generation_refused"
    status = 409


@dataclass(frozen=True)
class Generated:
    """How many messages got their variants, how many of them from the template, how many must wait."""

    written: int = 0
    from_template: int = 0
    postponed: int = 0

    def __add__(self, other: "Generated") -> "Generated":
        """Add two batches up."""
        return Generated(
            self.written + other.written,
            self.from_template + other.from_template,
            self.postponed + other.postponed,
        )


def generate_for_message(message: Message, *, context: str = "", needs_review: bool = True) -> list[Variant]:
    """Write (or write anew) the three variants of one message that has not left."""
    if message.step_id is None:
        raise GenerationRefused("Only a message of a sequence has three variants.")
    unsent = Message.objects.filter(pk=message.pk, status__in=(MessageStatus.QUEUED, MessageStatus.DRAFT))
    taken = _take(unsent)
    if not taken:
        raise GenerationRefused("This message has already left or was stopped.")
    done = _write(message.campaign, taken, context, needs_review)
    if done.postponed:
        raise GenerationRefused("The language model is busy; please try again in a minute.")
    message.refresh_from_db()
    return list(message.variants.order_by("id"))


def generate_for_campaign(
    campaign: Campaign, limit: int = 100, *, context: str = "", needs_review: bool = True
) -> Generated:
    """Write variants for up to ``limit`` waiting messages of a campaign, those due first."""
    total = Generated()
    while (room := limit - total.written) > 0:
        taken = _take(_unwritten(campaign), min(room, BATCH))
        if not taken:
            break
        done = _write(campaign, taken, context, needs_review)
        total += done
        if done.postponed:
            break
    return total


def _unwritten(campaign: Campaign) -> QuerySet[Message]:
    """Messages nobody has written for yet, and those whose writer died."""
    now = clock.now()
    orphaned = Q(status=MessageStatus.DRAFT, lease_until__lt=now)
    waiting = Message.objects.filter(
        Q(status=MessageStatus.QUEUED) | orphaned, campaign=campaign, variants=None
    )
    return waiting.exclude(step=None).order_by("due_at", "id")


def _take(messages: QuerySet[Message], limit: int = 1) -> list[int]:
    """Hold messages back from sending while they are written; return their ids."""
    with transaction.atomic():
        locked = messages.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        ids = list(locked[:limit])
        Message.objects.filter(pk__in=ids).update(
            status=MessageStatus.DRAFT, lease_until=clock.now() + LEASE, reason="Being written"
        )
    return ids


def _write(campaign: Campaign, ids: Sequence[int], context: str, needs_review: bool) -> Generated:
    """Ask for all messages at once and store what came back; without money or answers they are put back."""
    rows = Message.objects.filter(pk__in=ids).select_related("lead__company", "sender", "step")
    messages = list(rows.prefetch_related("variants").order_by("due_at", "id"))
    texts = _step_texts(messages)
    jobs = [assignment.of(message, texts.get(message.step_id or 0, {}), context) for message in messages]
    try:
        outcomes = language.ask_many(
            campaign, [_question(m, job) for m, job in zip(messages, jobs, strict=True)], operation=OPERATION
        )
    except BaseException:
        _put_back(ids)
        raise
    postponed = [m.pk for m, o in zip(messages, outcomes, strict=True) if _may_come_later(o)]
    _put_back(postponed)
    done = [(m, job, o) for m, job, o in zip(messages, jobs, outcomes, strict=True) if not _may_come_later(o)]
    _store(done, language.current())
    if not needs_review:
        review.release([message.pk for message, _, _ in done])
    from_template = sum(not isinstance(outcome, Answer) for _, _, outcome in done)
    return Generated(len(done), from_template, len(postponed))


def _question(message: Message, job: Assignment) -> Question[VariantSet]:
    return Question(
        job.prompt, VariantSet, reference=f"generate:{message.uid}:{uuid4().hex[:8]}", check=job.check,
        max_tokens=MAX_TOKENS, lead_id=message.lead_id, message_id=message.pk,
    )  # fmt: skip


def _may_come_later(outcome: Outcome) -> bool:
    return isinstance(outcome, ProviderError) and not outcome.permanent


def _store(done: Sequence[tuple[Message, Assignment, Outcome]], model: LanguageModel) -> None:
    """Replace the messages' variants, all in one transaction."""
    rows = [row for message, job, outcome in done for row in _rows(message, job, outcome, model)]
    ids = [message.pk for message, _, _ in done]
    with transaction.atomic():
        Variant.objects.filter(message__in=ids).delete()
        Variant.objects.bulk_create(rows, ignore_conflicts=True)
        Message.objects.filter(pk__in=ids, status=MessageStatus.DRAFT).update(
            lease_until=None, reason=TO_APPROVE
        )


def _rows(message: Message, job: Assignment, outcome: Outcome, model: LanguageModel) -> list[Variant]:
    usage = outcome.usage if isinstance(outcome, Answer | BadAnswer) else Usage()
    price = language.price(model, usage)
    if isinstance(outcome, Answer):
        by = f"{model.provider}/{outcome.model}" if model.provider != outcome.model else outcome.model
        texts = [v.as_row() for v in outcome.value.variants]
    else:
        by = TEMPLATE
        texts = [(tone, *job.base[tone], []) for tone in Tone.values]
    return [
        Variant(
            step=message.step,
            message=message,
            tone=tone,
            subject=subject[:200],
            body=body,
            claims=claims,
            written_by=by[:60],
            latency_ms=usage.latency_ms,
            tokens_in=_share(usage.tokens_in, place),
            tokens_out=_share(usage.tokens_out, place),
            cost=(price / 3).quantize(Decimal("0.000001")),
        )
        for place, (tone, subject, body, claims) in enumerate(texts)
    ]


def _share(tokens: int, place: int) -> int:
    """Return a third of the tokens, so that the three thirds add up."""
    return tokens // 3 + (1 if place < tokens % 3 else 0)


def _step_texts(messages: Sequence[Message]) -> dict[int, dict[str, Variant]]:
    steps = {message.step_id for message in messages if message.step_id}
    found: dict[int, dict[str, Variant]] = {step: {} for step in steps}
    for variant in Variant.objects.filter(step__in=steps, message=None):
        found[variant.step_id][variant.tone] = variant
    return found


def _put_back(ids: Sequence[int]) -> None:
    """Let messages leave with their template text, as if nobody had asked."""
    drafts = Message.objects.filter(pk__in=ids, status=MessageStatus.DRAFT)
    drafts.filter(variants=None).update(status=MessageStatus.QUEUED, lease_until=None, reason="")
    drafts.exclude(variants=None).update(lease_until=None, reason=TO_APPROVE)
