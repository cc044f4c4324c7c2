"""Which addresses of the web a server of ours may visit: public hosts, by their one canonical spelling.

A name is judged twice: here by how it is written, and in ``guard`` by every address it resolves to.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

from campaigns.providers.base import ProviderError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
#: inside names: they never lead to a public site, whatever a resolver says
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion")
#: global by the registry, and yet a way back inside: protocol assignments, relays, translated addresses
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16"),
    )
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Forbidden(ProviderError):
    """An address that we do not visit, and why in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True, code="forbidden_address")


@dataclass(frozen=True)
class Target:
    """An address taken apart and put together again, so that only one reading of it exists."""

    scheme: str
    host: str
    path: str

    @property
    def url(self) -> str:
        """The address as it is sent."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{self.path}"

    @property
    def port(self) -> int:
        """80 or 443."""
        return PORTS[self.scheme]


def read(url: str, *, sandbox: Collection[str] = (), own: Sequence[Network] = ()) -> Target:
    """Return what an address means; raise ``Forbidden`` unless it is a public web address.

    ``sandbox`` holds hosts that stand for a test site; ``own`` networks that are ours though public.
    """
    if len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Forbidden("This is not a web address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden("This is not a web address.") from error
    if parts.scheme not in PORTS:
        raise Forbidden("Only http and https addresses are visited.")
    if "@" in parts.netloc:
        raise Forbidden("An address with a name or password in it is not visited.")
    if port not in (None, PORTS[parts.scheme]):
        raise Forbidden("Only the ports 80 and 443 are visited.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = canonical(parts.hostname or "")
    if host not in sandbox:
        check_host(host, own)
    return Target(parts.scheme, host, path)


def canonical(host: str) -> str:
    """Return a host in the one spelling in which it is judged: ASCII, small letters, no final dot."""
    text = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip().rstrip(".").lower()
    if text.isascii():
        return text
    try:
        return idna.encode(text, uts46=True).decode()
    except idna.IDNAError as error:
        raise Forbidden("This is not a web address.") from error


def check_host(host: str, own: Sequence[Network] = ()) -> None:
    """Raise ``Forbidden`` for a host that can only lead inside, or that is a number in disguise."""
    literal = as_address(host)
    if literal is not None:
        check_address(literal, own)
        return
    last = host.rpartition(".")[2]
    if not _NAME.fullmatch(host) or len(host) > 253 or _NUMBER.fullmatch(last) or last in INSIDE:
        raise Forbidden(f"«{host[:60]}» is not a public website.")


def as_address(host: str) -> Address | None:
    """Return the address that a host spells out, in the plain spelling only."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def check_address(address: Address, own: Sequence[Network] = ()) -> None:
    """Raise ``Forbidden`` unless an address lies on the public internet."""
    if not is_public(address, own):
        raise Forbidden("This address does not lie on the public internet.")


def is_public(address: Address, own: Sequence[Network] = ()) -> bool:
    """Whether an address is global, of one host, and no way back inside."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not any(address.version == net.version and address in net for net in (*_CLOSED, *own))
