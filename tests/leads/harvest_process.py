"""One worker of the kill tests, in a process and a database of its own: ``prepare``, ``work``, ``told`` …

Its clock runs ahead while it waits, so that polls and leases of minutes take no time.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(verb: str, *words: str) -> None:
    _own_database()
    django.setup()
    print(json.dumps({"prepare": prepare, "work": work, "told": told, "callback": callback}[verb](*words)))


def _own_database() -> None:
    """Point to this test's PostgreSQL database, if the suite runs on one."""
    if name := os.environ.get("HARVEST_DATABASE"):
        settings.DATABASES["default"]["NAME"] = name


def prepare(source: str, count: str) -> int:
    settings.MIGRATION_MODULES = {app.label: None for app in django.apps.apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    from campaigns.services import estimates
    from leads.providers.sandbox import world
    from tests.factories import CompanyFactory, LeadFactory
    from tests.leads.sandboxes import plan

    estimates.seed_prices()
    for number, company in enumerate(world.companies("dental", "Austin, TX", 0, 70)):
        if source == "hunter":
            CompanyFactory(name=company.name, domain=company.domain, industry="dental", city="Austin")
        if source == "dropcontact":
            LeadFactory(email="", email_status="unknown", industry="dental", external_id=f"a{number}")
            LeadFactory(email="", email_status="unknown", industry="dental", external_id=f"b{number}")
    return int(plan(source, int(count)).pk)


def work() -> dict[str, Any]:
    from campaigns import clock
    from campaigns.models import Campaign
    from leads.models import ProviderOrder
    from leads.services import harvest

    campaign, now = Campaign.objects.get(), clock.now()
    leased = ProviderOrder.objects.exclude(lease_until=None).order_by("-lease_until").first()
    if leased and leased.lease_until:
        now = max(now, leased.lease_until + timedelta(seconds=1))  # a dead worker's lease must end first
    while True:
        with clock.at(now):
            report = harvest.stage(campaign, limit=10, now=now)
        if report.stop or not report.left:
            return {"stop": report.stop, "note": report.note}
        if _waits_for_callback():
            return {"waits": True}
        now = max(now, report.due_at or now) + timedelta(milliseconds=5)


def _waits_for_callback() -> bool:
    from leads.models import ProviderOrder

    return ProviderOrder.objects.filter(status="waiting", external_id="", answer__isnull=True).exists()


def callback(provider: str, token: str, body: str) -> bool | None:
    from campaigns import clock
    from leads.services.harvesting import callbacks

    return callbacks.receive(provider, token, json.loads(body), clock.now())


def told() -> dict[str, Any]:
    from django.db.models import Count, Sum

    from campaigns.models import Campaign, Cost, Hold
    from leads.models import Lead, Prospect, ProviderOrder

    campaign = Campaign.objects.get()
    paid = Cost.objects.values("provider").annotate(units=Sum("units"), money=Sum("amount"))
    return {
        "people": Prospect.objects.count(), "leads": Lead.objects.count(),
        "paid": {row["provider"]: str(row["units"].normalize()) for row in paid},
        "money": str(sum(row["money"] for row in paid)),
        "spent": str(campaign.spent), "held": str(campaign.held),
        "holds": Hold.objects.filter(closed_at=None).count(),
        "orders": dict(ProviderOrder.objects.values_list("status").annotate(n=Count("pk")).order_by()),
"errors": list(ProviderOrder.objects.exclude(error="").values_list("error", flat=True)),
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
