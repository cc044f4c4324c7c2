"""Dropcontact: addresses for people of whom name and company are known, in batches, some minutes later.

https://developer.dropcontact.com. HTTP 200 says nothing: ``success`` does, and an unknown order answers «not
ready» for ever, so the caller keeps a deadline. Our id travels in ``custom_fields`` and comes back unchanged.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from campaigns.providers.base import ProviderError
from campaigns.providers.throttle import Bucket
from leads.providers.connector import Answer, Operation, Question
from leads.providers.reading import amount, part, rows, site, text
from leads.providers.web import Web, bad_answer, document

BATCH, RECORD_BYTES, POLL = 250, 15_000, 30.0
GOOD, RISKY = "nominative@pro", "catch-all@pro"
_OLD = {"catch all": "catch-all", "random": "catch-all", "donotcontact": "do not contact"}


class Dropcontact:
    """The client."""

    name: ClassVar[str] = "dropcontact"
    label: ClassVar[str] = "Dropcontact"
    base_url: ClassVar[str] = "https://api.dropcontact.com"
    operations: ClassVar[Mapping[str, Operation]] = {
        "enrichment": Operation(
            "dropcontact", "enrichment", "Enrichment", "address", timedelta(days=90),
            Bucket("dropcontact", 30, 50), deadline=timedelta(hours=1),
        ),
    }  # fmt: skip

    def __init__(self, web: Web, callback: str = "") -> None:
        self.web, self.callback = web, callback

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """Return the header with the key."""
        return {"X-Access-Token": key, "accept": "application/json"}

    def most(self, operation: str, question: Question) -> Decimal:
        """One credit a person, given back for those not found."""
        return Decimal(len(question["data"]))

    def ask(self, operation: str, question: Question) -> Answer:
        """Hand a batch in; credits that do not cover all of it refuse all of it."""
        people = list(question["data"])
        if len(people) > BATCH or any(len(json.dumps(one)) > RECORD_BYTES for one in people):
            raise ProviderError("Dropcontact takes 250 people of 15 kB each.", permanent=True, code="refused")
        body = {"data": people, "siren": False, "language": "en"}
        if self.callback:
            body["custom_callback_url"] = self.callback
        try:
            data = document(self.label, self.web.ask("POST", "/v1/enrich/all", body=body))
        except ProviderError as error:
            raise _sharper(error) from error
        number = text(data.get("request_id"), 80)
        if not data.get("success") or not number:
            words = text(data.get("reason")) or "no number for the order"
            raise bad_answer(self.label, words)
        left = amount(data.get("credits_left"))
        return Answer(None, None, is_ready=False, external_id=number, credits_left=left, poll_after=POLL)

    def poll(self, operation: str, external_id: str) -> Answer:
        """Fetch the result; the price is one credit for each address found."""
        try:
            data = document(self.label, self.web.ask("GET", f"/v1/enrich/all/{external_id}"))
        except ProviderError as error:
            raise _sharper(error) from error
        if not data.get("success"):
            return Answer(None, None, is_ready=False, poll_after=POLL)
        if not isinstance(data.get("data"), list):
            raise bad_answer(self.label, "no list of people")
        return Answer(data, billed(data), credits_left=amount(data.get("credits_left")))

    def balance(self) -> Decimal | None:
        """Return the credits left."""
        data = document(self.label, self.web.ask("GET", "/v1/account/credits"))
        return amount(data.get("credits_left"))


@dataclass(frozen=True)
class Found:
    """What came back about one of our people."""

    lead_id: int
    email: str = ""
    email_status: str = "unknown"
    facts: Mapping[str, str] | None = None
    wants_no_contact: bool = False


def question(people: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the question for people (``lead_id``, names, company, website …)."""
    data = []
    for person in people:
        facts = {name: value for name, value in person.items() if value and name != "lead_id"}
        data.append({**facts, "custom_fields": {"lead_id": str(person["lead_id"])}})
    return {"data": data}


def billed(data: Any) -> Decimal:
    """Return the credits that a result cost: one for every person with an address."""
    return Decimal(sum(1 for one in rows(part(data).get("data")) if rows(one.get("email"))))


def found(data: Any, *, take_catch_all: bool = False) -> list[Found]:
    """Return what a result says about our people, by our id; who is not ours is left out."""
    people = []
    for one in rows(part(data).get("data")):
        number = text(part(one.get("custom_fields")).get("lead_id"), 20)
        if number.isdecimal():
            people.append(_found(int(number), one, take_catch_all))
    return people


def qualification(name: str) -> str:
    """Return a qualification in one spelling: ``catch-all@pro``, ``do not contact``."""
    user, _, domain = re.sub(r"[\s_\-]+", " ", name.strip().lower()).partition("@")
    user = _OLD.get(user.strip(), user.strip())
    return f"{user}@{domain.strip()}" if domain else user


def _found(lead_id: int, one: dict[str, Any], take_catch_all: bool) -> Found:
    ways = [(text(row.get("email"), 254), qualification(text(row.get("qualification"), 60)))
            for row in rows(one.get("email"))]  # fmt: skip
    if any(kind.startswith("do not contact") for _, kind in ways):
        return Found(lead_id, wants_no_contact=True)
    facts = {
        "phone": text(one.get("phone"), 32), "title": text(one.get("job"), 120),
        "linkedin_url": site(one.get("linkedin")),
    }  # fmt: skip
    kept = {name: value for name, value in facts.items() if value}
    for wanted, status in ((GOOD, "valid"), *(((RISKY, "risky"),) if take_catch_all else ())):
        for address, kind in ways:
            if kind == wanted:
                return Found(lead_id, address, status, kept)
    return Found(lead_id, facts=kept)


def _sharper(error: ProviderError) -> ProviderError:
    if error.code == "key" and "(403)" in error.message:
        words = "Dropcontact: the credits left do not cover the whole batch."
        return ProviderError(words, permanent=True, code="quota")
    return error
