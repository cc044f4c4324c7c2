"""Django's name card of the app."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Names the app for Django."""

    name = "analytics"
