"""A real mail server on loopback, and the person who reads what it took in."""

import base64
import email
import email.policy
import re
import socket
from email.message import EmailMessage
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from django.test import Client
from django.urls import reverse

AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"


class Postbox:
    """Takes every mail it is given and keeps it, in the order of arrival."""

    def __init__(self):
        self.mails = []
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.mails.append(Mail(envelope))
        return "250 taken"

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    def to(self, address):
        """Return the mails that one address got."""
        return [mail for mail in self.mails if mail.to == address]


class Mail:
    """One mail as it came by SMTP, with the doors that it opens."""

    def __init__(self, envelope):
        (self.to,) = envelope.rcpt_tos
        self.message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.html = self.message.get_body(("html",)).get_content()
        self.text = self.message.get_body(("plain",)).get_content()

    @property
    def pixel(self):
        return _path(re.search(r'<img src="([^"]+)"', self.html)[1])

    @property
    def link(self):
        return _path(re.search(r'href="([^"]+/t/c/[^"]+)"', self.html)[1])

    @property
    def unsubscribe(self):
        return _path(re.search(r"<(https?://[^>]+)>", self.message["List-Unsubscribe"])[1])

    def answer(self, words):
        """Write the mail that this reader's program would send back."""
        head = self.message
        return _answer(words, self.to, head["Reply-To"], head["Subject"], head["Message-ID"], self.text)


def answer_to(letter, words):
    """Write an answer to a letter in the book of the offline post office."""
    return _answer(words, letter.recipient, letter.reply_to, letter.subject, letter.message_id, letter.text)


def hand_in(raw):
    """Bring an answer to the door of the mail service; return what the door says."""
    secret = "Basic " + base64.b64encode(b"crm:open-sesame").decode()
    page = reverse("outreach:email_inbound")
    return Client().post(page, raw, content_type="message/rfc822", headers={"Authorization": secret})


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


def reader():
    """Return the browser of somebody who reads mail: no account, an ordinary agent."""
    return Client(headers={"User-Agent": AGENT})


def _answer(words, sender, to, subject, message_id, text):
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, f"Re: {subject}"
    mail["Message-ID"] = f"<answer.{message_id.strip('<>')}>"
    mail["In-Reply-To"] = mail["References"] = message_id
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    mail.set_content(f"{words}\n\nOn Monday somebody wrote:\n{quoted}\n")
    return mail.as_bytes()


def _path(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
