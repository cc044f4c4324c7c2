"""The offline web: behind every ``.example`` name stands a small company site, the same at every visit.

Only names that can belong to nobody (RFC 2606) are answered: nothing is ever invented about a real company.
"""

import hashlib
from datetime import timedelta
from html import escape
from random import Random

import httpx2

from campaigns import clock
from campaigns.providers import offline_texts as texts
from campaigns.providers.base import ProviderError

NAV = ("about", "services", "team", "careers", "news", "contact")


class OfflineWeb(httpx2.BaseTransport):
    """Answers requests with the pages of invented companies."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return a page, «not found», or refuse a name that somebody real may own."""
        host = request.url.host
        if not host.endswith(".example"):
            raise ProviderError(
                f"The offline web has no page of {host}. Set OFFLINE_PROVIDERS=0 to visit real websites.",
                permanent=True,
                code="offline",
            )
        path = request.url.path.strip("/")
        if path == "robots.txt":
            return _reply(200, "User-agent: *\nAllow: /\n", {"Content-Type": "text/plain"})
        if path not in ("", *NAV):
            return _reply(404, "<h1>Not found</h1>", {"Content-Type": "text/html"})
        site = Site(host)
        return _reply(200, site.page(path), {"Content-Type": "text/html; charset=utf-8", **site.headers})


class Site:
    """One invented company, drawn from the digest of its domain."""

    def __init__(self, host: str) -> None:
        digest = hashlib.sha256(f"site:{host}".encode()).digest()
        self.host, self.dice = host, Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - dice, no secret
        words = host.removesuffix(".example").removeprefix("www.").split("-")
        named = words[:-1] if len(words) > 1 and any(sign.isdigit() for sign in words[-1]) else words
        self.name = " ".join(word.capitalize() for word in named) or host
        kind = next((k for k, cues in texts.CUES.items() if any(c in words for c in cues)), "")
        self.what, self.whom, self.offers = texts.BUSINESSES[kind]
        dice = self.dice
        self.place, self.first, self.last = dice.choice(texts.PLACES), *_person(dice)
        self.pains = dice.sample(texts.PAINS, 2)
        blanks = {
            "role": dice.choice(texts.ROLES),
            "place": self.place,
            "name": self.name,
            "first": dice.choice(texts.FIRSTS),
        }
        self.signals = [line.format(**blanks) for line in dice.sample(texts.SIGNALS, 2)]
        self.news = [(line.format(**blanks), 10 + dice.randrange(170)) for line in dice.sample(texts.NEWS, 2)]
        tools = dice.sample(texts.TOOLS, 3)
        self.head = "".join(tag for tag, _ in tools)
        self.headers = {key: value for _, found in tools for key, value in found.items()}
        self.phone = f"020 7946 0{dice.randrange(1000):03d}"

    def page(self, path: str) -> str:
        """Return a page as HTML."""
        title, lines = getattr(self, f"_{path or 'home'}")()
        links = "".join(f'<a href="/{name}">{name.capitalize()}</a> ' for name in NAV)
        body = "".join(lines)
        return (
            f'<!doctype html><html lang="en"><head><title>{escape(title)} | {escape(self.name)}</title>'
            f'<meta name="description" content="{escape(self._lead())}">{self.head}</head>'
            f"<body><header><nav>{links}</nav></header><main><h1>{escape(title)}</h1>{body}</main>"
            f"<footer>{escape(self.name)}. Cookies help us to improve this site.</footer></body></html>"
        )

    def _lead(self) -> str:
        return f"{self.name} is {self.what} near {self.place}, serving {self.whom} in the whole region."

    def _home(self) -> tuple[str, list[str]]:
        return self.name, [_p(self._lead()), _p(self.pains[0]), _p(self.signals[0]), _list(self.offers)]

    def _about(self) -> tuple[str, list[str]]:
        told = f"{self.name} was founded by {self.first} {self.last}."
        return "About us", [_p(told), _p(f"We work for {self.whom} in the whole region."), _p(self.pains[1])]

    def _services(self) -> tuple[str, list[str]]:
        priced = [f"{offer} from £{self._price(offer)}" for offer in self.offers]
        return "Services and prices", [_list(priced)]

    def _team(self) -> tuple[str, list[str]]:
        return "Our team", [
            _p(f"{self.first} {self.last} leads the company and answers every complaint personally.")
        ]

    def _careers(self) -> tuple[str, list[str]]:
        return "Careers", [_p(self.signals[1])]

    def _news(self) -> tuple[str, list[str]]:
        today = clock.now().date()
        found = sorted(self.news, key=lambda row: row[1])
        days = [(line, today - timedelta(days=age)) for line, age in found]
        return "News", [f"<article><h2>{escape(line)}</h2>{_p(f'{day.day} {day:%B %Y}: {line}.')}</article>"
                        for line, day in days]  # fmt: skip

    def _contact(self) -> tuple[str, list[str]]:
        mail = f"hello@{self.host}"
        reach = f'<p>Call {self.phone} or write to <a href="mailto:{mail}">{mail}</a>.</p>'
        social = f'<a href="https://www.linkedin.com/company/demo-{self.host.partition(".")[0]}">LinkedIn</a>'
        return "Contact", [reach, social]

    def _price(self, offer: str) -> int:
        return 40 + int(hashlib.sha256(f"{self.host}{offer}".encode()).hexdigest()[:4], 16) % 300


def _reply(status: int, text: str, headers: dict[str, str]) -> httpx2.Response:
    return httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(text.encode()))


def _person(dice: Random) -> tuple[str, str]:
    return dice.choice(texts.FIRSTS), dice.choice(texts.LASTS)


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(items: tuple[str, ...] | list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
