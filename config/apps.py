"""The roof as a Django app: it carries the management commands, the system checks and Celery's app."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Names the roof for Django and puts up what every process needs."""

    name = "config"
    verbose_name = "House"

    def ready(self) -> None:
        """Register the checks, set up logging, and make our Celery app the one that tasks belong to."""
        from config import celery, checks, logs  # noqa: F401

        logs.configure()
