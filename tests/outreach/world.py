"""A campaign ready to send: sender, published sequence, prospects; Monday morning."""

from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Price
from outreach.models import Message
from outreach.services import nurture, routing, sending
from tests.factories import (
    CampaignFactory,
    LeadFactory,
    ProspectFactory,
    SenderFactory,
    SequenceFactory,
    SequenceVersionFactory,
    StepFactory,
    VariantFactory,
)

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PRICE = Decimal("0.001")


def price(amount=PRICE):
    """Say what a mail costs."""
    return Price.objects.create(
        provider="email", operation="send", amount=amount, effective_from=datetime(2020, 1, 1, tzinfo=UTC)
    )


def sequence(steps=1, campaign=None, subject="No-shows at {{company}}", body="Hi {{first_name}}", **facts):
    """Publish a sequence whose steps are two days apart."""
    version = SequenceVersionFactory(sequence=SequenceFactory(campaign=campaign, **facts))
    for position in range(1, steps + 1):
        step = StepFactory(version=version, position=position, delay_hours=48 if position > 1 else 0)
        for tone in ("professional", "friendly", "direct"):
            VariantFactory(step=step, tone=tone, subject=subject, body=body)
    return version.sequence


def qualified(number, campaign, **lead):
    """Add qualified prospects."""
    return [
        ProspectFactory(campaign=campaign, lead=LeadFactory(**lead), stage="qualified") for _ in range(number)
    ]


def campaign(people=3, steps=1, sender=None, **facts):
    """Return a campaign whose people are routed and wait for their first letter."""
    if not facts.pop("free", False) and not Price.objects.exists():
        price()
    sender or SenderFactory()
    found = CampaignFactory(**facts)
    sequence(steps, campaign=found)
    qualified(people, found)
    routing.stage(found, limit=1000, now=MONDAY)
    return found


def planned(**facts):
    """Return a campaign whose first letters are queued."""
    found = campaign(**facts)
    nurture.stage(found, limit=1000, now=MONDAY)
    return found


def send(moment=MONDAY):
    """Send until nothing is left to send at a moment."""
    while sending.drain(moment):
        pass


def statuses(found=None):
    """Return how many messages stand where."""
    messages = Message.objects.all() if found is None else Message.objects.filter(campaign=found)
    counts = {}
    for status in messages.values_list("status", flat=True):
        counts[status] = counts.get(status, 0) + 1
    return counts


@contextmanager
def statements():
    """Yield a list that afterwards holds the SQL of the block, without what only opens and closes."""
    found = []
    with CaptureQueriesContext(connection) as context:
        yield found
    found += [q["sql"] for q in context.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
