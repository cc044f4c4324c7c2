"""The providers by name: their clients with key and address, or their offline twins without a key."""

from django.conf import settings

from campaigns.models import User
from leads.models import ProviderOrder
from leads.providers.apollo import Apollo
from leads.providers.connector import Connector, Operation
from leads.providers.dropcontact import Dropcontact
from leads.providers.hunter import Hunter
from leads.providers.outscraper import Outscraper
from leads.providers.sandbox import twin
from leads.providers.web import Web

CLIENTS: dict[str, type[Connector]] = {one.name: one for one in (Apollo, Dropcontact, Hunter, Outscraper)}
WORDS = {
    "apollo": "Apollo: people by trade and place, with verified addresses",
    "outscraper": "The map: businesses of a trade in a place, one person each",
    "hunter": "Hunter: people at the companies we know",
    "dropcontact": "Dropcontact: addresses for people we have none of",
}


def operation(provider: str, name: str) -> Operation:
    """Return one thing a provider sells."""
    return CLIENTS[provider].operations[name]


def of(order: ProviderOrder) -> Operation:
    """Return what an order asks for."""
    return operation(order.provider, order.operation)


def is_simulated(provider: str) -> bool:
    """Whether the offline twin answers, because there is no key."""
    return not settings.LEAD_PROVIDERS[provider]["key"]


def connect(provider: str, token: str = "") -> Connector:
    """Return a provider's client; ``token`` is an order's secret for the provider's call back."""
    client, facts = CLIENTS[provider], settings.LEAD_PROVIDERS[provider]
    if is_simulated(provider):
        transport = twin.Twin(twin.offline(str(settings.VAR)), provider)
        web = Web(client.label, twin.base_url(provider), client.headers(twin.KEY), transport=transport)
        return client(web, callback_url(provider, token))
    return client(
        Web(client.label, facts["url"] or client.base_url, client.headers(facts["key"])),
        callback_url(provider, token),
    )


def callback_url(provider: str, token: str) -> str:
    """Return where a provider may tell us that a job is done; empty while we are not on the net."""
    if not token or not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return f"{settings.PUBLIC_URL}/webhooks/providers/{provider}/{token}/"


def label(provider: str) -> str:
    """Return a provider's name for people."""
    return CLIENTS[provider].label if provider in CLIENTS else provider.capitalize()


def audiences(actor: User) -> tuple[str, list[tuple[str, str]]]:
    """Return the providers a campaign may take its people from."""
    notes = {name: " (simulated: no key yet)" if is_simulated(name) else "" for name in WORDS}
    return "New people from a provider", [(name, words + notes[name]) for name, words in WORDS.items()]
