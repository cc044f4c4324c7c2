"""Hands a person everything that is stored about them: JSON for machines, a page to read, their files."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.loader import render_to_string

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Attachment, Lead
from leads.services.privacy import people, registry, words
from leads.services.privacy.people import Person
from leads.services.privacy.registry import Personal

#: how work is organised, not what is known
SILENT = {"lease_token", "lease_until", "attempts", "contributions", "previous_contributions"}


def collect(lead: Lead, by: User | None) -> dict[str, Any]:
    """Return everything about a person by section, as values JSON can carry; the act is audited."""
    person = people.of(lead)
    sections = [section for entry in registry.entries() if (section := _section(entry, person))]
    audit.record(by, "export", lead, reason="Everything about one person")
    found = {"person": lead.pk, "records": list(person.ids), "made_at": clock.now(), "sections": sections}
    plain: dict[str, Any] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain


def archive(lead: Lead, by: User | None) -> bytes:
    """Return the export as a ZIP file: ``person.json``, ``person.html`` and the person's files."""
    found = collect(lead, by)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", json.dumps(found, indent=2, ensure_ascii=False))
        file.writestr("person.html", page(lead, found))
        for row in Attachment.objects.filter(lead__in=found["records"]):
            source = (Path(settings.MEDIA_ROOT) / row.path).resolve()
            if source.is_relative_to(Path(settings.MEDIA_ROOT).resolve()) and source.is_file():
                file.write(source, f"files/{row.pk}-{Path(row.name).name}")
    return packed.getvalue()


def page(lead: Lead, found: dict[str, Any]) -> str:
    """Return the export as a page that anybody can read."""
    return render_to_string("leads/privacy/export.html", {"lead": lead, "found": found})


def _section(entry: Personal, person: Person) -> dict[str, Any] | None:
    rows = [_whole(row) for row in entry.of(person.ids).order_by("pk").iterator()]
    linked = {row["id"] for row in rows if "id" in row}
    rows += [
        _excerpt(row, entry, person)
        for row in words.rows(entry, person).order_by("pk").iterator()
        if entry.found != "keep" and row.pk not in linked and words.is_named(row, entry, person)
    ]
    return {"title": entry.title, "table": entry.model, "rows": rows} if rows else None


def _whole(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in SILENT
    }


def _excerpt(row: Model, entry: Personal, person: Person) -> dict[str, Any]:
    """Return only what names the person: a row that no link leads to may speak of others too."""
    named = {name: words.excerpt(getattr(row, name), person) for name in entry.texts}
    return {"id": row.pk, **{name: value for name, value in named.items() if value}}
