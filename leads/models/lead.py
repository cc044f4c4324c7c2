"""A lead: one person, known once."""

from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, StrIndex, Substr

from campaigns import clock
from campaigns.models import Team, User
from campaigns.models.user import Role
from leads.models.company import Company


class Lifecycle(models.TextChoices):
    """How far a person has come with us, over all campaigns."""

    NEW = "new", "New"
    WORKING = "working", "In sequence"
    REPLIED = "replied", "Replied"
    OPPORTUNITY = "opportunity", "Opportunity"
    CUSTOMER = "customer", "Customer"
    LOST = "lost", "Lost"


#: what words are looked for in, as one text: one comparison a lead instead of four
_SAID = models.Func(
    models.F("first_name"), models.F("last_name"), models.F("email"), models.F("title"),
    template="(%(expressions)s)", arg_joiner=" || ' ' || ", output_field=models.TextField(),
)  # fmt: skip


class LeadQuerySet(models.QuerySet["Lead"]):
    """Sets of leads."""

    def visible_to(self, actor: User) -> Self:
        """All leads, the team's, one's own and the pool, or (support agents) whom one talks to."""
        if actor.sees_all:
            return self
        own = Q(owner=actor)
        if actor.role == Role.AGENT:
            return self.filter(own | Q(pk__in=self._talking_to(actor)))
        if actor.team_id is None:
            return self.filter(own)
        if actor.sees_team:
            return self.filter(own | Q(team_id=actor.team_id))
        return self.filter(own | Q(team_id=actor.team_id, owner=None))

    def _talking_to(self, actor: User) -> Any:
        """Leads with an open conversation of a support agent or of their team's queue."""
        queue = Q(conversations__assignee=None, team__isnull=False, team_id=actor.team_id)
        mine = queue | Q(conversations__assignee=actor)
        talks = Lead.objects.filter(mine, conversations__isnull=False, conversations__ended_at=None)
        return talks.order_by().values("pk")

    def current(self) -> Self:
        """Leads that have not been merged into another."""
        return self.filter(merged_into=None)

    def search(self, words: str) -> Self:
        """Leads whose name, address or company contains every word."""
        found = self.alias(said=_SAID)
        for word in words.split()[:6]:
            companies = Company.objects.filter(name__icontains=word).values("pk")
            found = found.filter(Q(said__icontains=word) | Q(company__in=companies))
        return found


class Lead(models.Model):
    """A person we may sell to. What changes often (score, decisions) lives in narrow side tables."""

    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    email_key = models.CharField(
        max_length=254, blank=True, help_text="Normalised address: the person's main key."
    )
    email_status = models.CharField(max_length=10, default="unknown")
    phone = models.CharField(max_length=20, blank=True, help_text="E.164.")
    linkedin_url = models.URLField(blank=True)
    linkedin_key = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120, blank=True)
    seniority = models.CharField(max_length=20, blank=True)
    department = models.CharField(max_length=40, blank=True)
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )
    industry = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=60, blank=True)
    time_zone = models.CharField(max_length=50, blank=True)
    language = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=60, blank=True)
    origin = models.CharField(
        max_length=60, blank=True, help_text="Through which door: form, import, harvest, chat."
    )
    external_id = models.CharField(
        max_length=80, blank=True, help_text="The person's id in the system it came from."
    )
    website_visits = models.PositiveIntegerField(null=True, blank=True)
    website_seconds = models.PositiveIntegerField(null=True, blank=True)
    pages_per_visit = models.FloatField(null=True, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    has_appointment = models.BooleanField(default=False)
    do_not_email = models.BooleanField(default=False)
    do_not_call = models.BooleanField(default=False)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle.choices, default=Lifecycle.NEW)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    tags = models.JSONField(default=list, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    last_contacted_at = models.DateTimeField(null=True, blank=True)
    last_engaged_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged", db_index=False
    )
    identified_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when we know who this is (an address, phone or profile)."
    )
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Forgotten on request: blank.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["email_key"], condition=~Q(email_key=""), name="lead_email_once"),
            models.UniqueConstraint(
                fields=["linkedin_key"], condition=~Q(linkedin_key=""), name="lead_linkedin_once"
            ),
        ]
        indexes = [
            models.Index(fields=["phone"], name="lead_phone"),
            # nearly all leads are merged into nobody: an index of those would only mislead the planner. Only
            # written as IS NOT NULL does SQLite use it when it looks for children of a lead that is deleted.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="lead_merged"),
            models.Index(fields=["external_id"], name="lead_external"),
            models.Index(fields=["lifecycle"], name="lead_lifecycle"),
            models.Index(fields=["last_name"], name="lead_name"),
            models.Index(fields=["last_contacted_at"], name="lead_touched"),
            # by these a new person is compared with the few who may be the same, not with everybody
            models.Index(
                Lower("last_name"),
                Substr(Lower("first_name"), 1, 1),
                condition=~Q(last_name=""),
                name="lead_names",
            ),
            models.Index(
                Substr("email_key", 1, StrIndex("email_key", Value("@"))),
                condition=~Q(email_key=""),
                name="lead_email_user",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How we call the person on screen."""
        return f"{self.first_name} {self.last_name}".strip() or self.email or f"Lead {self.pk}"
