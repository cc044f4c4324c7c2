"""E-mail: chooses the way out by the settings and lets nothing malformed reach it."""

import re
from collections.abc import Callable, Sequence

from django.conf import settings

from outreach.channels.base import Outgoing, Receipt, Watch
from outreach.providers.esp import Esp
from outreach.providers.letters import Transport
from outreach.providers.post_office import PostOffice
from outreach.providers.smtp import Smtp

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
BREAK = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class EmailChannel:
    """One recipient, one letter: checked here, sent by SMTP, a mail service or the offline post office."""

    name = "email"
    provider = "email"
    operation = "send"

    def __init__(self) -> None:
        self._ways: dict[Callable[[], Transport], Transport] = {}

    @property
    def batch_size(self) -> int:
        """Letters to claim at a time."""
        return self._way.batch_size

    def rests(self) -> bool:
        """Whether the way out is closed for the moment."""
        return self._way.rests()

    def send_batch(self, messages: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Refuse what is malformed and hand over the rest."""
        way, problems = self._way, {message.uid: problem(message) for message in messages}
        refused = [Receipt(uid, "refused", way.name, reason=text) for uid, text in problems.items() if text]
        sound = [message for message in messages if not problems[message.uid]]
        return refused + (way.deliver(sound, watch) if sound else [])

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """Ask the way out what became of letters."""
        return self._way.look_up(uids)

    @property
    def _way(self) -> Transport:
        make = _chosen()
        if make not in self._ways:
            self._ways[make] = make()
        return self._ways[make]


def problem(message: Outgoing) -> str:
    """Say why a letter must not leave; headers are where injections happen."""
    if not ADDRESS.fullmatch(message.to) or len(message.to) > 254:
        return "The address is not one valid e-mail address."
    headers = (message.subject, message.sender_name, message.sender_email, message.reply_to,
               message.unsubscribe_url, message.in_reply_to)  # fmt: skip
    if any(BREAK.search(value) for value in headers):
        return "A line break or control character in a header."
    return "" if message.subject.strip() else "The subject is empty."


def _chosen() -> Callable[[], Transport]:
    if settings.OFFLINE_PROVIDERS:
        return PostOffice
    return Esp if settings.EMAIL_BACKEND.startswith("anymail.") else Smtp
