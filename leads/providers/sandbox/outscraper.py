"""The sandbox's Outscraper."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from leads.providers.base import CompanyDraft
from leads.providers.places import place_of
from leads.providers.sandbox import world
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Call, Reply

BASE = ""
KEPT = timedelta(hours=2)
TOTAL = 2_000


def answer(call: Call, book: Book) -> Reply:
    """Answer one call as Outscraper would."""
    if call.headers.get("x-api-key", "") != "sandbox":
        return Reply(401, {"error": True, "errorMessage": "Invalid API key"})
    if call.path == "/google-maps-search" and call.method == "POST":
        return _order(call, book)
    if call.path.startswith("/requests/"):
        return _result(call.path.rpartition("/")[2], book)
    return Reply(404, {"error": True, "errorMessage": "Not found"})


def _order(call: Call, book: Book) -> Reply:
    asked = call.body if isinstance(call.body, dict) else {}
    queries, limit = asked.get("query"), asked.get("organizationsPerQueryLimit", 20)
    if not isinstance(queries, list) or not queries or len(queries) > 250 or not 1 <= int(limit) <= 400:
        return Reply(422, {"error": True, "errorMessage": "Bad parameters"})
    if int(asked.get("skipPlaces", 0)) % 20:
        return Reply(422, {"error": True, "errorMessage": "skipPlaces goes in steps of 20"})
    if book.get("knob", "error200", 0):
        return Reply(200, {"error": True, "errorMessage": "Something went wrong on our side"})
    number = world.digest(f"outscraper {book.add('number', 'outscraper', 1)}", 16)
    book.put("job", number, {"asked": asked, "at": book.now().isoformat()})
    where = f"https://api.outscraper.cloud/requests/{number}"
    return Reply(202, {"id": number, "status": "Pending", "results_location": where})


def _result(number: str, book: Book) -> Reply:
    job = book.get("job", number)
    if job is None:
        return Reply(404, {"error": True, "errorMessage": "No such request"})
    is_over = book.now() - datetime.fromisoformat(job["at"]) > KEPT
    if is_over or book.add("polls", number, 1) <= int(book.get("knob", "polls", 1)):
        return Reply(200, {"id": number, "status": "Pending"})
    if book.get("knob", "failure", 0):
        return Reply(200, {"id": number, "status": "Failure"})
    data = _places(job["asked"], book)
    is_first = book.add("paid", number, 1) == 1
    units = Decimal(sum(len(one) for one in data)) if is_first else Decimal(0)
    return Reply(200, {"id": number, "status": "Success", "data": data}, units=units)


def _places(asked: dict[str, Any], book: Book) -> list[list[dict[str, Any]]]:
    limit, skip = int(asked.get("organizationsPerQueryLimit", 20)), int(asked.get("skipPlaces", 0))
    total = int(book.get("knob", "total", TOTAL))
    lists = []
    for query in asked["query"]:
        trade, _, place = str(query).partition(",")
        count = max(0, min(limit, total - skip))
        found = world.settle(book, trade.strip(), place.strip(), skip, count)
        lists.append([_place(str(query), place.strip(), one) for one in found])
    return lists


def _place(query: str, where: str, one: CompanyDraft) -> dict[str, Any]:
    place = place_of(where)
    return {
        "query": query, "name": one.name, "place_id": f"ChIJ{world.digest(one.domain, 10)}",
        "google_id": "0x1:0x2", "full_address": f"1 Main St, {where}", "street": "1 Main St",
        "city": one.city, "state": one.region, "country_code": "US", "time_zone": place.time_zone,
        "site": f"{one.website}/", "phone": one.phone, "type": one.industry, "rating": one.rating,
        "reviews": one.reviews, "business_status": "OPERATIONAL",
    }  # fmt: skip
