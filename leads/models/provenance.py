"""Where a fact came from, kept for facts that changed after the person was first stored."""

from django.db import models

from campaigns import clock
from leads.models.lead import Lead


class FactSource(models.Model):
    """The door through which the present value of one field came.

    Fields without a row still hold what the lead was created with: its ``origin`` and ``created_at``.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="fact_sources", db_index=False)
    field = models.CharField(max_length=80)
    source = models.CharField(max_length=60, help_text="import, harvest, form, api, a provider, or a person.")
    reference = models.CharField(max_length=80, blank=True, help_text="Which import, order or user.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "field"], name="fact_source_once")]

    def __str__(self) -> str:
        return f"{self.field} of {self.lead_id} from {self.source}"
