"""Mail by SMTP: a small server that hands every mail it is given to the mail room, and relays nothing."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger(__name__)
MAX_BYTES = 30 * 1024 * 1024
MAX_RECIPIENTS = 50
Accept = Callable[[bytes, list[str], str], Any]


class InboundMail:
    """Says «250» only once the mail is stored; any failure asks the sender to come again."""

    def __init__(self, accept: Accept) -> None:
        """Hand over mails to ``accept(raw, envelope_to, envelope_from)``, in a thread of its own."""
        self.accept = accept

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, within reason."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail, then say so."""
        raw = envelope.original_content or b""
        try:
            await asyncio.to_thread(
                self.accept, raw, list(envelope.rcpt_tos), (envelope.mail_from or "").strip("<>")
            )
        except Exception:
            logger.exception("a mail could not be stored")
            return "451 4.3.0 Not stored, please try again later"
        return "250 2.0.0 Stored"


def controller(accept: Accept, host: str, port: int) -> Controller:
    """Return the server; ``start()`` and ``stop()`` are its switches."""
    return Controller(
        InboundMail(accept), hostname=host, port=port, data_size_limit=MAX_BYTES, ident="Leadloom"
    )
