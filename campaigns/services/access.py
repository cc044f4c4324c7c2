"""The guards of the API: what a role or key may call, which rows it sees, which fields it may send.

A view names the scope a key needs, per method::

    class LeadViewSet(ScopedQuerysetMixin, ModelViewSet):
        queryset = Lead.objects.all()
        required_scopes = {"GET": "leads:read", "POST": "leads:write", "PATCH": "leads:write"}

A method without a scope is closed to everybody. People pass by the permissions of their role: those of
the queryset's model (view, add, change, delete), or ``required_perms`` where the view names others.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from campaigns.models import AccessToken, Campaign, User
from campaigns.services import masking
from campaigns.services.idempotency import IdempotentMixin

if TYPE_CHECKING:  # the framework's views load this module as their default, so it cannot load them
    from rest_framework.views import APIView

VERBS = {"GET": "view", "POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
#: What a role needs where a view has no queryset to derive it from.
PERMS_OF_SCOPE = {
    "leads:read": "leads.view_lead",
    "leads:write": "leads.change_lead",
    "campaigns:read": "campaigns.view_campaign",
    "campaigns:run": "campaigns.run_campaign",
    "messages:read": "outreach.view_message",
    "messages:send": "outreach.add_message",
    "events:write": "leads.add_activity",
    "analytics:read": "campaigns.view_campaign",
}


class HasScope(BasePermission):
    """Lets a person pass by role, and a key only by role and scope; what names no scope stays closed."""

    message = "You may not do this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the caller may call this method of this view at all."""
        if not request.user or not request.user.is_authenticated:
            return False
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        scope = cast("Mapping[str, str]", getattr(view, "required_scopes", None) or {}).get(method)
        if scope is None:
            if not hasattr(view, method.lower()):
                return True  # nothing to guard: the framework answers 405
            self.message = "This door is not open to the API."
            return False
        if isinstance(request.auth, AccessToken) and not request.auth.allows(scope):
            self.message = f"This key lacks the scope {scope}."
            return False
        perm = _perm(view, method, scope)
        if not request.user.has_perm(perm):
            self.message = f"Your role ({request.user.get_role_display().lower()}) may not do this."
            return False
        return True


class ScopedQuerysetMixin(IdempotentMixin):
    """Shows a caller only their rows, so that a foreign row is a 404.

    The model's QuerySet says which by ``visible_to(actor)``; rows without one follow the relation named
    in ``visible_through`` (``"campaign"``: rows of visible campaigns).
    """

    required_scopes: Mapping[str, str] = {}
    required_perms: Mapping[str, str] = {}
    visible_through = ""

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows this caller may see."""
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        return visible(rows, actor(self.request), self.visible_through)


class OfCampaignMixin(IdempotentMixin):
    """Rows of the campaign named in the address as ``campaign_pk``; a foreign campaign is a 404."""

    required_scopes: Mapping[str, str] = {}
    required_perms: Mapping[str, str] = {}

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign in the address, if the caller may see it."""
        return get_object_or_404(
            Campaign.objects.visible_to(actor(self.request)), pk=self.kwargs["campaign_pk"]
        )

    def get_queryset(self) -> QuerySet[Any]:
        """Return the campaign's rows."""
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.filter(campaign=self.campaign)


def checked(form: "type[serializers.Serializer[Any]]", data: Any) -> dict[str, Any]:
    """Return the values of ``data`` in the shape of ``form``; a wrong or unknown one is a 400."""
    serializer = form(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def asked(form: "type[serializers.Serializer[Any]]", request: Request) -> dict[str, Any]:
    """Return what body and address of a request say together, in the shape of ``form``."""
    if not isinstance(request.data, Mapping):
        raise ValidationError("Send one JSON object.")
    return checked(form, {**request.data, **request.query_params.dict()})


def visible(rows: QuerySet[Any], person: User, through: str = "") -> QuerySet[Any]:
    """Return the rows ``person`` may see, directly or through a relation; none for nobody in particular."""
    if not person.is_authenticated:
        return rows.none()
    if not through:
        return rows.visible_to(person)  # type: ignore[attr-defined, no-any-return]
    if person.sees_all:
        return rows
    model = cast("type[Model]", rows.model)
    for part in through.split("__"):
        model = cast("type[Model]", model._meta.get_field(part).related_model)
    parents = model._default_manager.get_queryset().visible_to(person)  # type: ignore[attr-defined]
    return rows.filter(**{f"{through}__in": parents})


def actor(request: Request) -> User:
    """Return the person behind a request."""
    return cast(User, request.user)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that do not exist or may not be set, instead of passing over them in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names that were sent before their values."""
        if isinstance(data, Mapping):
            wrong = {name: [self._why_not(name)] for name in data if not self._takes(name)}
            if wrong:
                raise ValidationError(cast("dict[str, list[ErrorDetail]]", wrong))
        return super().to_internal_value(data)

    def _takes(self, name: str) -> bool:
        field = self.fields.get(name)
        return field is not None and not field.read_only

    def _why_not(self, name: str) -> str:
        if name in self.fields:
            return "This field is read-only: it follows from other facts and cannot be set."
        known = ", ".join(sorted(n for n, field in self.fields.items() if not field.read_only))
        return f"There is no such field. Fields are: {known}."


class MaskedSerializer(serializers.Serializer[Any]):
    """Hides the fields named in ``masked_fields`` from people who read figures only."""

    masked_fields: tuple[str, ...] = ("email", "phone")

    def to_representation(self, instance: Any) -> Any:
        """Return the row as the caller may see it."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is not None and masking.is_masked_for(request.user):
            for name in self.masked_fields:
                if shown.get(name):
                    shown[name] = masking.mask(str(shown[name]))
        return shown


def _perm(view: Any, method: str, scope: str) -> str:
    """Return the model permission a role needs for a method of a view."""
    named = (getattr(view, "required_perms", None) or {}).get(method)
    if named:
        return str(named)
    rows = getattr(view, "queryset", None)
    if rows is None:
        return PERMS_OF_SCOPE[scope]
    verb = "change" if method == "POST" and getattr(view, "detail", None) else VERBS[method]
    meta = rows.model._meta
    return f"{meta.app_label}.{verb}_{meta.model_name}"
