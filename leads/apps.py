"""Django's name card of the app."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Names the app for Django."""

    name = "leads"
