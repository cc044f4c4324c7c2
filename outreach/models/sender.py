"""A sender: the mailbox a message leaves from, with its limits."""

from datetime import datetime

from django.db import models

from campaigns import clock

RAMP_START, RAMP_GROWTH, RAMP_DAYS = 50, 1.3, 30


class Sender(models.Model):
    """One mailbox with caps and a ramp; ``rested_until`` keeps it quiet after trouble."""

    name = models.CharField(max_length=80)
    email = models.EmailField(unique=True)
    reply_domain = models.CharField(max_length=120, help_text="Where replies to reply+token@… arrive.")
    signature = models.TextField(blank=True)
    daily_cap = models.PositiveIntegerField(default=50_000)
    hourly_cap = models.PositiveIntegerField(default=20_000)
    ramp_started_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    rested_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def domain(self) -> str:
        """The domain the mail claims to come from."""
        return self.email.rpartition("@")[2]

    def cap_on(self, moment: datetime) -> int:
        """Return how many messages may leave within a day at this moment, the ramp considered."""
        if self.ramp_started_at is None:
            return self.daily_cap
        days = max(0, (moment - self.ramp_started_at).days)
        return min(self.daily_cap, int(RAMP_START * RAMP_GROWTH ** min(days, RAMP_DAYS)))
