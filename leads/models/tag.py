"""The colour of a tag. Which tags a lead or a company has stands in its own ``tags``."""

from django.db import models
from django.db.models.functions import Lower

TONES = ("indigo", "woad", "teal", "fern", "weld", "madder", "crimson", "plum", "ink")


class Tag(models.Model):
    """A word for leads and companies, with the colour that somebody chose for it."""

    name = models.CharField(max_length=60)
    tone = models.CharField(max_length=10, choices=[(tone, tone) for tone in TONES], default="ink")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_once")]

    def __str__(self) -> str:
        return self.name
