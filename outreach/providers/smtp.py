"""SMTP, spoken over a few kept connections: pipelined where the server allows it, sure of its answers.

Until the text of a letter is on its way a failure is certain («later» or «refused»); from then on until the
server's last word every failure means «unknown». Nothing is repeated here: that is for the sending service.
"""

import logging
import smtplib
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Lock

from django.conf import settings

from campaigns import clock
from outreach.providers import crew, mime
from outreach.providers.letters import Outgoing, Receipt, Watch

logger = logging.getLogger(__name__)
TIMEOUT = 20.0  # for one letter, all commands together
HANDS = 8
REST = 30.0  # seconds without a new attempt after the server could not be reached
MAX_IDLE = 20.0


class Smtp:
    """A mail server, as ``EMAIL_HOST`` and its companions describe it."""

    name = "smtp"
    batch_size = 500

    def __init__(self) -> None:
        self._idle: list[tuple[float, smtplib.SMTP]] = []
        self._lock = Lock()
        self._rests_until = 0.0

    def rests(self) -> bool:
        """Whether the server could not be reached a moment ago."""
        return time.monotonic() < self._rests_until

    def deliver(self, letters: Sequence[Outgoing], watch: Watch) -> list[Receipt]:
        """Send the letters over up to eight connections."""
        hands = max(1, min(HANDS, len(letters) // 4))
        return crew.work(letters, watch, self._work, hands=hands, name=self.name)

    def look_up(self, uids: Sequence[str]) -> dict[str, Receipt]:
        """SMTP cannot be asked afterwards."""
        return {}

    def _work(self, take: Callable[[], Outgoing | None], receipts: list[Receipt]) -> None:
        line: smtplib.SMTP | None = None
        while letter := take():
            try:
                line = line or self._connect()
            except (OSError, smtplib.SMTPException) as error:
                receipts.append(self._unreachable(letter, error))
                continue
            receipt, is_usable = _send(line, letter)
            receipts.append(receipt)
            if not is_usable:
                line.close()
                line = None
        if line is not None:
            with self._lock:
                self._idle.append((time.monotonic(), line))

    def _connect(self) -> smtplib.SMTP:
        """Return a connection that answered just now: a kept one, else a new one."""
        while kept := self._kept():
            if _is_alive(kept):
                return kept
        if self.rests():
            raise ConnectionError("the mail server did not answer a moment ago")
        return _dial()

    def _kept(self) -> smtplib.SMTP | None:
        with self._lock:
            while self._idle:
                since, line = self._idle.pop()
                if time.monotonic() - since < MAX_IDLE:
                    return line
                line.close()
        return None

    def _unreachable(self, letter: Outgoing, error: Exception) -> Receipt:
        if not self.rests():
            logger.warning("mail server not reachable: %s", error)
            self._rests_until = time.monotonic() + REST
        again = clock.now() + timedelta(seconds=REST)
        return Receipt(
            letter.uid, "later", self.name, reason=f"mail server not reachable: {error}"[:200], retry_at=again
        )


def _dial() -> smtplib.SMTP:
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    line = kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=TIMEOUT / 2)
    try:
        if settings.EMAIL_USE_TLS:
            line.starttls()
        if settings.EMAIL_HOST_USER:
            line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        line.ehlo_or_helo_if_needed()
    except Exception:
        line.close()
        raise
    return line


def _is_alive(line: smtplib.SMTP) -> bool:
    try:
        return line.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        line.close()
        return False


def _send(line: smtplib.SMTP, letter: Outgoing) -> tuple[Receipt, bool]:
    """Send one letter; return its receipt and whether the connection may be used again."""
    data, deadline = mime.build(letter), time.monotonic() + TIMEOUT
    try:
        refusal = _announce(line, letter, deadline)
    except (OSError, smtplib.SMTPException) as error:
        return _receipt(letter, 451, str(error)), False
    if refusal:
        return _receipt(letter, *refusal), refusal[0] != 421
    try:
        _set_time(line, deadline)
        line.send(_stuffed(data))
        code, words = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Receipt(letter.uid, "unknown", Smtp.name, reason=f"no answer after the text: {error}"), False
    return _receipt(letter, code, words.decode(errors="replace")), code != 421


def _announce(line: smtplib.SMTP, letter: Outgoing, deadline: float) -> tuple[int, str] | None:
    """Say MAIL, RCPT and DATA; return the first refusal, or ``None`` when the server waits for the text."""
    commands = [f"MAIL FROM:<{letter.sender_email}>", f"RCPT TO:<{letter.to}>", "DATA"]
    _set_time(line, deadline)
    if not line.has_extn("pipelining"):
        for command, wanted in zip(commands, (250, 250, 354), strict=True):
            code, words = line.docmd(command)
            if code != wanted and not (code == 251 and wanted == 250):
                line.rset()
                return code, words.decode(errors="replace")
        return None
    line.send("\r\n".join([*commands, ""]))
    replies = [line.getreply() for _ in commands]
    refusals = [(code, words.decode(errors="replace")) for code, words in replies if code >= 400]
    if refusals:
        if replies[-1][0] == 354:  # nobody to send to, yet it waits for a text: an empty one ends it
            line.send(".\r\n")
            line.getreply()
        line.rset()
        return refusals[0]
    return None


def _set_time(line: smtplib.SMTP, deadline: float) -> None:
    if line.sock is not None:
        line.sock.settimeout(max(0.05, deadline - time.monotonic()))


def _stuffed(data: bytes) -> bytes:
    return data.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _receipt(letter: Outgoing, code: int, words: str) -> Receipt:
    reason = f"{code} {words}"[:200]
    if 200 <= code < 300:
        return Receipt(letter.uid, "accepted", Smtp.name, provider_id=letter.message_id)
    return Receipt(letter.uid, "refused" if code >= 500 else "later", Smtp.name, reason=reason)
