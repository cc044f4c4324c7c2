"""From the stored text of a message to the letter that leaves: html, signature, footer, signed links."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from outreach.channels.base import Outgoing
from outreach.models import Sender
from outreach.services import links, signing

BODY = (
    '<!doctype html><html><body style="margin:0;padding:16px;font:15px/1.5 -apple-system,Segoe UI,Helvetica,'
    'Arial,sans-serif;color:#1a1a1a;max-width:640px"><p>'
)
SMALL = "color:#6b7280;font-size:12px"


@dataclass(frozen=True, slots=True)
class Words:
    """What one letter says and to whom; ``is_answer`` is a person's own reply, sent without any tracking."""

    uid: str
    to: str
    subject: str
    body: str
    campaign_id: int
    sender_id: int
    in_reply_to: str = ""
    is_answer: bool = False


Rewrite = Callable[[str], str]


def compose(
    letters: Iterable[Words], senders: Mapping[int, Sender], addresses: Mapping[int, str]
) -> list[Outgoing]:
    """Make the letters ready to leave; ``addresses`` are the campaigns' postal addresses."""
    letters = list(letters)
    targets = links.ids(links.found_in(letter.body for letter in letters if not letter.is_answer))
    return [
        _letter(words, senders[words.sender_id], addresses.get(words.campaign_id, ""), targets)
        for words in letters
    ]


def text_of(body: str, signature: str, address: str, unsubscribe: str) -> str:
    """Return the plain text of a letter with signature and footer."""
    parts = [body.rstrip()]
    if signature.strip():
        parts.append(f"-- \n{signature.strip()}")
    if unsubscribe:
        parts.append(f"{address}\nUnsubscribe: {unsubscribe}".strip())
    return "\n\n".join(parts) + "\n"


def html_of(
    body: str, signature: str, address: str, unsubscribe: str, pixel: str = "", rewrite: Rewrite = str
) -> str:
    """Return the html of a letter; ``rewrite`` turns a web address into the one that is mailed."""
    parts = [BODY, _paragraphs(body.strip(), rewrite), "</p>", _signed(signature)]
    if unsubscribe:
        parts.append(_footer(address))
        parts.append(f'<a href="{unsubscribe}" style="{SMALL}">Unsubscribe</a></p>')
    if pixel:
        parts.append(f'<img src="{pixel}" width="1" height="1" alt="" style="display:block">')
    parts.append("</body></html>")
    return "".join(parts)


def _letter(words: Words, sender: Sender, address: str, targets: Mapping[str, int]) -> Outgoing:
    uid = words.uid

    def tracked(url: str) -> str:
        return signing.click_url(uid, targets[url]) if url in targets else url

    unsubscribe = pixel = ""
    body = words.body
    if not words.is_answer:
        unsubscribe, pixel = signing.unsubscribe_url(uid), signing.open_url(uid)
        body = links.URL.sub(lambda match: tracked(match[0]), body) if "://" in body else body
    return Outgoing(
        uid=uid,
        to=words.to,
        subject=words.subject,
        text=text_of(body, sender.signature, address, unsubscribe),
        html=html_of(words.body, sender.signature, address, unsubscribe, pixel, tracked),
        sender_name=sender.name,
        sender_email=sender.email,
        reply_to=signing.reply_address(uid, sender.reply_domain),
        unsubscribe_url=unsubscribe,
        unsubscribe_address=signing.unsubscribe_address(uid, sender.reply_domain) if unsubscribe else "",
        in_reply_to=words.in_reply_to,
    )


def _paragraphs(body: str, rewrite: Rewrite) -> str:
    if "://" not in body:
        return _breaks(escape(body))
    parts, end = [], 0
    for match in links.URL.finditer(body):
        parts.append(_breaks(escape(body[end : match.start()])))
        parts.append(f'<a href="{escape(rewrite(match[0]))}">{escape(match[0].partition("://")[2])}</a>')
        end = match.end()
    return "".join([*parts, _breaks(escape(body[end:]))])


def _breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n\n", "</p><p>").replace("\n", "<br>")


@lru_cache(maxsize=512)
def _signed(signature: str) -> str:
    if not signature.strip():
        return ""
    return f'<p style="margin-top:24px">{_breaks(escape(signature.strip()))}</p>'


@lru_cache(maxsize=512)
def _footer(address: str) -> str:
    shown = f"{_breaks(escape(address.strip()))}<br>" if address.strip() else ""
    return f'<p style="margin-top:32px;{SMALL}">{shown}'
