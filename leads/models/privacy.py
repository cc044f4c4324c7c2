"""Erasure: what was forgotten, when and why, and the digests by which it stays forgotten."""

from django.db import models

from campaigns import clock
from campaigns.models import User


class Erasure(models.Model):
    """One person's right to be forgotten, carried out; holds no personal data itself.

    After a restore of an older copy every erasure is carried out again before the house opens.
    """

    lead_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    counts = models.JSONField(default=dict, help_text="Table → rows blanked or removed.")
    erased_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Erasure of lead {self.lead_id}"


class Tombstone(models.Model):
    """The keyed digest (HMAC) of an erased person's address, phone or profile: nobody writes to it again."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="tombstones")
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="tombstone_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
