"""Sandboxes of the providers for tests: a server on loopback, and settings that point to it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import estimates
from campaigns.services.pipeline import StageReport
from leads.providers.sandbox.core import PROVIDERS, Sandbox
from leads.providers.sandbox.server import Server
from leads.providers.web import Web
from leads.services import harvest
from leads.services.harvesting import catalogue
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The four providers on this machine; results are ready at the second look."""
    found = Server(Sandbox(tmp_path / "book.sqlite3")).start()
    yield found
    found.stop()


@pytest.fixture
def sandbox(server: Server, settings: Any, db: None) -> Sandbox:
    """The sandbox behind the server, with Leadloom's own settings pointing to it and prices in place.

    It answers by name and domain, so people begin to be counted anew: each test meets the same ones.
    """
    for kind in (LeadFactory, CompanyFactory):
        kind.reset_sequence(1)
    estimates.seed_prices()
    settings.LEAD_PROVIDERS = addresses(server)
    return server.sandbox


def addresses(server: Server) -> dict[str, dict[str, str]]:
    """Return the settings that point to a server."""
    return {name: {"key": "sandbox", "url": server.base_url(name)} for name in PROVIDERS}


def client(server: Server, name: str, key: str = "sandbox", **facts: Any) -> Any:
    """Return the real client of a provider, pointed at the server."""
    kind = catalogue.CLIENTS[name]
    return kind(Web(kind.label, server.base_url(name), kind.headers(key)), **facts)


def plan(source: str, count: int = 100, **facts: Any) -> Campaign:
    """Return a campaign that takes its people from a provider."""
    kept = {"vertical": "dental", "location": "Austin, TX", "prospect_count": count, "budget": 1000, **facts}
    return CampaignFactory(source=source, **kept)


def run(
    campaign: Campaign, *, limit: int = 100, rounds: int = 300, after: Callable[[], None] | None = None
) -> StageReport:
    """Run the harvest as a run would, jumping ahead in time while it waits, until it ends."""
    now = clock.now()
    for _ in range(rounds):
        with clock.at(now):
            report = harvest.stage(campaign, limit=limit, now=now)
        if after:
            after()
        if report.stop or not report.left:
            return report
        now = max(now, report.due_at or now) + timedelta(milliseconds=10)
    raise AssertionError(f"The harvest did not end: {report}")
