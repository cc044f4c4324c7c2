"""What tests of staff pages share: signed-in clients and the committed number of queries of every list."""

import json
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import User

COUNTS = Path(__file__).with_name("query_counts.json")
CAP = 12


def signed_in(user: User) -> Client:
    """Return a browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    """Return what a page says."""
    return str(answer.content.decode())


def queries(user: User, url: str) -> int:
    """Return how many statements a page needs once caches are warm."""
    client = signed_in(user)
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def committed(name: str) -> int:
    """Return the number of statements that a page is allowed, from the committed file."""
    return int(json.loads(COUNTS.read_text())[name])


def url(name: str, *args: object) -> str:
    """Return a page's address."""
    return reverse(name, args=args)
