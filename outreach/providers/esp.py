"""Any e-mail service that django-anymail speaks: SendGrid, Postmark, SES, Mailgun, Brevo, Resend …

Our own opaque id travels as metadata and returns with each event. The service's own open and click tracking
stays off: ours is signed and first-party. One letter is one call, for each has its own text.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout

from campaigns import clock
from outreach.providers import crew
from outreach.providers.letters import Outgoing, Receipt, Watch

logger = logging.getLogger(__name__)
HANDS = 8
REST = 30.0
BUSY, CLOSED = (429,), (401, 403)


class Esp:
    """The service that ``EMAIL_BACKEND`` names."""

    batch_size = 200

    def __init__(self) -> None:
        self._rests_until = 0.0

    @property
    def name(self) -> str:
        """The service's name, as in ``anymail.backends.sendgrid.EmailBackend``."""
        return settings.EMAIL_BACKEND.split(".")[-2][:40]

    def rests(self) -> bool:
        """Whether the service asked us to wait, or closed our account."""
        return time.monotonic() < self._rests_until

    def deliver(self, letters: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Send the letters, up to eight at a time."""
        return crew.work(letters, watch, self._work, hands=max(1, min(HANDS, len(letters))), name=self.name)

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """Services tell by their events, not when asked."""
        return {}

    def _work(self, take: Callable[[], Outgoing | None], receipts: list[Receipt]) -> None:
        with get_connection() as connection:
            while letter := take():
                receipts.append(self._send(connection, letter))

    def _send(self, connection: Any, letter: Outgoing) -> Receipt:
        mail = _mail(letter)
        try:
            connection.send_messages([mail])
        except AnymailRequestsAPIError as error:
            return self._trouble(letter, error)
        except AnymailError as error:
            return Receipt(letter.uid, "refused", self.name, reason=_short(error))
        except Exception as error:
            logger.exception("letter %s", letter.uid)
            return Receipt(letter.uid, "unknown", self.name, reason=_short(error))
        status = mail.anymail_status  # type: ignore[attr-defined]
        return Receipt(letter.uid, "accepted", self.name, provider_id=str(status.message_id or "")[:120])

    def _trouble(self, letter: Outgoing, error: AnymailRequestsAPIError) -> Receipt:
        code, reason = error.status_code, _short(error)
        if code is None:
            certain = isinstance(error.__cause__, ConnectTimeout) or _never_connected(error.__cause__)
            return Receipt(letter.uid, "later" if certain else "unknown", self.name, reason=reason)
        if code in BUSY or code in CLOSED:
            wait = _seconds_to_wait(error) if code in BUSY else REST
            self._rests_until = time.monotonic() + wait
            again = clock.now() + timedelta(seconds=wait)
            return Receipt(letter.uid, "later", self.name, reason=reason, retry_at=again)
        return Receipt(letter.uid, "later" if code >= 500 else "refused", self.name, reason=reason)


def _mail(letter: Outgoing) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        (f'"{letter.sender_name}" <{letter.sender_email}>' if letter.sender_name else letter.sender_email),
        [letter.to],
        reply_to=[letter.reply_to],
        headers={"Message-ID": letter.message_id, **letter.headers},
    )
    mail.attach_alternative(letter.html, "text/html")
    mail.merge_metadata = {letter.to: {"uid": letter.uid}}  # type: ignore[attr-defined]
    mail.track_opens = mail.track_clicks = False  # type: ignore[attr-defined]
    return mail


def _never_connected(cause: BaseException | None) -> bool:
    return isinstance(cause, NoConnection) and "NewConnectionError" in repr(cause)


def _seconds_to_wait(error: AnymailRequestsAPIError) -> float:
    headers = error.response.headers if error.response is not None else {}
    try:
        if "Retry-After" in headers:
            return max(1.0, float(headers["Retry-After"]))
        return min(600.0, max(1.0, float(headers["X-RateLimit-Reset"]) - time.time()))
    except (KeyError, ValueError):
        return REST


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
