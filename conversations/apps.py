"""Django's name card of the app."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Names the app for Django."""

    name = "conversations"
