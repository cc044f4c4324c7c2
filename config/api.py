"""Joins the apps' routers under ``/api/v1/``."""

from typing import Any, NoReturn

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.api import router as analytics
from campaigns.api import router as campaigns
from config import health
from conversations.api import router as conversations
from leads.api import router as leads
from outreach.api import router as outreach

ROUTERS = (campaigns, leads, outreach, conversations, analytics)


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    """Answers addresses that nobody has, in the shape of every other error."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Say so, whatever the method."""
        raise NotFound("There is no such address; all of them end with a slash and stand in /api/v1/schema/.")


urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(router.urls)) for router in ROUTERS),
    path("health/", health.summary, name="api-health"),
    re_path("", NoSuchAddress.as_view(), name="no-such-address"),
]
