"""What a website asks of robots (RFC 9309): read once a visit, kept to."""

from collections.abc import Callable
from urllib.robotparser import RobotFileParser

from campaigns.providers.addresses import Target
from campaigns.providers.base import ProviderError

LONGEST = 500_000


class Robots:
    """Remembers the wishes of the hosts of one visit."""

    def __init__(self, agent: str, read: Callable[[str], str]) -> None:
        """Take our own name and how to read a text file."""
        self._agent, self._read = agent, read
        self._known: dict[str, RobotFileParser] = {}

    def allow(self, target: Target) -> bool:
        """Whether the site lets us read this page."""
        origin = Target(target.scheme, target.host, "").url
        if origin not in self._known:
            self._known[origin] = self._load(origin)
        return self._known[origin].can_fetch(self._agent, target.url)

    def _load(self, origin: str) -> RobotFileParser:
        """No such file means «welcome»; a site that cannot say it (yet) is left alone."""
        rules = RobotFileParser()
        try:
            rules.parse(self._read(f"{origin}/robots.txt")[:LONGEST].splitlines())
        except ProviderError as error:
            if error.code in ("refused", "not_found", "key", "quota", "not_text"):
                rules.parse([])
            elif error.code == "server_error":
                rules.parse(["User-agent: *", "Disallow: /"])
            else:
                raise
        return rules
