"""What every settings page has in common: safe by default, quick on big tables, a way back to the product."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


class HouseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """``page`` names the product's own page of a row (URL name), ``page_key`` the field in its address."""

    page = ""
    page_key = "pk"
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Add the way back to the product."""
        columns = tuple(super().get_list_display(request))
        return (columns[0], "open_in", *columns[1:]) if self.page else columns

    @admin.display(description="")
    def open_in(self, row: Model) -> SafeString | str:
        """Link to the row's own page."""
        url = self.view_on_site(row)
        return format_html('<a href="{}">Open in Leadloom</a>', url) if url else ""

    def view_on_site(self, obj: Model) -> str | None:
        """Return the address of the row's own page, if it has one."""
        key = getattr(obj, self.page_key)
        if not self.page or key is None:
            return None
        try:
            return reverse(self.page, args=[key])
        except NoReverseMatch:
            return None


class ReadingAdmin(HouseAdmin):
    """Rows that people look at here and never change: ledgers, events, logs, what the product writes."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What is written stays written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What happened has happened."""
        return False


class KeptAdmin(HouseAdmin):
    """Rows that may be changed here but neither begin nor end here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows begin in the product, where all that belongs to them begins too."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Other rows tell of this one."""
        return False


def staff(request: HttpRequest) -> Any:
    """Return who is at work in the settings pages."""
    return request.user
