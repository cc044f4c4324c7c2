"""Factories that speak: what a test does not say has a sensible value."""

import uuid
from decimal import Decimal

import factory

from analytics.models import Recommendation
from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, Cost, ModelVersion, Price, Revenue, Team, User
from conversations.models import Conversation, Turn
from leads.models import Company, Deal, Lead, Prospect, Rule, Segment, Submission, Task, WebForm
from outreach.models import (
    Enrollment,
    Message,
    RawDelivery,
    Sender,
    Sequence,
    SequenceVersion,
    Step,
    Tally,
    Variant,
)


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@staff.example")
    role = "rep"


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign

    name = factory.Sequence(lambda n: f"Campaign {n}")
    status = CampaignStatus.ACTIVE
    channels = ["email"]
    budget = Decimal("1000")
    postal_address = "1 Market Street, Austin"


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Company {n}")
    name_key = factory.LazyAttribute(lambda o: o.name.lower())
    domain = factory.Sequence(lambda n: f"company{n}.example")


class LeadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lead

    first_name = "Elena"
    last_name = factory.Sequence(lambda n: f"Vasquez{n}")
    email = factory.Sequence(lambda n: f"lead{n}@customer.example")
    email_key = factory.LazyAttribute(lambda o: o.email.lower())
    email_status = "valid"
    company = factory.SubFactory(CompanyFactory)


class ProspectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Prospect

    campaign = factory.SubFactory(CampaignFactory)
    lead = factory.SubFactory(LeadFactory)


class DealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Deal

    lead = factory.SubFactory(LeadFactory)
    campaign = factory.SubFactory(CampaignFactory)
    name = "Reminders for six chairs"
    value = Decimal("500")


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    lead = factory.SubFactory(LeadFactory)
    title = "Call Elena"


class CostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cost

    campaign = factory.SubFactory(CampaignFactory)
    provider = "offline"
    operation = "send_email"
    units = Decimal(1)
    amount = Decimal("1")
    unit_price = factory.SelfAttribute("amount")
    reference = factory.LazyFunction(lambda: uuid.uuid4().hex)


class RevenueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Revenue

    campaign = factory.SubFactory(CampaignFactory)
    amount = Decimal("100")
    reference = factory.LazyFunction(lambda: uuid.uuid4().hex)


class SenderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sender

    name = "Maya Okafor"
    email = factory.Sequence(lambda n: f"maya{n}@mail.example")
    reply_domain = "reply.mail.example"


class SequenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sequence

    name = factory.Sequence(lambda n: f"Sequence {n}")


class SequenceVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SequenceVersion

    sequence = factory.SubFactory(SequenceFactory)
    number = 1
    published_at = factory.LazyFunction(clock.now)


class StepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Step

    version = factory.SubFactory(SequenceVersionFactory)
    position = 1


class VariantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Variant

    step = factory.SubFactory(StepFactory)
    tone = "direct"
    subject = "No-shows at {{company}}"
    body = "Hi {{first_name}}"


class EnrollmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrollment

    prospect = factory.SubFactory(ProspectFactory)
    lead = factory.SelfAttribute("prospect.lead")
    campaign = factory.SelfAttribute("prospect.campaign")
    version = factory.SubFactory(SequenceVersionFactory)
    sender = factory.SubFactory(SenderFactory)
    exclusivity_key = factory.LazyAttribute(lambda o: f"lead:{o.lead.pk}")


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    uid = factory.LazyFunction(lambda: uuid.uuid4().hex)
    campaign = factory.SubFactory(CampaignFactory)
    lead = factory.SubFactory(LeadFactory)
    sender = factory.SubFactory(SenderFactory)
    to_address = factory.SelfAttribute("lead.email")
    subject = "No-shows"
    body = "Hi Elena, shall we talk?"
    status = "sent"
    sent_at = factory.LazyFunction(clock.now)


class TallyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tally

    campaign_id = 1
    step_id = 1
    variant_id = 1
    day = factory.LazyFunction(lambda: clock.now().date())


class RawDeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RawDelivery

    provider = "smtp"
    kind = "reply"
    key = factory.LazyFunction(lambda: uuid.uuid4().hex)
    body = ""


class ConversationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Conversation

    lead = factory.SubFactory(LeadFactory)
    campaign = factory.SubFactory(CampaignFactory)
    subject = "No-shows"


class TurnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Turn

    conversation = factory.SubFactory(ConversationFactory)
    number = 1
    author = "lead"
    body = "What does it cost?"


class RecommendationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Recommendation

    campaign = factory.SubFactory(CampaignFactory)
    action = "REVIEW"
    priority = "high"
    title = "Review the cost per lead"
    reason = "It is above the limit."


class RuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rule

    kind = "scoring"
    version = factory.Sequence(lambda n: 1000 + n)
    name = "A card"
    body = factory.LazyFunction(dict)


class ModelVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ModelVersion

    kind = "lead_score"
    algorithm = "points card"
    version = factory.Sequence(lambda n: 1000 + n)
    status = "refused"


class SegmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Segment {n}")
    criteria = factory.LazyFunction(dict)


class PriceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Price

    provider = factory.Sequence(lambda n: f"provider{n}")
    operation = "call"
    amount = Decimal("0.01")


class WebFormFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WebForm

    name = factory.Sequence(lambda n: f"Form {n}")
    owner_rule = "pool"
    fields = factory.LazyFunction(
        lambda: [
            {"key": "full_name", "label": "Name", "kind": "text", "required": False},
            {"key": "email", "label": "E-mail", "kind": "email", "required": True},
            {"key": "company", "label": "Company", "kind": "text", "required": False},
            {"key": "message", "label": "Message", "kind": "long", "required": False},
        ]
    )


class SubmissionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Submission

    form = factory.SubFactory(WebFormFactory)
    once = factory.LazyFunction(lambda: uuid.uuid4().hex)
    payload = factory.LazyFunction(lambda: {"values": {"email": "visitor@web.example"}})
