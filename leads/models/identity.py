"""Who is who: every key of a person, pairs that may be one, and merges that can be taken back."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from campaigns import clock
from campaigns.models import User
from leads.models.lead import Lead


class KeyKind(models.TextChoices):
    """What kind of key names a person."""

    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    LINKEDIN = "linkedin", "LinkedIn"
    EXTERNAL = "external", "Id in another system"
    CLICK = "click", "Ad click"
    VISITOR = "visitor", "Visitor cookie"


class LeadKey(models.Model):
    """One more key of a person, beside those of the lead row itself: second addresses, clicks, cookies.

    A key names one person, unless it is known to be shared (info@, a switchboard).
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=KeyKind.choices)
    value = models.CharField(max_length=254)
    is_shared = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(is_shared=False), name="lead_key_once"
            ),
            models.UniqueConstraint(fields=["lead", "kind", "value"], name="lead_key_once_per_lead"),
        ]
        indexes = [
            models.Index(fields=["kind", "value"], condition=Q(is_shared=True), name="lead_key_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class MatchCandidateQuerySet(models.QuerySet["MatchCandidate"]):
    """Sets of questions."""

    def visible_to(self, actor: User) -> Self:
        """Questions about two people of whom one may see both."""
        if actor.sees_all:
            return self
        mine = Lead.objects.visible_to(actor).values("pk")
        return self.filter(left__in=mine, right__in=mine)

    def open(self) -> Self:
        """Questions that still wait for an answer, about records that are still people of their own."""
        current = Q(left__merged_into=None, right__merged_into=None)
        return self.filter(current, status=MatchCandidate.Status.OPEN)


class MatchCandidate(models.Model):
    """Two leads that may be one person, with the evidence field by field; ``left`` is the older row."""

    class Status(models.TextChoices):
        """What became of the question."""

        OPEN = "open", "To review"
        MERGED = "merged", "Merged"
        DISTINCT = "distinct", "Two people"
        GONE = "gone", "No longer a question"

    left = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="candidates_left")
    right = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="candidates_right")
    probability = models.FloatField()
    weight = models.FloatField(default=0, help_text="Sum of the evidence, log2 odds.")
    evidence = models.JSONField(default=list)
    rule = models.CharField(max_length=40, blank=True, help_text="A certain key, or the matcher's version.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(default=clock.now)

    objects = MatchCandidateQuerySet.as_manager()

    class Meta:
        ordering = ["-probability", "id"]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="match_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="match_left_is_older"),
        ]
        indexes = [models.Index(fields=["status", "-probability"], name="match_queue")]

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id} ({self.probability:.2f})"


class MatchRun(models.Model):
    """Leads that are new or changed and wait to be compared with all others: written with the change."""

    class Status(models.TextChoices):
        """How far the comparison is."""

        QUEUED = "queued", "Queued"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    lead_ids = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    figures = models.JSONField(default=dict, help_text="Compared, found, merged, blocks too large, seconds.")
    error = models.CharField(max_length=250, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(status="queued"), name="match_run_waiting")]

    def __str__(self) -> str:
        return f"{len(self.lead_ids)} leads asked {self.asked_at:%Y-%m-%d %H:%M}"


class MergeQuerySet(models.QuerySet["Merge"]):
    """Sets of merges."""

    def visible_to(self, actor: User) -> Self:
        """Merges of people of whom one may see both records."""
        if actor.sees_all:
            return self
        mine = Lead.objects.visible_to(actor).values("pk")
        return self.filter(kept__in=mine, gone__in=mine)


class Merge(models.Model):
    """One merge: what was moved and what the survivor looked like before, so that it can be taken back."""

    kept = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="merges_kept")
    gone = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="merges_gone")
    how = models.CharField(max_length=20, default="review", help_text="rule, review, bulk, api")
    probability = models.FloatField(null=True, blank=True)
    evidence = models.JSONField(default=list)
    choices = models.JSONField(default=dict, help_text="Field → kept or gone, where a person chose.")
    before = models.JSONField(default=dict, help_text="The survivor's changed fields as they were.")
    moved = models.JSONField(default=dict, help_text="Table → ids that changed their person.")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    merged_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merge_once_per_lead")
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
