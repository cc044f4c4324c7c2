"""The websocket addresses of the house."""

from django.urls import URLPattern

routes: list[URLPattern] = []
