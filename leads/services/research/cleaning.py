"""Makes plain text of other people's HTML: what a visitor would see, without menus, scripts and tricks."""

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST_HTML, DEEPEST, LONGEST_TEXT = 300_000, 200, 20_000
_HIDDEN = (
    "script, style, noscript, template, iframe, object, svg, canvas, nav, footer, form, select, dialog,"
    " [hidden], [aria-hidden=true], [style*='display:none'], [style*='display: none'],"
    " [style*='visibility:hidden'], [style*='visibility: hidden'], [style*='font-size:0']"
)
_INLINE = ["a", "b", "strong", "em", "i", "u", "s", "span", "small", "mark", "sup", "sub", "abbr", "time",
           "font", "code", "q", "cite", "label"]  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
#: these need no end tag, so they are no measure of depth
_FLAT = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
     "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "rp", "rt",
     "html", "head", "body")
)  # fmt: skip
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")


@dataclass(frozen=True)
class Cleaned:
    """A page without its dress: text by line, links (text, address), and marks of the software behind it."""

    title: str = ""
    description: str = ""
    language: str = ""
    lines: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = field(default=())


def clean(html: str, url: str) -> Cleaned:
    """Return what a page says; one built to choke a parser gives its bare text only."""
    html = html[:LONGEST_HTML]
    if depth(html) > DEEPEST:
        return Cleaned(lines=_lines(re.sub(r"<[^<>]{0,2000}>", "\n", html)))
    tree = LexborHTMLParser(html)
    title, marks = tree.css_first("title"), _marks(tree)
    links = _links(tree, url)
    language = (tree.root.attributes.get("lang") or "") if tree.root else ""
    described = tree.css_first("meta[name=description]")
    for node in tree.css(_HIDDEN):
        node.decompose()
    tree.unwrap_tags(_INLINE)
    tree.merge_text_nodes()
    return Cleaned(
        title=plain(title.text())[:160] if title else "",
        description=plain((described.attributes.get("content") or "") if described else "")[:300],
        language=language[:2].lower(),
        lines=_lines(tree.body.text(separator="\n") if tree.body else ""),
        links=links,
        marks=marks,
    )


def depth(html: str) -> int:
    """Return how deep tags are nested, counted without building a tree."""
    deepest = now = 0
    for end, name in _TAG.findall(html):
        if name.lower() not in _FLAT:
            now = max(0, now - 1) if end else now + 1
            deepest = max(deepest, now)
    return deepest


def plain(text: str) -> str:
    """Return text on one line, without signs that nobody sees (they carry hidden orders)."""
    seen = "".join(
        sign
        for sign in text
        if sign in "\n\t" or unicodedata.category(sign) not in ("Cf", "Cc", "Co", "Cn", "Cs")
    )
    return " ".join(seen.split())


def mails(text: str) -> list[str]:
    """Return the mail addresses in a text, each once."""
    return list(dict.fromkeys(found.lower() for found in _MAIL.findall(text)))


def _lines(text: str) -> tuple[str, ...]:
    found, size = [], 0
    for line in dict.fromkeys(plain(part) for part in text.split("\n")):
        size += len(line)
        if line and size <= LONGEST_TEXT:
            found.append(line[:1_500])
    return tuple(found)


def _links(tree: LexborHTMLParser, url: str) -> tuple[tuple[str, str], ...]:
    found = []
    for node in tree.css("a[href]")[:400]:
        try:
            found.append((plain(node.text())[:80], urljoin(url, (node.attributes.get("href") or "").strip())))
        except ValueError:
            continue
    return tuple(found)


def _marks(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Return addresses of scripts and styles and the generator: what tells which software is used."""
    nodes: list[tuple[LexborNode, str]] = [
        *((node, "src") for node in tree.css("script[src]")),
        *((node, "href") for node in tree.css("link[href]")),
        *((node, "content") for node in tree.css("meta[name=generator]")),
    ]
    found = (plain(node.attributes.get(name) or "")[:200] for node, name in nodes[:200])
    return tuple(dict.fromkeys(mark for mark in found if mark))
