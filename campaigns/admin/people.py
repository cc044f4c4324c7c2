"""People, teams and keys."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.admin.base import HouseAdmin, staff
from campaigns.models import AccessToken, Team, User
from campaigns.models.token import SCOPES
from campaigns.services import audit, tokens

admin.site.unregister(Group)  # groups follow the table of roles; changed by hand they would be set back


class PersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person with a role, which says what they may do."""

    class Meta:
        model = User
        fields = ("username", "email", "role", "team")


@admin.register(User)
class PersonAdmin(UserAdmin, HouseAdmin):  # type: ignore[type-arg]
    """Who works here, in which role and team. Nobody changes their own role or switches themselves off."""

    add_form = PersonForm
    list_display = (
        "username",
        "first_name",
        "last_name",
        "email",
        "role",
        "team",
        "is_away",
        "is_active",
        "last_login",
    )
    list_filter = ("role", "team", "is_active", "is_away")
    search_fields = ("username", "first_name", "last_name", "email")
    list_select_related = ("team",)
    filter_horizontal = ()
    readonly_fields = ("is_staff", "is_superuser", "last_login", "date_joined")
    autocomplete_fields = ("team",)
    actions = ("reset_second_factor",)
    fieldsets = (
        (None, {"fields": ("username", "password", "email", "first_name", "last_name", "title")}),
        ("Work", {"fields": ("role", "team", "capacity", "is_away", "time_zone")}),
        ("State", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "role", "team")}),
        ("Password", {"classes": ("wide",), "fields": ("usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[Any, ...]:
        """Lock a person's own role and state."""
        locked = ("role", "is_active") if obj is not None and obj == request.user else ()
        return (*super().get_readonly_fields(request, obj), *locked)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save and write down what changed."""
        super().save_model(request, obj, form, change)
        after = {
            name: str(form.cleaned_data[name])
            for name in ("role", "team", "is_active")
            if name in form.changed_data
        }
        audit.record(staff(request), "change person" if change else "add person", obj, after=after)

    @admin.action(
        description="Take the second factor off, for people who lost theirs", permissions=["change"]
    )
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Let people in with their password alone, so that they can set up a new second factor."""
        for user in chosen:
            if Authenticator.objects.filter(user=user).delete()[0]:
                audit.record(staff(request), "reset second factor", user)
        messages.success(request, "Done; they can sign in with their password and set up a new one.")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are switched off, not deleted: their work keeps their name."""
        return False


@admin.register(Team)
class TeamAdmin(HouseAdmin):
    """Teams: the boundary of what managers and reps see."""

    list_display = ("name", "people")
    search_fields = ("name",)

    @admin.display(description="People")
    def people(self, team: Team) -> str:
        """Name the members."""
        return ", ".join(str(user) for user in team.members.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Fetch the members with their teams."""
        return super().get_queryset(request).prefetch_related("members")


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new key."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        min_value=1, max_value=365, initial=365, help_text="Days until it expires, at most 365."
    )

    class Meta:
        model = AccessToken
        fields = ("user", "name", "scopes")


@admin.register(AccessToken)
class KeyAdmin(HouseAdmin):
    """Keys of other systems: shown once when issued, then only by their first signs."""

    list_display = ("name", "token_key", "user", "scopes", "created", "expiry", "last_used_at")
    list_display_links = ("name", "token_key")
    list_filter = ("user__role", "expiry")
    search_fields = ("name", "token_key", "user__username")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    form = KeyForm
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """A key is issued and revoked, never changed."""
        return False

    def get_fields(self, request: HttpRequest, obj: AccessToken | None = None) -> tuple[str, ...]:
        """Ask for what a new key needs; show an old one without its digest."""
        if obj is None:
            return ("user", "name", "scopes", "days")
        return ("user", "name", "token_key", "scopes", "created", "expiry", "last_used_at")

    def save_model(self, request: HttpRequest, obj: AccessToken, form: Any, change: bool) -> None:
        """Issue the key and show it this once."""
        data = form.cleaned_data
        life = timedelta(days=data["days"])
        token, plain = tokens.issue(data["user"], data["scopes"], data["name"], life, by=staff(request))
        obj.__dict__.update(token.__dict__)
        messages.warning(request, f"The key, shown only now: {plain}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer to revoke instead of to delete."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    @admin.action(description="Revoke the selected keys", permissions=["delete"])
    def revoke(self, request: HttpRequest, keys: QuerySet[AccessToken]) -> None:
        """Take the keys away at once."""
        for token in keys.select_related("user"):
            tokens.revoke(token, by=staff(request), reason="settings page")
        messages.success(request, "Revoked; the next call with such a key is refused.")

    def delete_model(self, request: HttpRequest, obj: AccessToken) -> None:
        """Revoke one key."""
        tokens.revoke(obj, by=staff(request), reason="settings page")
