"""Versions of what was learned: one champion a kind, changed in one transaction, with one click back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns import clock
from campaigns.models import ModelVersion, User
from campaigns.services import audit

Status = ModelVersion.Status
SERVED = "served_from"


class PromotionRefused(Exception):
    """A version that may not serve; the message says why."""

    code = "promotion_refused"
    status = 409


def register(kind: str, algorithm: str, by: User | None = None, **facts: Any) -> ModelVersion:
    """Store a new version of a kind under the next number; a draft unless ``status`` says otherwise."""
    with transaction.atomic():
        scope = facts.get("scope", "")
        last = ModelVersion.objects.filter(kind=kind, scope=scope).aggregate(last=Max("version"))["last"] or 0
        return ModelVersion.objects.create(
            kind=kind, algorithm=algorithm, version=last + 1, created_by=by, **facts
        )


def champion(kind: str, scope: str = "") -> ModelVersion | None:
    """Return the version that serves."""
    return ModelVersion.objects.filter(kind=kind, scope=scope, status=Status.CHAMPION).first()


def challenger(kind: str, scope: str = "") -> ModelVersion | None:
    """Return the newest version that passed its gates and waits."""
    waiting = ModelVersion.objects.filter(kind=kind, scope=scope, status=Status.SHADOW)
    return waiting.order_by("-version").first()


def before(kind: str, scope: str = "") -> ModelVersion | None:
    """Return the version that served before the champion: where one click back leads."""
    served = ModelVersion.objects.filter(
        kind=kind, scope=scope, status=Status.RETIRED, metrics__has_key=SERVED
    )
    return served.order_by("-decided_at").first()


def crown(version: ModelVersion, by: User | None, reason: str = "") -> ModelVersion:
    """Let a version serve in place of the champion, with an audit row; gates are the caller's business."""
    now = clock.now()
    with transaction.atomic():
        rivals = ModelVersion.objects.select_for_update().filter(kind=version.kind, scope=version.scope)
        old = rivals.filter(status=Status.CHAMPION).exclude(pk=version.pk).first()
        rivals.filter(status=Status.CHAMPION).exclude(pk=version.pk).update(
            status=Status.RETIRED, decided_at=now
        )
        version.status, version.decided_at = Status.CHAMPION, now
        version.metrics = {**version.metrics, SERVED: now.isoformat()}
        version.save(update_fields=["status", "decided_at", "metrics"])
        audit.record(by, "promote", version, reason=reason, before={"champion": str(old) if old else ""},
                     after={"champion": str(version)})  # fmt: skip
    return version


def may_serve(version: ModelVersion) -> None:
    """Refuse a version that has not passed its gates and has not served before."""
    if version.status == Status.CHAMPION:
        raise PromotionRefused(f"Version {version.version} serves already.")
    has_served = SERVED in version.metrics
    if version.status == Status.SHADOW or (version.status == Status.RETIRED and has_served):
        return
    why = version.note or "it was never compared with the champion"
    raise PromotionRefused(f"Version {version.version} may not serve: {why}")


def decide(version: ModelVersion, now: datetime, passed: bool, note: str) -> None:
    """Close a training: the challenger before it steps back, the new one waits or is refused."""
    with transaction.atomic():
        if passed:
            older = ModelVersion.objects.filter(kind=version.kind, scope=version.scope, status=Status.SHADOW)
            older.exclude(pk=version.pk).update(
                status=Status.RETIRED, decided_at=now, note=f"A newer challenger: version {version.version}"
            )
        version.status = Status.SHADOW if passed else Status.REFUSED
        version.note, version.decided_at = note[:250], now
        version.save()
