"""The map of the house: who answers which address."""

from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import health

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

#: the page's own library writes a style element; only here is that allowed
api_docs = csp_update({"style-src": "'unsafe-inline'"})(login_required(SpectacularSwaggerSplitView.as_view()))

urlpatterns = [
    path("", include("analytics.urls")),
    path("", include("campaigns.urls")),
    path("", include("leads.urls")),
    path("", include("outreach.urls")),
    path("", include("conversations.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", api_docs, name="api_docs"),
    path("api/v1/", include("config.api")),
    path("anymail/", include("anymail.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/", health.summary, name="health"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
]
