"""Carries reactions to the real doors: pixels and links are fetched, replies arrive as raw mail."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.test import Client

from campaigns import clock
from config.simulation.people import Person
from config.simulation.reactions import Reaction
from outreach.providers.post_office import Letter
from outreach.services import mailroom, tracking
from outreach.services.tracking import DeliveryEvent

BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"
BY_PROVIDER = {"delivered": "delivered", "bounced": "bounced", "complained": "complained"}


@dataclass
class Mailman:
    """Delivers the reactions of one hour: the provider's reports in one batch, people one by one."""

    browser: Client = field(default_factory=Client)
    reports: list[DeliveryEvent] = field(default_factory=list)

    def carry(self, reaction: Reaction, person: Person, letter: Letter) -> None:
        """Bring one reaction to the door it belongs to."""
        if reaction.what in BY_PROVIDER:
            self.reports.append(_report(reaction))
            return
        with clock.at(reaction.at):
            self._act(reaction, person, letter)

    def hand_in(self) -> None:
        """Hand the provider's reports in, as its webhook would."""
        if self.reports:
            tracking.record_events(self.reports, clock.now())
            self.reports.clear()

    def _act(self, reaction: Reaction, person: Person, letter: Letter) -> None:
        if reaction.what in ("opened", "scanned"):
            self._fetch(
                _find(r'src="([^"]*/t/o/[^"]+)"', letter.html),
                SCANNER if reaction.what == "scanned" else BROWSER,
            )
        elif reaction.what == "clicked":
            self._fetch(_find(r'href="([^"]*/t/c/[^"]+)"', letter.html), BROWSER)
        elif reaction.what == "unsubscribed":
            url = _find(r'href="([^"]*/u/[^"]+)"', letter.html)
            self.browser.post(url, {"List-Unsubscribe": "One-Click"}, headers={"user-agent": BROWSER})
        else:
            mailroom.accept(_answer(reaction, person, letter))

    def _fetch(self, path: str, agent: str) -> None:
        if path:
            self.browser.get(path, headers={"user-agent": agent})


def _report(reaction: Reaction) -> DeliveryEvent:
    return DeliveryEvent(
        message_uid=reaction.uid, kind=BY_PROVIDER[reaction.what], provider="post_office",
        provider_event_id=f"{reaction.uid}:{reaction.what}", occurred_at=reaction.at,
    )  # fmt: skip


def _find(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    if not found:
        return ""
    parts = urlsplit(found.group(1))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _answer(reaction: Reaction, person: Person, letter: Letter) -> bytes:
    """Build the mail this person's program would send: threading headers, quoted text and all."""
    mail = EmailMessage()
    mail["From"], mail["To"] = person.address, letter.reply_to
    mail["Subject"] = f"Re: {letter.subject}"
    mail["Date"] = format_datetime(reaction.at)
    mail["Message-ID"] = f"<{reaction.what}.{reaction.uid}@{person.address.rpartition('@')[2]}>"
    mail["In-Reply-To"] = mail["References"] = letter.message_id
    if reaction.what == "away":
        mail["Auto-Submitted"] = "auto-replied"
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    mail.set_content(f"{reaction.words}\n\nOn {letter.at:%d %b %Y} we wrote:\n{quoted}\n")
    return mail.as_bytes()
