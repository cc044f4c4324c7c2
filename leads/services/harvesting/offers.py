"""What can be asked about one person: which provider, which question, at which price, and if not, why not."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.services import ledger
from leads.models import Lead
from leads.providers import dropcontact
from leads.services.harvesting import addresses, catalogue


@dataclass(frozen=True)
class Offer:
    """One act on a person; ``why_not`` is empty when it can be done."""

    name: str
    label: str
    icon: str
    provider: str = ""
    operation: str = ""
    question: dict[str, Any] | None = None
    use: str = ""
    price: Decimal = Decimal(0)
    why_not: str = ""

    @property
    def words(self) -> str:
        """What it costs and who is asked."""
        if self.why_not:
            return self.why_not
        unit = catalogue.operation(self.provider, self.operation).unit
        simulated = ", simulated" if catalogue.is_simulated(self.provider) else ""
        return f"{catalogue.label(self.provider)}, {_money(self.price)} per {unit}{simulated}"


def of(lead: Lead, now: datetime) -> list[Offer]:
    """Return what makes sense for a person: an address if there is none, else its check; and the rest."""
    first = _check(lead) if lead.email_key else _address(lead)
    return [_priced(one, now) for one in (first, _enrich(lead))]


def _address(lead: Lead) -> Offer:
    asks = Offer("address", "Find address", "mail")
    company = lead.company
    if lead.erased_at or lead.do_not_email:
        return _not(asks, "This person does not want mail.")
    if not (lead.last_name and company):
        return _not(asks, "Needs a surname and a company.")
    if company.domain and lead.first_name:
        question = {"domain": company.domain, "first_name": lead.first_name, "last_name": lead.last_name}
        return _asks(asks, "hunter", "email_finding", question, "address")
    batch = dropcontact.question([addresses.described(lead)])
    return _asks(asks, "dropcontact", "enrichment", batch, "addresses")


def _check(lead: Lead) -> Offer:
    asks = Offer("check", "Check address", "shield-check")
    if lead.email_status in ("valid", "invalid", "bounced"):
        return _not(asks, f"Checked: {lead.email_status}.")
    return _asks(asks, "hunter", "email_verification", {"email": lead.email}, "verdict")


def _enrich(lead: Lead) -> Offer:
    asks = Offer("enrich", "Enrich", "sparkles")
    if lead.erased_at:
        return _not(asks, "This person is forgotten.")
    details = _identity(lead)
    if not details:
        return _not(asks, "Needs an address, a profile, or a name with a company.")
    return _asks(asks, "apollo", "people_match", {"details": [details]}, "person")


def _identity(lead: Lead) -> dict[str, str]:
    """Return what tells Apollo who is meant, the surest key first."""
    if lead.external_id.startswith("apollo:"):
        return {"id": lead.external_id.removeprefix("apollo:")}
    if lead.email_key:
        return {"email": lead.email}
    if lead.linkedin_url:
        return {"linkedin_url": lead.linkedin_url}
    domain = lead.company.domain if lead.company else ""
    named = lead.first_name and lead.last_name and domain
    return {"first_name": lead.first_name, "last_name": lead.last_name, "domain": domain} if named else {}


def _money(price: Decimal) -> str:
    """Write a unit price: two places, more only where they say something."""
    short = price.quantize(Decimal("0.01"))
    return f"${short}" if short == price else f"${price.normalize():f}"


def _asks(offer: Offer, provider: str, operation: str, question: dict[str, Any], use: str) -> Offer:
    facts = {"provider": provider, "operation": operation, "question": question, "use": use}
    return Offer(offer.name, offer.label, offer.icon, **facts)  # type: ignore[arg-type]


def _not(offer: Offer, why: str) -> Offer:
    return Offer(offer.name, offer.label, offer.icon, why_not=why)


def _priced(offer: Offer, now: datetime) -> Offer:
    if offer.why_not:
        return offer
    price = ledger.unit_price(offer.provider, offer.operation, now)
    return Offer(**{**vars(offer), "price": price})
