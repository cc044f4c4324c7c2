"""Pictures of every page, light and dark, at desk and phone width, to lay beside ``design/screens``."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model
from django.urls import reverse

from campaigns.models import Campaign, PipelineRun, User
from campaigns.templatetags import navigation
from conversations.models import Conversation
from leads.models import Company, Lead
from outreach.models import Sequence

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = {1440: (900, 1), 390: (844, 2)}  # width: height and pixels a point
THEMES = ("light", "dark")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chromium-headless-shell",
)
ROWS: dict[str, tuple[str, type[Model]]] = {
    "campaign": ("campaigns:campaign", Campaign),
    "run": ("campaigns:run", PipelineRun),
    "lead": ("leads:lead", Lead),
    "company": ("leads:company", Company),
    "sequence": ("outreach:sequence", Sequence),
    "thread": ("conversations:thread", Conversation),
}


@dataclass(frozen=True)
class Shot:
    """One picture to take."""

    page: str
    path: str
    theme: str
    width: int

    @property
    def file(self) -> str:
        """Its file name, as in ``design/screens``."""
        return f"{self.page}-{self.theme}-{self.width}.png"


def pages() -> dict[str, str]:
    """Return every page by name: the places of the sidebar, and one row of each kind."""
    found = {place.slug: place.url for group in navigation.GROUPS for place in group.places}
    for name, (view, model) in ROWS.items():
        row = model._default_manager.order_by("pk").first()
        if row:
            found[name] = reverse(view, args=[row.pk])
    return {**found, "sign-in": "/accounts/login/"}


def plan() -> Iterator[Shot]:
    """Yield every page in both themes at both widths."""
    for page, path in pages().items():
        for theme in THEMES:
            for width in WIDTHS:
                yield Shot(page, path, theme, width)


def take(address: str, folder: Path, person: User) -> Iterator[tuple[Shot, int]]:
    """Take all pictures from the server at ``address``; yield each with the status of its page."""
    from playwright.sync_api import sync_playwright

    shots, cookie = list(plan()), _session_of(person)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the driver keeps an event loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        for shot in shots:
            yield shot, _take(browser, address, folder, shot, cookie)
        browser.close()


def _take(browser: "Browser", address: str, folder: Path, shot: Shot, cookie: str) -> int:
    height, scale = WIDTHS[shot.width]
    context = browser.new_context(
        base_url=address,
        viewport={"width": shot.width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    if shot.page != "sign-in":
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    page = context.new_page()
    answer: Any = page.goto(shot.path, wait_until="networkidle")
    page.screenshot(path=folder / shot.file, full_page=True)
    context.close()
    return int(answer.status)


def _session_of(person: User) -> str:
    """Sign a person in without their password, as only somebody at the machine itself can."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _browser() -> str | None:
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
