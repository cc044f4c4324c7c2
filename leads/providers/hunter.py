"""Hunter: the addresses of a domain, of one person, and whether an address takes mail.

https://hunter.io/api-documentation/v2. Three quirks: 202 means «ask the same again» (counted once), 222 is
no success although it is a 2xx, and 403 is the rate limit while 429 says that the quota is used up.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from campaigns.providers.base import ProviderError
from campaigns.providers.throttle import Bucket
from leads.providers.base import CompanyDraft, LeadDraft
from leads.providers.connector import Answer, Operation, Question
from leads.providers.reading import amount, part, rows, site, text, whole
from leads.providers.web import Reply, Web, bad_answer, document

PER_PAGE = 10
PAUSE = 20.0  # no Retry-After is sent: back off blindly
PATHS = {"domain_search": "/domain-search", "email_finding": "/email-finder",
         "email_verification": "/email-verifier"}  # fmt: skip
SHAPES: dict[str, tuple[str, Any]] = {
    "domain_search": ("emails", list), "email_finding": ("email", str | None),
    "email_verification": ("status", str),
}  # fmt: skip
STATUSES = {
    "valid": "valid", "invalid": "invalid", "accept_all": "risky", "webmail": "valid",
    "disposable": "invalid", "unknown": "unknown",
}  # fmt: skip
_FIND = Bucket.per_minute("hunter.find", 500)
_VERIFY = Bucket.per_minute("hunter.verify", 300)


class Hunter:
    """The client."""

    name: ClassVar[str] = "hunter"
    label: ClassVar[str] = "Hunter"
    base_url: ClassVar[str] = "https://api.hunter.io/v2"
    operations: ClassVar[Mapping[str, Operation]] = {
        "domain_search": Operation(
            "hunter", "domain_search", "Domain search", "search", timedelta(days=30), _FIND
        ),
        "email_finding": Operation(
            "hunter", "email_finding", "E-mail finding", "address", timedelta(days=30), _FIND
        ),
        "email_verification": Operation(
            "hunter", "email_verification", "Verification", "address", timedelta(days=30), _VERIFY
        ),
    }

    def __init__(self, web: Web, callback: str = "") -> None:
        self.web, self.callback = web, callback

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """The header keeps the key out of logs."""
        return {"X-API-KEY": key, "accept": "application/json"}

    def most(self, operation: str, question: Question) -> Decimal:
        """One credit a call."""
        return Decimal(1)

    def ask(self, operation: str, question: Question) -> Answer:
        """Ask one of the operations; each call is one credit, a verification that runs on is counted once."""
        try:
            reply = self.web.ask("GET", PATHS[operation], query=dict(question))
        except ProviderError as error:
            if error.code == "not_found":  # the finder says «nobody» that way too
                return Answer({"data": {"email": None}}, Decimal(1))
            raise _sharper(error) from error
        if reply.status == 202:
            raise ProviderError("Hunter is still checking the address.", retry_after=3, code="pending")
        if reply.status == 222:
            words = "Hunter could not ask the address's mail server."
            raise ProviderError(words, retry_after=60, code="server_error")
        return Answer(_checked(operation, reply), Decimal(1))

    def poll(self, operation: str, external_id: str) -> Answer:
        """Hunter has no jobs."""
        raise ProviderError("Hunter answers at once.", permanent=True, code="refused")

    def balance(self) -> Decimal | None:
        """Return the credits left of the account."""
        try:
            data = part(document(self.label, self.web.ask("GET", "/account")).get("data"))
        except ProviderError as error:
            raise _sharper(error) from error
        for kind in ("credits", "searches"):
            row = part(part(data.get("requests")).get(kind))
            left, used = amount(row.get("available")), amount(row.get("used"))
            if left is not None:
                return max(Decimal(0), left - (used or 0))
        return None


def total(data: Any) -> int:
    """Return how many addresses a domain has, over all pages."""
    return whole(part(part(data).get("meta")).get("results")) or 0


def drafts(data: Any) -> list[LeadDraft]:
    """Return the people of a page of a domain search; addresses of a role (info@) name nobody."""
    found = part(part(data).get("data"))
    work = _company(found)
    return [_person(one, work) for one in rows(found.get("emails")) if one.get("type") != "generic"]


def found_address(data: Any) -> tuple[str, str]:
    """Return the address that the finder found and its status; empty when there is none."""
    found = part(part(data).get("data"))
    status = text(part(found.get("verification")).get("status"), 20)
    return text(found.get("email"), 254), STATUSES.get(status, "unknown")


def verdict(data: Any) -> str:
    """Return the status of a verified address in our words."""
    return STATUSES.get(text(part(part(data).get("data")).get("status"), 20), "unknown")


def _person(one: dict[str, Any], work: CompanyDraft | None) -> LeadDraft:
    status = text(part(one.get("verification")).get("status"), 20)
    profile = text(one.get("linkedin"), 190)
    return LeadDraft(
        first_name=text(one.get("first_name"), 80), last_name=text(one.get("last_name"), 80),
        title=text(one.get("position"), 120), email=text(one.get("value"), 254),
        email_status=STATUSES.get(status, "unknown"), phone=text(one.get("phone_number"), 32),
        linkedin_url=site(profile) if "linkedin.com" in profile else "", company=work,
    )  # fmt: skip


def _company(found: dict[str, Any]) -> CompanyDraft | None:
    name, domain = text(found.get("organization"), 160), text(found.get("domain"), 120).lower()
    if not (name or domain):
        return None
    return CompanyDraft(
        name=name or domain, domain=domain, industry=text(found.get("industry"), 80),
        employees=_staff(text(found.get("headcount"), 30)), country=text(found.get("country"), 60),
    )  # fmt: skip


def _staff(span: str) -> int | None:
    """Read «51-200» as its lower end."""
    first = span.replace(",", "").partition("-")[0].strip("+ ")
    return int(first) if first.isdigit() and len(first) < 8 else None


def _checked(operation: str, reply: Reply) -> dict[str, Any]:
    """Return an answer that has what was asked for, in the right type."""
    data = document("Hunter", reply)
    name, kinds = SHAPES[operation]
    if not isinstance(data.get("data"), dict) or not isinstance(data["data"].get(name), kinds):
        raise bad_answer("Hunter", f"no {name}")
    return data


def _sharper(error: ProviderError) -> ProviderError:
    if error.code == "rate_limit":
        return ProviderError("Hunter: the quota of the plan is used up.", permanent=True, code="quota")
    if error.code == "key" and "(403)" in error.message:
        return ProviderError("Hunter asks us to slow down.", retry_after=PAUSE, code="rate_limit")
    return error
