"""What was learned from outcomes: versions of a model, and every prediction that must be explained later."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models.user import User


class ModelVersion(models.Model):
    """One trained model as plain JSON (never a pickle): its parameters, its figures, and the data behind it.

    Per (kind, scope) one version is the champion; a challenger earns its place on later data.
    """

    class Status(models.TextChoices):
        """How far a version has come."""

        DRAFT = "draft", "Draft"
        SHADOW = "shadow", "Challenger"
        CHAMPION = "champion", "Champion"
        RETIRED = "retired", "Retired"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=30, help_text="What it predicts: lead_score, identity, reply …")
    scope = models.CharField(max_length=60, blank=True, help_text="For whom; empty: the whole house.")
    version = models.PositiveIntegerField(default=1)
    algorithm = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    schema_hash = models.CharField(max_length=64, blank=True, help_text="Digest of the features it expects.")
    row_count = models.PositiveIntegerField(default=0)
    data_from = models.DateTimeField(null=True, blank=True)
    data_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    note = models.CharField(max_length=250, blank=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "scope", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "version"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["kind", "scope"], condition=Q(status="champion"), name="model_one_champion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


class Prediction(models.Model):
    """What a version said about a subject, with the facts it saw: for explanation, training and disputes."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="predictions")
    subject_id = models.BigIntegerField(help_text="The row it is about; the version's kind says which.")
    campaign_id = models.BigIntegerField(null=True, blank=True)
    value = models.FloatField()
    contributions = models.JSONField(default=dict)
    features = models.JSONField(default=dict)
    outcome = models.BooleanField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["version", "subject_id"], name="prediction_subject")]

    def __str__(self) -> str:
        return f"{self.version} on {self.subject_id}: {self.value:.3f}"
