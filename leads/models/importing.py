"""An import as a row: it can be watched, cancelled and carried on after a crash."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Team, User
from leads.models.company import Company
from leads.models.lead import Lead


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """Sets of imports."""

    def visible_to(self, actor: User) -> Self:
        """All, the team's (managers), or one's own: the rows of a file are its owner's people."""
        if actor.sees_all:
            return self
        own = Q(owner=actor)
        return self.filter(own | Q(team_id=actor.team_id) if actor.sees_team and actor.team_id else own)


class ImportJob(models.Model):
    """One file on its way in. ``cursor`` is the number of data rows already stored for good."""

    class Status(models.TextChoices):
        """Where an import stands."""

        DRAFT = "draft", "Waiting for its mapping"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64, db_index=True)
    format = models.CharField(max_length=8, default="csv")
    encoding = models.CharField(max_length=20, default="utf-8")
    delimiter = models.CharField(max_length=2, default=",")
    mapping = models.JSONField(default=dict)
    sheet = models.CharField(max_length=80, blank=True, help_text="Of a workbook: which sheet.")
    create_new = models.BooleanField(default=True)
    update_existing = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=250, blank=True)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    restored = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="Left as they are: changed since the import.")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """Share of rows stored, in whole percent."""
        return 100 if self.status == self.Status.DONE else min(100, 100 * self.cursor // max(1, self.total))


class RowProblem(models.Model):
    """Why one row of a file was not stored (or stored without one of its values)."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=200)
    is_fatal = models.BooleanField(default=True)

    class Meta:
        ordering = ["line"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


class ImportedLead(models.Model):
    """A person who came in, or was found again, by an import: what «the people of this file» means."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="people", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="imported_by")
    is_new = models.BooleanField(default=True)
    before = models.JSONField(null=True, blank=True, help_text="The changed fields as they were.")
    after_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "lead"], name="imported_lead_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} by import {self.job_id}"


class ImportedCompany(models.Model):
    """A company that an import added or changed, and what it was before."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="companies", db_index=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    is_new = models.BooleanField(default=True)
    before = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "company"], name="imported_company_once")]

    def __str__(self) -> str:
        return f"{self.company_id} by import {self.job_id}"


class ColumnMapping(models.Model):
    """How columns of a file's head were mapped the last time somebody of the team said so."""

    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    fingerprint = models.CharField(max_length=64, help_text="Digest of the column names.")
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "fingerprint"], name="column_mapping_once"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(team=None), name="column_mapping_once_teamless"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:8]
