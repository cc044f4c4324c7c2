"""Answers: which message or person they belong to, and what they mean.

The ladder, most dependable rung first: our signed reply address, the Message-ID they answer, our own
Message-ID inside a returned mail, the address that bounced, the sender's address.
"""

import re
from collections.abc import Mapping

from leads.models import Lead
from leads.services.identity import keys
from outreach.models import Message
from outreach.models.message import MessageQuerySet
from outreach.services import bounces, mails, reply_classes, signing
from outreach.services.mails import Mail
from outreach.services.reply_classes import ReplyClass

_OWN_ID = re.compile(rb"<([0-9a-f]{32})@")
_OWN_ADDRESS = re.compile(rb"reply\+[0-9a-z]{1,40}\.[0-9a-f]{20}@[A-Za-z0-9.-]{1,120}")
RETURNED_BYTES = 300_000


def match(mail: Mail | bytes) -> Message | Lead | None:
    """Return the message a mail answers (or reports about), else the person it is from, else nothing."""
    mail = mails.read(mail) if isinstance(mail, bytes) else mail
    return (
        _by_address(mail)
        or _by_thread(mail)
        or _by_returned_mail(mail)
        or _by_bounced_address(mail)
        or _by_sender(mail)
    )


def classify(text: str, headers: Mapping[str, str] | None = None) -> ReplyClass:
    """Say what an answer means; mail to our unsubscribe address needs no words."""
    addressed = f"{(headers or {}).get('to', '')} {(headers or {}).get('delivered-to', '')}"
    if "unsub+" in addressed and any(map(signing.read_unsubscribe_address, mails.addresses(addressed))):
        return ReplyClass("unsubscribe", 1.0)
    return reply_classes.classify(text, headers)


def _by_address(mail: Mail) -> Message | None:
    """The rung that survives everything: nobody else can make such an address."""
    read = (signing.read_reply, signing.read_unsubscribe_address)
    return _message([uid for address in mail.recipients for way in read if (uid := way(address))])


def _by_thread(mail: Mail) -> Message | None:
    uids = [reference.partition("@")[0].lower() for reference in mail.references]
    return _message(uids) or (
        _messages().filter(provider_id__in=[*mail.references, *(f"<{r}>" for r in mail.references)]).first()
        if mail.references
        else None
    )


def _by_returned_mail(mail: Mail) -> Message | None:
    """Machines send our mail back inside theirs, in one encoding or another."""
    if bounces.detect(mail) is None:
        return None
    raw = mail.raw[:RETURNED_BYTES]
    signed = [signing.read_reply(found.decode()) for found in _OWN_ADDRESS.findall(raw)[:20]]
    return _message([uid for uid in signed if uid]) or _message(
        [found.decode() for found in _OWN_ID.findall(raw)[:20]]
    )


def _by_bounced_address(mail: Mail) -> Message | None:
    machine = bounces.detect(mail)
    if machine is None or not machine.address:
        return None
    sent = _messages().filter(to_address__iexact=machine.address, sent_at__isnull=False)
    return sent.order_by("-sent_at").first()


def _by_sender(mail: Mail) -> Lead | None:
    return keys.find("email", mail.from_address)


def _message(uids: list[str]) -> Message | None:
    return _messages().filter(uid__in=uids).order_by("-id").first() if uids else None


def _messages() -> MessageQuerySet:
    return Message.objects.select_related("lead__company", "campaign")
