"""Django's name card of the app."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Names the app for Django and opens its ears for what mail services report."""

    name = "outreach"

    def ready(self) -> None:
        """Connect the receivers of delivery reports and inbound mail."""
        from outreach import webhooks  # noqa: F401
