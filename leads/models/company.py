"""A company: where leads work and what makes it a fit."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from campaigns import clock
from campaigns.models import User


class CompanyQuerySet(models.QuerySet["Company"]):
    """Sets of companies."""

    def visible_to(self, actor: User) -> Self:
        """Companies of the people one may see; who keeps leads also sees where nobody is known yet."""
        if actor.sees_all:
            return self
        people: Any = apps.get_model("leads", "Lead")  # which names companies itself
        there = people.objects.filter(company=OuterRef("pk"))
        seen = Exists(there.visible_to(actor))
        return self.filter(seen | ~Exists(there)) if actor.keeps_leads else self.filter(seen)


class Company(models.Model):
    """One organisation, known once by its domain or by its normalised name."""

    name = models.CharField(max_length=160)
    name_key = models.CharField(max_length=160, db_index=True)
    domain = models.CharField(max_length=120, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    website = models.URLField(blank=True)
    linkedin_url = models.URLField(blank=True)
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    rating = models.FloatField(null=True, blank=True)
    reviews = models.PositiveIntegerField(null=True, blank=True)
    technologies = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=40, blank=True)
    place_id = models.CharField(max_length=80, blank=True, db_index=True, help_text="Its id on the map.")
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="companies"
    )
    tags = models.JSONField(default=list, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=~Q(domain=""), name="company_domain_once")
        ]

    def __str__(self) -> str:
        return self.name
