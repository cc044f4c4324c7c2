"""Web forms: a hosted page or a snippet on a customer's site through which people come by themselves."""

import secrets
from typing import Self

from django.db import models

from campaigns import clock
from campaigns.models import Campaign, Team, User
from leads.models.lead import Lead


def public_key() -> str:
    """Return an unguessable name for a form's address."""
    return secrets.token_urlsafe(12)


class WebFormQuerySet(models.QuerySet["WebForm"]):
    """Sets of forms."""

    def visible_to(self, actor: User) -> Self:
        """All, or those of one's team and those of nobody's."""
        return self if actor.sees_all else self.filter(team_id=actor.team_id)


class WebForm(models.Model):
    """One form: its fields, the consent it asks for, and where the people go who fill it in."""

    class OwnerRule(models.TextChoices):
        """Who gets the people who come."""

        PERSON = "person", "One person"
        LIGHTEST = "lightest", "Whoever of the team carries the least"
        POOL = "pool", "Nobody: the team's pool"

    key = models.CharField(max_length=24, unique=True, default=public_key)
    name = models.CharField(max_length=80)
    headline = models.CharField(max_length=120, blank=True)
    intro = models.CharField(max_length=400, blank=True)
    fields = models.JSONField(default=list, help_text="[{key, label, kind, required, choices}] in order.")
    button = models.CharField(max_length=40, default="Send")
    thanks = models.CharField(max_length=400, default="Thank you. We will be in touch.")
    redirect_url = models.URLField(blank=True)
    consent_text = models.CharField(max_length=400, blank=True)
    consent_channels = models.JSONField(default=list, blank=True)
    origins = models.JSONField(default=list, blank=True, help_text="Sites that may embed it; empty: any.")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="forms"
    )
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner_rule = models.CharField(max_length=8, choices=OwnerRule.choices, default=OwnerRule.PERSON)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1, help_text="Counts the wordings people have seen.")
    tags = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = WebFormQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """One filled-in form as it came, before anything is made of it: nothing that was sent is lost."""

    class Status(models.TextChoices):
        """What became of it."""

        RECEIVED = "received", "Received"
        STORED = "stored", "Stored"
        REFUSED = "refused", "Refused"
        SPAM = "spam", "Spam"

    form = models.ForeignKey(WebForm, on_delete=models.CASCADE, related_name="submissions")
    once = models.CharField(max_length=64, unique=True, help_text="A repeated post is the same post.")
    payload = models.JSONField(default=dict)
    page_url = models.CharField(max_length=500, blank=True)
    clicks = models.JSONField(default=dict, blank=True, help_text="Ad click ids and campaign marks.")
    visitor = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    problem = models.CharField(max_length=200, blank=True)
    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    stored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(status="received"), name="submission_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.received_at:%Y-%m-%d %H:%M}"
