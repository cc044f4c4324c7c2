"""The sandbox's Dropcontact."""

from decimal import Decimal
from typing import Any

from leads.providers.sandbox import world
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Call, Reply

BASE = ""
START = 5_000
NOT_READY = {"success": False, "error": False, "reason": "Request not ready yet, try again in 30 seconds"}


def answer(call: Call, book: Book) -> Reply:
    """Answer one call as Dropcontact would."""
    if call.headers.get("x-access-token", "") != "sandbox":
        return Reply(401, {"detail": "Invalid token"})
    if call.path == "/v1/account/credits":
        return Reply(200, {"success": True, "credits_left": credits_left(book)})
    if call.path == "/v1/enrich/all" and call.method == "POST":
        return _submit(call, book)
    if call.path.startswith("/v1/enrich/all/"):
        return _result(call.path.rpartition("/")[2], book)
    return Reply(404, {"detail": "Not Found"})


def credits_left(book: Book) -> int:
    """Return the account's credits."""
    return int(book.get("credits", "dropcontact", START))


def _submit(call: Call, book: Book) -> Reply:
    people = call.body.get("data") if isinstance(call.body, dict) else None
    if not isinstance(people, list) or not people:
        return Reply(400, {"error": True, "success": False, "reason": "Missing data in JSON"})
    if len(people) > 250:
        words = "Too many records, you can only submit up to 250 records"
        return Reply(400, {"error": True, "success": False, "reason": words})
    if credits_left(book) < len(people):
        return Reply(403, {"error": True, "success": False, "reason": "Not enough credits"})
    number = world.digest(f"dropcontact {book.add('number', 'dropcontact', 1)}", 8)
    data = [_enriched(one, str(call.body.get("language"))) for one in people]
    found = sum(1 for one in data if one.get("email"))
    book.put("job", number, {"data": data, "callback": call.body.get("custom_callback_url", "")})
    left = book.add("credits", "dropcontact", -found, start=START)
    told = {"request_id": number, "success": True, "error": False, "credits_left": left}
    return Reply(200, told, units=Decimal(found))


def _result(number: str, book: Book) -> Reply:
    job = book.get("job", number)
    if job is None or book.add("polls", number, 1) <= int(book.get("knob", "polls", 1)):
        return Reply(200, NOT_READY)
    return Reply(
        200, {"success": True, "error": False, "credits_left": credits_left(book), "data": job["data"]}
    )


def callback_body(number: str, book: Book) -> list[dict[str, Any]]:
    """Return what would be posted to our webhook about a job."""
    data = {"request_id": number, "data": book.get("job", number, {}).get("data", [])}
    return [{"id": f"ev-{number}", "version": 1, "event_type": "enrich_api_result",
             "occurred_at": 1623153600, "data": data}]  # fmt: skip


def _enriched(one: dict[str, Any], language: str) -> dict[str, Any]:
    first, last = str(one.get("first_name", "")), str(one.get("last_name", ""))
    domain = str(one.get("website") or one.get("company", "nowhere")).lower().replace(" ", "-")
    domain = domain.removeprefix("https://").removeprefix("www.").rstrip("/")
    domain = domain if "." in domain else f"{domain}.example"
    chance = world.dice(f"{first}{last}{domain}")
    found = {"first_name": first, "last_name": last, "full_name": f"{first} {last}",
             "company": one.get("company", ""), "custom_fields": one.get("custom_fields", {})}  # fmt: skip
    if chance < 10:
        return found
    kind = "Do_Not_Contact" if chance < 13 else "catch_all@pro" if chance < 20 else "nominative@pro"
    kind = kind if language == "en" else "nominatif@pro"
    address = f"{first}.{last}@{domain}".lower().replace("'", "").replace(" ", "")
    return {**found, "email": [{"email": address, "qualification": kind}], "job": "COO"}
