"""Fills an empty workspace: people of every role, prices, rules, a mailbox, and a first campaign."""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.models import Campaign, Team, User
from campaigns.models.campaign import default_thresholds
from campaigns.models.user import Role
from campaigns.services import estimates, lifecycle
from config.seeding import seed
from leads.models import WebForm
from leads.services.doors import editing
from outreach.models import Sender

PASSWORD = "loom-demo-2026"  # noqa: S105 the demo's own, printed on start
ADDRESS = "Fernhill Systems, 12 Mill Lane, Austin, TX 78701"

#: username, first name, last name, role, title, time zone
STAFF = (
    ("admin", "Ada", "Lindqvist", Role.ADMIN, "Administrator", "UTC"),
    ("maya", "Maya", "Okafor", Role.MANAGER, "Head of sales", "America/Chicago"),
    ("jonas", "Jonas", "Lehmann", Role.REP, "Account executive", "America/Chicago"),
    ("priya", "Priya", "Raman", Role.REP, "Account executive", "America/New_York"),
    ("sam", "Sam", "Whitfield", Role.AGENT, "Support agent", "America/Chicago"),
    ("nora", "Nora", "Haddad", Role.ANALYST, "Revenue analyst", "Europe/London"),
)


@dataclass(frozen=True)
class Workspace:
    """Who works here."""

    manager: User
    reps: list[User]


def furnish() -> Workspace:
    """Create what every workspace needs, once; return its people."""
    team = Team.objects.get_or_create(name="Sales")[0]
    staff = {username: _hire(team, *facts) for facts in STAFF if (username := facts[0])}
    for user in (staff["jonas"], staff["priya"]):
        Sender.objects.get_or_create(
            email=f"{user.username}@fernhill-mail.example",
            defaults={"name": user.get_full_name(), "reply_domain": "in.fernhill-mail.example",
                      "signature": f"{user.get_full_name()}\nFernhill Systems"},
        )  # fmt: skip
    seed()
    _open_a_door(team, staff["maya"])
    return Workspace(manager=staff["maya"], reps=[staff["jonas"], staff["priya"]])


def deploy(workspace: Workspace, name: str, *, leads: int, vertical: str, location: str) -> Campaign:
    """Deploy one outbound campaign with a budget that covers its estimate with room to spare."""
    budget = estimates.estimate(leads).total * 3 + Decimal(10)
    plan = {
        "name": name, "vertical": vertical, "location": location, "prospect_count": leads, "budget": budget,
        "postal_address": ADDRESS, "goal_kind": "replies", "goal_target": Decimal(max(1, leads // 12)),
        "thresholds": default_thresholds() | {"deal_value": 640},
    }  # fmt: skip
    return lifecycle.deploy(plan, by=workspace.manager)


def _open_a_door(team: Team, by: User) -> None:
    """Make a web form to look at and to fill in."""
    if WebForm.objects.filter(team=team).exists():
        return
    words = {
        "name": "Demo request", "headline": "See it on your own figures", "button": "Ask for a demo",
        "intro": "Half an hour with your numbers. No slides.", "owner_rule": WebForm.OwnerRule.LIGHTEST,
        "consent_text": "You may write to me about this by e-mail. I can stop it at any time.",
        "consent_channels": ["email"], "tags": ["website"], "fields": editing.START,
    }  # fmt: skip
    editing.save(WebForm(team=team), words, by)


def _hire(team: Team, username: str, first: str, last: str, role: str, title: str, zone: str) -> User:
    facts = {"first_name": first, "last_name": last, "role": role, "title": title, "time_zone": zone,
             "team": team, "email": f"{username}@fernhill.example"}  # fmt: skip
    user, is_new = User.objects.get_or_create(username=username, defaults=facts)
    if is_new:
        user.set_password(PASSWORD)
        user.is_staff = user.is_superuser = role == Role.ADMIN
        user.save()
    return user
