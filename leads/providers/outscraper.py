"""Outscraper: the businesses of a trade in a place, from the map, as a job that is fetched later.

The official package is not used: it sets no timeout and sleeps up to an hour inside the caller. A result is
there for two hours and reads «Pending» again afterwards, so the caller keeps a deadline and stores at once.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from campaigns.providers.base import ProviderError
from campaigns.providers.throttle import Bucket
from leads.providers.base import CompanyDraft
from leads.providers.connector import Answer, Operation, Question
from leads.providers.reading import part, rows, share, site, text, whole
from leads.providers.web import Web, bad_answer, document

MOST_PLACES, MOST_QUERIES, STEP, POLL = 400, 250, 20, 10.0


class Outscraper:
    """The client."""

    name: ClassVar[str] = "outscraper"
    label: ClassVar[str] = "Outscraper"
    base_url: ClassVar[str] = "https://api.outscraper.cloud"
    operations: ClassVar[Mapping[str, Operation]] = {
        "maps_search": Operation(
            "outscraper", "maps_search", "Maps search", "record", timedelta(days=7),
            Bucket.per_minute("outscraper", 120), deadline=timedelta(minutes=100),
        ),
    }  # fmt: skip

    def __init__(self, web: Web, callback: str = "") -> None:
        self.web, self.callback = web, callback

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """Return the header with the key."""
        return {"X-API-KEY": key, "accept": "application/json"}

    def most(self, operation: str, question: Question) -> Decimal:
        """Every place is one record."""
        return Decimal(int(question["organizationsPerQueryLimit"]) * len(question["query"]))

    def ask(self, operation: str, question: Question) -> Answer:
        """Order a search; the answer is its number."""
        fixed = {"language": "en", "coordinates": "", "dropDuplicates": True, "ui": False, "async": True}
        body = {**question, **fixed}
        if self.callback:
            body["webhook"] = self.callback
        data = self._told(self.web.ask("POST", "/google-maps-search", body=body))
        number = text(data.get("id"), 80)
        if data.get("status") == "Success" and "data" in data:
            return _ready(data, number)
        if not number:
            raise bad_answer(self.label, "no number for the order")
        return Answer(None, None, is_ready=False, external_id=number, poll_after=POLL)

    def poll(self, operation: str, external_id: str) -> Answer:
        """Fetch the result; places found are places billed."""
        data = self._told(self.web.ask("GET", f"/requests/{external_id}"))
        if data.get("status") == "Success":
            return _ready(data, external_id)
        if data.get("status") == "Failure":
            raise ProviderError("Outscraper could not do this search.", permanent=True, code="refused")
        return Answer(None, None, is_ready=False, external_id=external_id, poll_after=POLL)

    def balance(self) -> Decimal | None:
        """Outscraper does not say what is left; an unknown order proves the key all the same."""
        try:
            self.web.ask("GET", "/requests/test-connection")
        except ProviderError as error:
            if error.code not in ("not_found", "refused"):
                raise
        return None

    def _told(self, reply: Any) -> dict[str, Any]:
        """Return the answer, unless it is an error in a 200."""
        data = document(self.label, reply)
        if data.get("error"):
            words = text(data.get("errorMessage")) or "no reason given"
            is_money = any(word in words.lower() for word in ("balance", "credit", "invoice"))
            code = "quota" if is_money else "refused"
            raise ProviderError(f"Outscraper refused: {words}", permanent=True, code=code)
        return data


def question(vertical: str, location: str, *, limit: int, skip: int = 0) -> dict[str, Any]:
    """Return the question for a trade in a place."""
    words = ", ".join(part for part in (vertical.strip(), location.strip()) if part)
    return {"query": [words], "organizationsPerQueryLimit": min(limit, MOST_PLACES), "skipPlaces": skip}


def places(data: Any) -> list[dict[str, Any]]:
    """Return the places of a result, each once: by its id, else its site, else its phone.

    ``data`` is a list per query, or one flat list.
    """
    lists = part(data).get("data")
    flat = (
        [row for one in lists if isinstance(one, list) for row in rows(one)]
        if isinstance(lists, list)
        else []
    )
    flat += rows(lists)
    seen: dict[str, dict[str, Any]] = {}
    for one in flat:
        key = text(one.get("place_id")) or text(one.get("site")).lower() or text(one.get("phone"))
        if key and text(one.get("name")):
            seen.setdefault(key, one)
    return list(seen.values())


def company(one: dict[str, Any]) -> CompanyDraft:
    """Return a place as a company."""
    return CompanyDraft(
        name=text(one.get("name"), 160), website=site(one.get("site")), industry=text(one.get("type"), 80),
        city=text(one.get("city"), 80), region=text(one.get("state"), 80),
        country=text(one.get("country_code") or one.get("country"), 60), phone=text(one.get("phone"), 32),
        rating=share(one.get("rating"), 5), reviews=whole(one.get("reviews")),
        place_id=text(one.get("place_id"), 80),
    )  # fmt: skip


def time_zone(one: dict[str, Any]) -> str:
    """Return the zone a place lives in; quiet hours need it."""
    return text(one.get("time_zone"), 50)


def _ready(data: dict[str, Any], number: str) -> Answer:
    if not isinstance(data.get("data"), list):
        raise bad_answer("Outscraper", "no list of places")
    count = sum(len(one) if isinstance(one, list) else 1 for one in data["data"])
    return Answer(data, Decimal(count), external_id=number)
