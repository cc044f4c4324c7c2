"""The people who work here, and the teams that say what they may see."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a person does here; each role is a Django group of the same name."""

    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    REP = "rep", "Sales rep"
    AGENT = "agent", "Support agent"
    ANALYST = "analyst", "Analyst"
    PARTNER = "partner", "Partner system"


class Team(models.Model):
    """A sales or support team: the boundary of what a manager sees."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the manager of keys is untyped
    """A member of staff, or the service account of a partner system."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REP)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    time_zone = models.CharField(max_length=50, default="UTC")
    title = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveIntegerField(default=200, help_text="Active leads this person can carry.")
    is_away = models.BooleanField(default=False, help_text="Away people get no new leads.")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def sees_all(self) -> bool:
        """Whether every row is visible to this person."""
        return self.is_superuser or self.role in (Role.ADMIN, Role.ANALYST)

    @property
    def sees_team(self) -> bool:
        """Whether the rows of the whole team are visible."""
        return self.role == Role.MANAGER

    @property
    def can_manage(self) -> bool:
        """Whether this person may plan, launch and stop campaigns."""
        return self.is_superuser or self.role in (Role.ADMIN, Role.MANAGER)

    @property
    def is_office(self) -> bool:
        """Whether plans, figures and money are this person's business; support agents keep to the inbox."""
        return self.is_superuser or self.role not in (Role.AGENT, Role.PARTNER)

    @property
    def keeps_leads(self) -> bool:
        """Whether this person adds and changes leads; agents and analysts read them."""
        return self.is_superuser or self.role in (Role.ADMIN, Role.MANAGER, Role.REP)
