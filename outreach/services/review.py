"""A person's word on what was written: choose one of the three, change it, or use the template."""

from collections.abc import Sequence

from django.db import transaction

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from outreach.models import Message, MessageStatus, Variant
from outreach.services import formats


class ReviewRefused(ValueError):
    """The text cannot be used as it is; the message says why."""

    code = "review_refused"
    status = 409


def approve(variant: Variant, by: User) -> Message:
    """Send this one of the three: its words become the message's, which goes back into the queue."""
    message = _message_of(variant)
    if problems := formats.problems(message.channel, variant.subject, variant.body):
        raise ReviewRefused(problems[0])
    with transaction.atomic():
        if not _queue(message, variant):
            raise ReviewRefused("This message has already left or was stopped.")
        variant.approved_at = clock.now()
        variant.save(update_fields=["approved_at"])
        audit.record(by, "approve", message, after={"tone": variant.tone, "written_by": variant.written_by})
    message.refresh_from_db()
    return message


def edit(variant: Variant, *, subject: str, body: str, by: User) -> Variant:
    """Change the words of a variant; claims that are no longer in the text go with them."""
    message = _message_of(variant)
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    if problems := formats.problems(message.channel, subject, body):
        raise ReviewRefused(problems[0])
    before = {"subject": variant.subject, "body": variant.body}
    text = f"{subject}\n{body}".casefold()
    variant.claims = [claim for claim in variant.claims if str(claim.get("value", "")).casefold() in text]
    variant.subject, variant.body, variant.written_by = subject[:200], body, str(by)[:60]
    variant.approved_at = None
    variant.save(update_fields=["subject", "body", "written_by", "claims", "approved_at"])
    audit.record(by, "edit", variant, before=before, after={"subject": subject, "body": body})
    return variant


def discard(message: Message, by: User) -> Message:
    """Throw the written variants away; the message leaves with its template text."""
    with transaction.atomic():
        drafts = Message.objects.filter(pk=message.pk, status=MessageStatus.DRAFT)
        if not drafts.update(status=MessageStatus.QUEUED, lease_until=None, reason=""):
            raise ReviewRefused("This message has already left or was stopped.")
        message.variants.all().delete()
        audit.record(by, "discard", message)
    message.refresh_from_db()
    return message


def release(message_ids: Sequence[int]) -> int:
    """Queue written messages without review, each with the variant of its own tone; return how many."""
    drafts = Message.objects.filter(pk__in=message_ids, status=MessageStatus.DRAFT)
    chosen = {(v.message_id, v.tone): v for v in Variant.objects.filter(message__in=message_ids)}
    count = 0
    with transaction.atomic():
        for message in drafts:
            variant = chosen.get((message.pk, message.tone)) or chosen.get((message.pk, "professional"))
            count += bool(variant and _queue(message, variant))
    return count


def _queue(message: Message, variant: Variant) -> int:
    """Give a draft its words and put it back into the queue; counters stay with the step's own variant."""
    own = Variant.objects.filter(step=variant.step_id, message=None, tone=variant.tone).values_list(
        "pk", flat=True
    )
    return Message.objects.filter(pk=message.pk, status=MessageStatus.DRAFT).update(
        status=MessageStatus.QUEUED, subject=variant.subject, body=variant.body, tone=variant.tone,
        variant_id=own.first() or message.variant_id, lease_until=None, reason="",
    )  # fmt: skip


def _message_of(variant: Variant) -> Message:
    if variant.message is None:
        raise ReviewRefused("This text belongs to a step, not to one message; change it in the sequence.")
    return variant.message
