"""Forks workers for the crash tests, in the world that LEADLOOM_VAR and DATABASE_URL name.

``worker.py SCRIPT`` takes a JSON list of rounds; the workers of a round run side by side. A worker is
``{"do": "setup" | "work", …}``. Printed are how each worker ended and what all the books say afterwards.
"""

import json
import os
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
BATCH = 40


def main() -> None:
    """Run the rounds, then look into the books."""
    import django

    django.setup()
    ends = [_ends([_fork(worker) for worker in workers]) for workers in json.loads(sys.argv[1])]
    sys.stdout.write(json.dumps({"ends": ends, **books()}))


def set_up(people: int) -> None:
    """Make the tables as the models are, and a campaign whose people are routed."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.outreach import world

    world.campaign(people=people)


def work(moment: str, failpoint: str = "") -> None:
    """Plan, send and settle until all is quiet, or until killed."""
    from campaigns import clock
    from outreach.services import nurture, sending, settling

    os.environ["LEADLOOM_FAILPOINT"] = failpoint
    now = datetime.fromisoformat(moment)
    with clock.at(now):
        while nurture.drain(now, limit=BATCH) + sending.drain(now, limit=BATCH) + settling.drain(now):
            pass


def books() -> dict[str, object]:
    """Return what our rows and the post office's own book say."""
    from campaigns.models import Campaign, Cost
    from leads.models import Activity
    from outreach.models import Message, Tally
    from outreach.providers import post_office

    return {
        "statuses": Counter(Message.objects.values_list("status", flat=True)),
        "letters": post_office.count(),
        "doubled": post_office.doubled(),
        "costs": Cost.objects.count(),
        "spent": str(Campaign.objects.get().spent),
        "tally": sum(Tally.objects.values_list("sent", flat=True)),
        "timeline": Activity.objects.filter(kind="sent").count(),
    }


def _fork(worker: dict[str, object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    doing = {"setup": set_up, "work": work}[str(worker.pop("do"))]
    doing(**worker)  # type: ignore[operator]
    os._exit(0)


def _ends(pids: list[int]) -> list[int]:
    """Wait for workers; return their exit codes, negative for a signal."""
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


if __name__ == "__main__":
    main()
