"""The sandbox's Hunter."""

from decimal import Decimal
from typing import Any

from leads.providers.base import LeadDraft
from leads.providers.sandbox import world
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Call, Reply

BASE = "/v2"
KEYS = ("sandbox", "test-api-key")


def answer(call: Call, book: Book) -> Reply:
    """Answer one call as Hunter would."""
    if call.headers.get("x-api-key", "") not in KEYS:
        return _wrong(401, "authentication_failed", "No user found for the API key supplied")
    path = call.path.removeprefix(BASE)
    left = int(book.get("credits", "hunter", 2_000))
    if path == "/account":
        used = int(book.billed("hunter"))
        return Reply(200, {"data": {"requests": {"credits": {"used": used, "available": used + left}}}})
    pages = {"/domain-search": _search, "/email-finder": _find, "/email-verifier": _verify}
    if path not in pages:
        return _wrong(404, "not_found", "Nothing here")
    if left < 1:
        return _wrong(429, "usage_exceeded", "You have reached the limit for the number of searches")
    return _paid(pages[path](call, book), book)


def _paid(reply: Reply, book: Book) -> Reply:
    if reply.units:
        book.add("credits", "hunter", -int(reply.units), start=2_000)
    return reply


def _search(call: Call, book: Book) -> Reply:
    domain, limit, offset = (
        call.first("domain"),
        int(call.first("limit", "10")),
        int(call.first("offset", "0")),
    )
    if not domain:
        return _wrong(400, "wrong_params", "You are missing the domain parameter")
    if domain == book.get("knob", "poison"):
        return _wrong(500, "server_error", "Something broke")
    if _is_private(domain):
        return _wrong(451, "claimed_email", "The domain's owner asked us not to process their data")
    staff = [one for one in world.staff(book, domain) if one.email]
    work = staff[0].company if staff else None
    data = {
        "domain": domain, "disposable": False, "webmail": False, "accept_all": False,
        "pattern": "{first}.{last}", "organization": work.name if work else None,
        "industry": work.industry if work else None, "headcount": "11-50", "country": "US",
        "emails": [_address(one) for one in staff[offset : offset + limit]],
    }  # fmt: skip
    meta = {"results": len(staff), "limit": limit, "offset": offset, "params": {"domain": domain}}
    return Reply(200, {"data": data, "meta": meta}, units=Decimal(1))


def _address(one: LeadDraft) -> dict[str, Any]:
    status = {"valid": "valid", "risky": "accept_all"}.get(one.email_status, "unknown")
    return {
        "value": one.email, "type": "personal", "confidence": 94, "first_name": one.first_name,
        "last_name": one.last_name, "position": one.title, "seniority": "executive", "department": None,
        "linkedin": one.linkedin_url or None, "phone_number": one.phone or None,
        "verification": {"date": "2026-10-01T00:00:00Z", "status": status}, "sources": [],
    }  # fmt: skip


def _find(call: Call, book: Book) -> Reply:
    domain, first, last = call.first("domain"), call.first("first_name"), call.first("last_name")
    if not domain and not call.first("company"):
        return _wrong(400, "wrong_params", "You are missing the domain parameter")
    if _is_private(domain):
        return _wrong(451, "claimed_email", "The person asked us not to process their data")
    found = f"{first}.{last}@{domain}".lower().replace("'", "") if world.dice(last + domain) >= 10 else None
    data: dict[str, Any] = {
        "first_name": first, "last_name": last, "email": found, "score": 91 if found else None,
        "domain": domain, "accept_all": False, "position": None, "company": None, "linkedin_url": None,
        "phone_number": None, "verification": {"date": None, "status": "valid" if found else None},
        "sources": [],
    }  # fmt: skip
    return Reply(200, {"data": data, "meta": {"params": {"domain": domain}}}, units=Decimal(1))


def _verify(call: Call, book: Book) -> Reply:
    email = call.first("email")
    if "@" not in email:
        return _wrong(400, "wrong_params", "You are missing the email parameter")
    if _is_private(email.rpartition("@")[2]):
        return _wrong(451, "claimed_email", "The person asked us not to process their data")
    asked = book.add("verified", email, 1)
    if asked <= int(book.get("knob", "verifying", 0)):
        return Reply(202, {"data": {"status": "pending"}}, units=Decimal(1 if asked == 1 else 0))
    is_counted = asked > 1 and int(book.get("knob", "verifying", 0)) > 0
    chance = world.dice(email)
    status = "invalid" if chance < 8 else "accept_all" if chance < 16 else "valid"
    data = {"status": status, "result": "deliverable", "score": 96, "email": email, "sources": []}
    return Reply(
        200, {"data": data, "meta": {"params": {"email": email}}}, units=Decimal(0 if is_counted else 1)
    )


def _is_private(domain: str) -> bool:
    return domain.startswith("private-")


def _wrong(status: int, name: str, words: str) -> Reply:
    return Reply(status, {"errors": [{"id": name, "code": status, "details": words}]})
