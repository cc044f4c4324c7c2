"""Apollo: people by role and place (free, without addresses), then their addresses for credits.

https://docs.apollo.io/reference; the search needs a *master* key, and its filters travel in the query
although it is a POST. ``credits_consumed`` is the true price of an answer, not the number of rows asked.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from campaigns.providers.base import ProviderError
from campaigns.providers.throttle import Bucket
from leads.providers.base import CompanyDraft, LeadDraft
from leads.providers.connector import Answer, Operation, Question
from leads.providers.places import place_in
from leads.providers.reading import amount, part, rows, share, site, text, whole, words
from leads.providers.web import Reply, Web, bad_answer, document

PER_PAGE, PAGES, BULK = 100, 500, 10
PHONE_UNITS = 9  # 1 for the person, 8 more if a mobile number comes
STATUSES = {
    "verified": "valid",
    "unavailable": "unknown",
    "likely to engage": "valid",
    "unverified": "unknown",
}
_ENRICH = Bucket.per_minute("apollo.enrich", 1000)


def _sold(name: str, label: str, unit: str, days: int, **facts: Any) -> Operation:
    return Operation("apollo", name, label, unit, timedelta(days=days), **{"bucket": _ENRICH, **facts})


class Apollo:
    """The client."""

    name: ClassVar[str] = "apollo"
    label: ClassVar[str] = "Apollo"
    base_url: ClassVar[str] = "https://api.apollo.io/api/v1"
    operations: ClassVar[Mapping[str, Operation]] = {
        one.name: one
        for one in (
            _sold("people_search", "People search", "page", 7,
                  bucket=Bucket.per_minute("apollo.search", 200), is_free=True),
            _sold("people_match", "People match", "person", 90),
            _sold("organization_enrichment", "Company enrichment", "company", 90),
            _sold("phone_reveal", "Mobile number", "credit", 90, deadline=timedelta(hours=2)),
        )
    }  # fmt: skip

    def __init__(self, web: Web, callback: str = "") -> None:
        self.web, self.callback = web, callback

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """The key goes into a header only; in the query it is refused."""
        return {"x-api-key": key, "accept": "application/json"}

    def most(self, operation: str, question: Question) -> Decimal:
        """One credit a person or company; nothing for a search."""
        if operation == "phone_reveal":
            return Decimal(PHONE_UNITS)
        return Decimal(len(question.get("details") or question.get("domains") or ()))

    def ask(self, operation: str, question: Question) -> Answer:
        """Ask one of the operations."""
        calls = {
            "people_search": self._search, "people_match": self._match,
            "organization_enrichment": self._organizations, "phone_reveal": self._phone,
        }  # fmt: skip
        return calls[operation](question)

    def poll(self, operation: str, external_id: str) -> Answer:
        """Fetch what Apollo would have posted to our webhook (it is kept for 30 days)."""
        try:
            data = document(self.label, self._ask("GET", f"/webhook_result/{external_id}"))
        except ProviderError as error:
            if error.code == "pending":
                return Answer(None, None, is_ready=False, poll_after=error.retry_after or 10)
            raise
        found = part(data.get("webhook_result"))
        return Answer(data, amount(found.get("credits_consumed")) or Decimal(0))

    def balance(self) -> Decimal | None:
        """Return the team's credits left; the name of the field is looked for, as it is not documented."""
        reply = self._ask("GET", "/users/api_profile", {"include_credit_usage": "true"})
        return _credits(document(self.label, reply))

    def _search(self, question: Question) -> Answer:
        filters = {
            f"{name}[]" if isinstance(value, list) else name: value for name, value in question.items()
        }
        data = document(self.label, self._ask("POST", "/mixed_people/api_search", filters))
        if not isinstance(data.get("people"), list):
            raise bad_answer(self.label, "no list of people")
        return Answer(data)

    def _match(self, question: Question) -> Answer:
        if len(question["details"]) > BULK:
            raise ProviderError(
                f"{self.label} matches at most {BULK} at once.", permanent=True, code="refused"
            )
        data = document(self.label, self._ask("POST", "/people/bulk_match", body=dict(question)))
        if not isinstance(data.get("matches"), list):
            raise bad_answer(self.label, "no list of matches")
        return Answer(data, _billed(self.label, data))

    def _organizations(self, question: Question) -> Answer:
        data = document(
            self.label,
            self._ask("POST", "/organizations/bulk_enrich", {"domains[]": list(question["domains"])}),
        )
        return Answer(data, _billed(self.label, data))

    def _phone(self, question: Question) -> Answer:
        query = {"id": question["id"], "reveal_phone_number": "true", "webhook_url": self.callback}
        data = document(self.label, self._ask("POST", "/people/match", query))
        number = data.get("request_id") or part(data.get("person")).get("request_id")
        if not isinstance(number, str | int):
            raise bad_answer(self.label, "no number for the order")
        return Answer(data, None, is_ready=False, external_id=str(number)[:80], poll_after=10)

    def _ask(self, method: str, path: str, query: Any = None, body: Any = None) -> Reply:
        try:
            return self.web.ask(method, path, query=query, body=body)
        except ProviderError as error:
            raise _sharper(error) from error


