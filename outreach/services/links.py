"""Click targets: what we mail is a signed id, the target stays in our rows: there is nowhere else to go."""

import re
from collections.abc import Iterable
from hashlib import sha256

from campaigns.services import bulk
from outreach.models import Link

URL = re.compile(r"https?://[^\s<>\"'()\[\]{}]{3,990}[^\s<>\"'()\[\]{}.,;:!?]")


def found_in(texts: Iterable[str]) -> set[str]:
    """Return every web address that the texts mention."""
    return {url for text in texts if "://" in text for url in URL.findall(text)}


def ids(urls: Iterable[str]) -> dict[str, int]:
    """Return the id of each address, keeping new ones: one query when all are known."""
    digests = {sha256(url.encode()).hexdigest(): url for url in urls}
    known = _known(digests)
    if missing := sorted(set(digests) - set(known)):
        bulk.insert_ignore(Link, ("url", "digest"), [(digests[digest], digest) for digest in missing])
        known |= _known(missing)
    return {digests[digest]: link_id for digest, link_id in known.items()}


def _known(digests: Iterable[str]) -> dict[str, int]:
    wanted, found = list(digests), dict[str, int]()
    for start in range(0, len(wanted), 5000):
        part = wanted[start : start + 5000]
        found.update(Link.objects.filter(digest__in=part).values_list("digest", "pk"))
    return found
