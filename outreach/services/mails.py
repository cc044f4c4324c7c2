"""Reading a mail that a stranger sent: headers, the words meant for us, and nothing that can hurt.

Sizes and nesting are checked before any parser sees the text: 30,000 nested tags keep a cleaner busy for
14 seconds, and a mail with ten thousand parts is nobody's answer.
"""

import html
import itertools
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as MimePart
from email.policy import compat32
from email.utils import parseaddr

import nh3
from mailparser_reply import EmailReplyParser

MAX_PARSED = 2 * 1024 * 1024
MAX_BOUNDARIES, MAX_PARTS = 30, 100
MAX_HTML, MAX_DEPTH = 300_000, 200
MAX_TEXT, MAX_QUOTED = 50_000, 12_000
LANGUAGES = ["en", "de", "fr", "es", "it", "nl"]

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[A-Za-z0-9.-]{1,253}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_VOID = frozenset(("br", "img", "hr", "input", "meta", "link", "col", "area", "wbr", "source", "p", "li"))
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "td", "h1", "h2", "h3", "h4", "blockquote"}
_QUOTE = re.compile(r"<blockquote>.*?</blockquote>", re.DOTALL)
_HISTORY = (
    re.compile(r"^[ \t]*-{2,} ?(original message|ursprüngliche nachricht|message d'origine|mensaje original|"
               r"messaggio originale|oorspronkelijk bericht|forwarded message) ?-{2,}[ \t]*$", re.I | re.M),
    re.compile(r"^[ \t]*_{20,}[ \t]*$", re.M),
    re.compile(r"^[ \t]*(on|am|le|el|il|op)\b[^\n]{4,200}\n?[^\n]{0,120}(wrote|schrieb[^\n]{0,80}|a écrit|"
               r"escribió|ha scritto|schreef[^\n]{0,80}) ?:[ \t]*$", re.I | re.M),
    re.compile(r"^[ \t]*\*?(from|von|de|da|van)\*?:[^\n]{1,200}\n[ \t]*\*?(sent|date|gesendet|envoyé|enviado|"
               r"inviato|verzonden|to|an)\*?:", re.I | re.M),
)  # fmt: skip
_SIGNATURE = re.compile(
    r"^(--[ \t]?|sent from my .{2,40}|get outlook for .{2,20}|von meinem iphone gesendet|"
    r"envoyé de mon iphone|enviado desde mi iphone)$",
    re.I | re.M,
)


@dataclass(frozen=True)
class Mail:
    """A mail, read. ``text`` is everything a person can see in it, ``said`` only the new words."""

    raw: bytes
    headers: dict[str, str]
    from_address: str
    from_name: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    references: tuple[str, ...]
    text: str
    said: str
    part_types: tuple[str, ...] = ()
    report: dict[str, str] = field(default_factory=dict)
    envelope_from: str | None = None

    def header(self, name: str) -> str:
        """Return a header's text, or nothing."""
        return self.headers.get(name.lower(), "")


def read(raw: bytes, envelope_to: tuple[str, ...] = (), envelope_from: str | None = None) -> Mail:
    """Read a mail; whatever is broken in it is read as far as it goes."""
    message = message_from_bytes(_bounded(raw), policy=compat32)
    headers = {name.lower(): _decoded(value) for name, value in reversed(message.items())}
    parts = _parts(message)
    text = _text(parts)
    name, address = parseaddr(headers.get("from", "")[:300])  # it recurses once a bracket
    return Mail(
        raw=raw,
        headers=headers,
        from_address=address.strip().lower(),
        from_name=name,
        recipients=_recipients(headers, envelope_to),
        subject=headers.get("subject", ""),
        message_id=headers.get("message-id", "").strip().strip("<>"),
        references=_references(headers),
        text=text,
        said=said(text),
        part_types=tuple(part.get_content_type() for part in parts),
        report=_report(parts),
        envelope_from=envelope_from,
    )


def said(text: str) -> str:
    """Return the words somebody wrote, without the history and signature under them."""
    text = text[:MAX_TEXT]
    cuts = [found.start() for pattern in _HISTORY if (found := pattern.search(text))]
    fresh = text[: min(cuts)] if cuts and text[: min(cuts)].strip() else text
    fresh = "\n".join(line for line in fresh.splitlines() if not line.lstrip().startswith(">"))
    if len(fresh) <= MAX_QUOTED:
        fresh = EmailReplyParser(languages=LANGUAGES).parse_reply(fresh) or fresh
    if (sign := _SIGNATURE.search(fresh)) and fresh[: sign.start()].strip():
        fresh = fresh[: sign.start()]
    return re.sub(r"\n{3,}", "\n\n", fresh).strip()


def addresses(text: str) -> list[str]:
    """Return the addresses in a header, in lower case."""
    return [address.lower() for address in _ADDRESS.findall(text)[:50]]


def text_of_html(source: str) -> str:
    """Return the visible text of HTML; what is too large or too deep loses its tags without a parser."""
    if len(source) > MAX_HTML or _depth(source) > MAX_DEPTH:
        return _squeezed(html.unescape(_TAG.sub(" ", source[:MAX_HTML])))
    clean = nh3.clean(source, tags=_BLOCKS, attributes={}, strip_comments=True)
    clean = _QUOTE.sub("\n", clean)
    return _squeezed(html.unescape(_TAG.sub("\n", clean)))


def _depth(source: str) -> int:
    """Return how deep elements nest, counted in one pass without building anything."""
    depth = deepest = 0
    for closing, name in _TAG.findall(source):
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _bounded(raw: bytes) -> bytes:
    head = raw[:MAX_PARSED]
    if head.lower().count(b"boundary=") > MAX_BOUNDARIES:
        end = re.search(rb"\r?\n\r?\n", head)
        return head[: end.start()] if end else head[:65536]
    return head


def _parts(message: MimePart) -> list[MimePart]:
    return list(itertools.islice(message.walk(), MAX_PARTS))


def _text(parts: list[MimePart]) -> str:
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                content = _content(part)
                if content.strip():
                    return _squeezed(content) if kind == "text/plain" else text_of_html(content)
    return ""


def _content(part: MimePart) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return payload.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "replace")


def _squeezed(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").replace("\u00a0", " ")
    lines = (line.rstrip() for line in text[: 4 * MAX_TEXT].split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MAX_TEXT]


def _decoded(value: object) -> str:
    text = str(value)
    with suppress(LookupError, ValueError, TypeError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.split())[:2000]


def _recipients(headers: dict[str, str], envelope_to: tuple[str, ...]) -> tuple[str, ...]:
    named = [headers.get(name, "") for name in ("to", "cc", "delivered-to", "x-original-to", "envelope-to")]
    enveloped = (address.strip().strip("<>").lower() for address in envelope_to)
    return tuple(dict.fromkeys((*enveloped, *addresses(" ".join(named)))))


def _references(headers: dict[str, str]) -> tuple[str, ...]:
    named = headers.get("in-reply-to", "") + " " + headers.get("references", "")
    return tuple(dict.fromkeys(re.findall(r"<([^<>\s]{3,250})>", named)))[:50]


def _report(parts: list[MimePart]) -> dict[str, str]:
    """Return the fields of a delivery or feedback report (RFC 3464, RFC 5965), the last recipient's last."""
    found: dict[str, str] = {}
    for part in parts:
        if part.get_content_type() in ("message/delivery-status", "message/feedback-report"):
            found["report-type"] = part.get_content_subtype()
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, MimePart):
                    found.update((name.lower(), _decoded(value)) for name, value in block.items())
    return found