def people(data: Any) -> list[dict[str, Any]]:
    """Return the people of a page of search results who have an address to be bought."""
    return [one for one in rows(part(data).get("people")) if text(one.get("id")) and one.get("has_email")]


def is_last(data: Any, page: int) -> bool:
    """Whether a page of search results is the last one; there is no pagination object."""
    total = whole(part(data).get("total_entries")) or 0
    return page >= PAGES or page * PER_PAGE >= total or not rows(part(data).get("people"))


def drafts(data: Any, vertical: str = "") -> list[LeadDraft]:
    """Return the people found by a match; a miss is ``null`` and left out."""
    return [_draft(one, vertical) for one in rows(part(data).get("matches"))]


def phones(data: Any) -> dict[str, str]:
    """Return Apollo's person id → first phone number of a phone result."""
    found = {}
    for one in rows(part(part(data).get("webhook_result")).get("people")):
        numbers = [text(row.get("sanitized_number") or row.get("raw_number"), 32)
                   for row in rows(one.get("phone_numbers"))]  # fmt: skip
        if text(one.get("id")) and any(numbers):
            found[text(one["id"], 80)] = next(filter(None, numbers))
    return found


def company(data: Any) -> CompanyDraft:
    """Return a company as the enrichment describes it."""
    one = part(data)
    return CompanyDraft(
        name=text(one.get("name"), 160), domain=text(one.get("primary_domain"), 120).lower(),
        website=site(one.get("website_url")), industry=text(one.get("industry"), 80),
        employees=whole(one.get("estimated_num_employees")),
        annual_revenue=whole(one.get("annual_revenue"), 10**12), founded=whole(one.get("founded_year"), 2100),
        city=text(one.get("city"), 80), region=text(one.get("state"), 80),
        country=text(one.get("country"), 60), phone=text(one.get("phone"), 32),
        technologies=tuple(words(one.get("technology_names"), 60))[:30],
        linkedin_url=site(one.get("linkedin_url")),
    )  # fmt: skip


def companies(data: Any) -> list[CompanyDraft]:
    """Return the companies of a bulk enrichment."""
    return [company(one) for one in rows(part(data).get("organizations"))]


def _draft(one: dict[str, Any], vertical: str) -> LeadDraft:
    where = [text(one.get(name), 80) for name in ("city", "state", "country")]
    place = place_in(*where) if any(where) else None
    work = company(one.get("organization"))
    return LeadDraft(
        first_name=text(one.get("first_name"), 80), last_name=text(one.get("last_name"), 80),
        title=text(one.get("title"), 120), email=text(one.get("email"), 254),
        email_status=STATUSES.get(text(one.get("email_status")).lower(), "unknown"),
        linkedin_url=site(one.get("linkedin_url")), city=where[0], region=where[1], country=where[2][:60],
        time_zone=place.time_zone if place else "", language=place.language if place else "",
        industry=vertical, company=work if work.name or work.domain else None,
        external_id=f"apollo:{text(one.get('id'), 60)}" if text(one.get("id")) else "",
    )  # fmt: skip


def _billed(label: str, data: dict[str, Any]) -> Decimal:
    used = amount(data.get("credits_consumed"))
    if used is None:
        raise bad_answer(label, "no number of credits")
    return used


def _credits(data: Any, path: str = "") -> Decimal | None:
    """Look for the number that says how many lead credits remain, wherever it stands."""
    if isinstance(data, dict):
        found = (_credits(value, f"{path}.{name}".lower()) for name, value in data.items())
        return next((number for number in found if number is not None), None)
    is_it = "remain" in path and ("lead" in path or "credit" in path) and share(data, 1e10) is not None
    return amount(data) if is_it else None


def _sharper(error: ProviderError) -> ProviderError:
    """Tell an empty account and a result that is not ready from other refusals."""
    said = error.message.lower()
    if error.permanent and "credit" in said and error.code in ("key", "refused"):
        return ProviderError("Apollo: no credits left.", permanent=True, code="quota")
    if error.code == "not_found" and "result_pending" in said:
        return ProviderError(error.message, code="pending", retry_after=10)
    if error.code == "key" and "not authorized" in said:
        words = "Apollo: this key may not search. It must be a master key."
        return ProviderError(words, permanent=True, code="key")
    return error
