"""``demo``: fills an empty workspace with the simulation, stopped at this very moment."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns import clock
from campaigns.models import Campaign, User
from config import demo_logins
from config.simulation import belongings, workspace
from config.simulation.world import World
from config.static_files import collect_if_changed

#: name, share of the leads, vertical, location, and when it is launched (share of the days; None: a draft)
PLANS: tuple[tuple[str, float, str, str, float | None], ...] = (
    ("Austin dental Q4", 1.0, "dental", "Austin, TX", 0.0),
    ("Clinics Chicago", 0.6, "clinic", "Chicago, IL", 0.58),
    ("Law firms Boston", 0.4, "law", "Boston, MA", 0.8),
    ("Roofing Denver", 0.2, "roofing", "Denver, CO", None),
)


class Command(BaseCommand):
    """Give every page life: three campaigns of people who open, click, answer and buy."""

    help = "Fill an empty workspace with a simulated past, and print the demo sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--leads", type=int, default=240, help="people in the largest campaign (240)")
        parser.add_argument("--days", type=int, default=19, help="how many days back the story begins (19)")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, **options: Any) -> None:
        """Live through the last days, then print who can sign in."""
        if Campaign.objects.exists():
            raise CommandError("This workspace has campaigns already; the demo only fills an empty one.")
        collect_if_changed()
        now = clock.now()
        start = (now - timedelta(days=options["days"])).replace(minute=0, second=0, microsecond=0)
        self.stdout.write("Filling the demo workspace …")
        world = World(seed=options["seed"], start=start, staff_leave_at=now - timedelta(hours=30))
        with clock.at(start):
            people = workspace.furnish()
            for name, share, vertical, location, day in PLANS:
                count = max(10, int(options["leads"] * share))
                campaign = workspace.deploy(people, name, leads=count, vertical=vertical, location=location)
                if day is not None:
                    world.launch(campaign, after=timedelta(days=int(day * options["days"])))
        demo_logins.remember(list(User.objects.filter(username__in=[facts[0] for facts in workspace.STAFF])))
        world.run(now)
        belongings.unpack(people, options["seed"])
        self.stdout.write(
            f"Demo ready after {world.seconds:.0f} s. Sign in with password {workspace.PASSWORD} as"
        )
        for username, first, last, role, title, _ in workspace.STAFF:
            self.stdout.write(f"  {username:<8}{role.label:<14}{first} {last}, {title}")
