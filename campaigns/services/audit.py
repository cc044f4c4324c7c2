"""The audit log: every act that matters has who, when and why."""

from typing import Any

from django.db import models

from campaigns.models import AuditEntry, User


def record(
    actor: User | None,
    verb: str,
    obj: models.Model,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write down that ``actor`` (``None``: the machine) did ``verb`` to ``obj``."""
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        reason=reason[:250],
        before=before or {},
        after=after or {},
    )


def history(obj: models.Model) -> models.QuerySet[AuditEntry]:
    """Return what was done to ``obj``, newest first."""
    found = AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
    return found.select_related("actor")
