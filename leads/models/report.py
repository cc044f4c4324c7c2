"""What research found out about a company or a person, each claim with its source and its age."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import User
from leads.models.company import Company
from leads.models.lead import Lead


class ReportQuerySet(models.QuerySet["ResearchReport"]):
    """Sets of reports."""

    def visible_to(self, actor: User) -> Self:
        """Reports about people or companies that one may see."""
        if actor.sees_all:
            return self
        leads, companies = Lead.objects.visible_to(actor), Company.objects.visible_to(actor)
        return self.filter(Q(lead__in=leads) | Q(lead=None, company__in=companies))


class ResearchReport(models.Model):
    """One piece of research as a row of work and as its result.

    ``claims`` is a list of {section, text, quote, source, seen_at, certainty}; ``pages`` a list of
    {url, title, fetched_at, status}.
    """

    class Status(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    campaign_id = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    summary = models.TextField(blank=True)
    claims = models.JSONField(default=list)
    pages = models.JSONField(default=list)
    reader = models.CharField(max_length=60, blank=True, help_text="A model, or «offline reader».")
    error = models.CharField(max_length=250, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["queued", "running"]), name="report_waiting")
        ]

    def __str__(self) -> str:
        return f"Research on {self.company or self.lead}"
