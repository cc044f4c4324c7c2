"""The sandbox's Apollo."""

from decimal import Decimal
from typing import Any

from leads.providers.base import LeadDraft
from leads.providers.sandbox import world
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Call, Reply

BASE = "/api/v1"
KEYS = ("sandbox", "master")  # "member" is a key that may not search
TOTAL = 4213
STATUS = {"valid": "verified", "risky": "unverified"}


def answer(call: Call, book: Book) -> Reply:
    """Answer one call as Apollo would."""
    key = call.headers.get("x-api-key", "")
    if key not in (*KEYS, "member"):
        return Reply(
            401, text="Invalid API key. See https://docs.apollo.io/reference/authentication for help."
        )
    path = call.path.removeprefix(BASE)
    if path == "/users/api_profile":
        return Reply(200, {"id": "u1", "team": {"num_lead_credits_remaining": credits_left(book)}})
    if path == "/mixed_people/api_search":
        return _search(call, book, key)
    if path == "/people/bulk_match":
        return _bulk(call, book)
    if path == "/people/match":
        return _match(call, book)
    if path == "/organizations/bulk_enrich":
        return _organizations(call, book)
    if path.startswith("/webhook_result/"):
        return _result(path.rpartition("/")[2], book)
    return Reply(404, {"error": "Not found"})


def credits_left(book: Book) -> int:
    """Return the team's credits."""
    return int(book.get("credits", "apollo", 10_000))


def _search(call: Call, book: Book, key: str) -> Reply:
    if key == "member":
        words = "This API key is not authorized to access api/v1/mixed_people/api_search."
        return Reply(403, {"error": words, "error_code": "API_INACCESSIBLE"})
    page, size = int(call.first("page", "1")), int(call.first("per_page", "10"))
    if not 1 <= page <= 500 or not 1 <= size <= 100:
        return Reply(422, {"error": "Invalid parameters"})
    vertical, place = call.first("q_keywords"), call.first("person_locations[]")
    total = int(book.get("knob", "total", TOTAL))
    count = max(0, min(size, total - (page - 1) * size))
    found = world.introduce(book, vertical, place, (page - 1) * size, count)
    return Reply(200, {"total_entries": total, "people": [_row(*one) for one in found]})


def _row(key: str, one: LeadDraft) -> dict[str, Any]:
    return {
        "id": key, "first_name": one.first_name, "last_name_obfuscated": f"{one.last_name[:2]}***",
        "title": one.title or None, "has_email": bool(one.email), "has_city": True, "has_country": True,
        "has_direct_phone": "Yes" if one.phone else "Maybe: please request direct dial via people/bulk_match",
        "organization": {"name": one.company.name if one.company else ""},
    }  # fmt: skip


def _bulk(call: Call, book: Book) -> Reply:
    details = (call.body or {}).get("details") if isinstance(call.body, dict) else None
    if not isinstance(details, list):
        return Reply(400, {"status": "failed", "error_code": "INVALID_REQUEST", "error_message": "details"})
    if len(details) > 10:
        words = "cannot enrich more than 10 in a single request"
        return Reply(400, {"status": "failed", "error_code": "RECORD_LIMIT_EXCEEDED", "error_message": words})
    matches = [_known(str(one.get("id", "")), book) for one in details]
    used = sum(1 for one in matches if one)
    if credits_left(book) < used:
        return Reply(422, {"status": "failed", "error_message": "Your team has insufficient credits."})
    _pay(book, used)
    data = {
        "status": "success", "error_code": None, "error_message": None,
        "total_requested_enrichments": len(details), "unique_enriched_records": used,
        "missing_records": len(details) - used, "credits_consumed": used, "matches": matches,
    }  # fmt: skip
    return Reply(200, data, units=Decimal(used))


def _match(call: Call, book: Book) -> Reply:
    found = _known(call.first("id"), book)
    if found is None:
        return Reply(200, {"person": None})
    if call.first("reveal_phone_number") != "true":
        _pay(book, 1)
        return Reply(200, {"person": found}, units=Decimal(1))
    if not call.first("webhook_url"):
        return Reply(422, {"error": "webhook_url is mandatory"})
    number = str(int(world.digest(call.first("id") + str(book.add("number", "apollo", 1)), 7), 16))
    book.put("job", number, {"id": call.first("id"), "polls": 0})
    return Reply(200, {"person": found, "request_id": number})


def _result(number: str, book: Book) -> Reply:
    if not number.isdecimal():
        return Reply(400, {"error_code": "invalid_request_id"})
    job = book.get("job", number)
    if job is None:
        return Reply(404, {"error_code": "request_id_unknown"})
    polls = book.add("polls", number, 1)
    if polls <= int(book.get("knob", "polls", 1)):
        words = "result_pending"
        return Reply(404, {"error_code": words, "message": words, "retry_after_seconds": 10})
    one = world.person(book, job["id"])
    phone = one.phone if one else ""
    used = 9 if phone else 1
    is_first = book.add("paid", number, 1) == 1
    if is_first:
        _pay(book, used)
    numbers = [{"raw_number": phone, "sanitized_number": phone}] if phone else []
    data = {
        "request_id": number, "webhook_status": "success", "request_type": "phone",
        "webhook_result": {"credits_consumed": used, "people": [{"id": job["id"], "phone_numbers": numbers}]},
    }  # fmt: skip
    return Reply(200, data, units=Decimal(used if is_first else 0))


def _organizations(call: Call, book: Book) -> Reply:
    domains = call.query.get("domains[]", [])
    if len(domains) > 10:
        return Reply(400, {"status": "failed", "error_code": "RECORD_LIMIT_EXCEEDED", "error_message": "10"})
    found = [_organization(world.staff(book, domain)[0]) for domain in domains]
    _pay(book, len(found))
    data = {"status": "success", "credits_consumed": len(found), "organizations": found}
    return Reply(200, data, units=Decimal(len(found)))


def _known(key: str, book: Book) -> dict[str, Any] | None:
    one = world.person(book, key)
    if one is None or not one.email or world.dice(key) < int(book.get("knob", "misses", 5)):
        return None
    return {
        "id": key, "first_name": one.first_name, "last_name": one.last_name,
        "name": f"{one.first_name} {one.last_name}", "linkedin_url": one.linkedin_url or None,
        "title": one.title, "email": one.email, "email_status": STATUS.get(one.email_status, "unavailable"),
        "city": one.city, "state": one.region, "country": one.country, "organization": _organization(one),
    }  # fmt: skip


def _organization(one: LeadDraft) -> dict[str, Any]:
    work = one.company
    assert work is not None  # noqa: S101 - everybody in this world works somewhere
    return {
        "id": world.digest(work.domain, 8), "name": work.name, "primary_domain": work.domain,
        "website_url": work.website, "industry": work.industry, "city": work.city, "country": work.country,
        "estimated_num_employees": work.employees, "annual_revenue": work.annual_revenue,
        "founded_year": work.founded, "technology_names": list(work.technologies),
    }  # fmt: skip


def _pay(book: Book, used: int) -> None:
    book.add("credits", "apollo", -used, start=10_000)
