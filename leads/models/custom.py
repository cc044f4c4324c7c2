"""Fields that a house adds itself; their values live in the ``custom`` column of leads and companies."""

from django.db import models
from django.db.models.functions import Lower

from campaigns import clock


class CustomField(models.Model):
    """One field of a house's own: typed, and usable in filters, tokens, scores, imports and the API."""

    class Kind(models.TextChoices):
        """What sort of value it holds."""

        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        FLAG = "flag", "Yes or no"
        DATE = "date", "Date"
        CHOICE = "choice", "One of a list"
        URL = "url", "Web address"

    class Entity(models.TextChoices):
        """On whose page it stands."""

        LEAD = "lead", "Leads"
        COMPANY = "company", "Companies"

    entity = models.CharField(max_length=8, choices=Entity.choices, default=Entity.LEAD)
    key = models.SlugField(max_length=60, help_text="Its name in rules and tokens: custom.<key>.")
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True, help_text="The list of a choice field.")
    help_text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["entity", "position", "label"]
        constraints = [
            models.UniqueConstraint("entity", Lower("key"), name="custom_field_once"),
        ]

    def __str__(self) -> str:
        return self.label
