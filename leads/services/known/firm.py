"""Change a company: its facts and its owner; two people cannot overwrite each other."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Company
from leads.services.entry import companies
from leads.services.known.conflicts import Conflict
from leads.services.rules import customfields


class FirmRefused(Exception):
    """What was typed cannot be stored; ``field`` names what to mend, ``other`` the company it belongs to."""

    code = "save_refused"
    status = 409

    def __init__(self, message: str, field: str = "", other: Company | None = None) -> None:
        self.field, self.other = field, other
        super().__init__(message)


def change(company: Company, data: dict[str, Any], *, version: int, by: User) -> Company:
    """Write changed facts if nobody else did since ``version`` was read."""
    facts = {**data, **companies.keys_of(data)}
    if "custom" in facts:
        checked = customfields.checked("company", facts["custom"])
        facts["custom"] = customfields.merged(company.custom, checked)
    changed = {name: value for name, value in facts.items() if getattr(company, name) != value}
    if not changed and company.version == version:
        return company
    try:
        with transaction.atomic():
            found = Company.objects.filter(pk=company.pk, version=version)
            if not found.update(**changed, version=F("version") + 1, updated_at=clock.now()):
                raise Conflict(Company.objects.select_related("owner").get(pk=company.pk))
            before = {name: _plain(getattr(company, name)) for name in changed}
            after = {name: _plain(value) for name, value in changed.items()}
            audit.record(by, "change", company, before=before, after=after)
    except IntegrityError as error:
        other = Company.objects.exclude(pk=company.pk).filter(domain=facts.get("domain", "")).first()
        raise FirmRefused("Another company has this domain already.", "domain", other) from error
    company.refresh_from_db()
    return company


def assign(company: Company, owner: User | None, by: User) -> None:
    """Give a company to somebody, or to nobody; its people keep their own owners."""
    before = str(company.owner or "")
    with transaction.atomic():
        Company.objects.filter(pk=company.pk).update(
            owner=owner, version=F("version") + 1, updated_at=clock.now()
        )
        audit.record(by, "assign", company, before={"owner": before}, after={"owner": str(owner or "")})


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, list, dict, type(None))) else str(value)
