"""Training orders: a draft version is an order; the drain trains one at a time and orders what is due."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q

from campaigns.models import ModelVersion, User
from campaigns.services import audit
from campaigns.services.learning import gates, registry

NEW_LABELS, MORE, LOOK_EVERY, LEASE = 50, 0.10, 3600, timedelta(minutes=10)
log = logging.getLogger(__name__)
Status = ModelVersion.Status


@dataclass(frozen=True)
class Readiness:
    """How many rows with a known outcome there are, and what is missing for a fit (empty: nothing)."""

    labels: int
    positives: int
    missing: str


class Learner(Protocol):
    """What ``settings.LEARNERS`` names: a module that knows one kind of model."""

    ALGORITHM: str

    def mature(self, now: datetime) -> int:
        """Write down the outcomes that are known by now; return how many are new."""

    def readiness(self) -> Readiness:
        """Return whether there is enough to learn from."""

    def train(self, version: ModelVersion, now: datetime) -> None:
        """Fill a draft with parameters and figures and decide about it."""

    def drift(self, now: datetime) -> list[str]:
        """Return why the champion no longer fits, in words."""

    def promote(self, version: ModelVersion, by: User | None) -> object:
        """Put a version in force, with whatever serves it."""


def learner(kind: str) -> Learner:
    """Return the module that trains a kind."""
    return cast(Learner, import_module(settings.LEARNERS[kind]))


def order(kind: str, by: User | None, note: str = "") -> ModelVersion:
    """Ask for a training; one that waits already is returned instead."""
    waiting = ModelVersion.objects.filter(kind=kind, status=Status.DRAFT).first()
    if waiting is not None:
        return waiting
    made = registry.register(kind, learner(kind).ALGORITHM, by, note=note[:250])
    audit.record(by, "train", made, reason=note)
    return made


def due(kind: str, now: datetime) -> str:
    """Return why a kind should be trained again, in words; empty when nothing speaks for it."""
    module = learner(kind)
    found = module.readiness()
    if found.missing:
        return ""
    last = ModelVersion.objects.filter(kind=kind, row_count__gt=0).order_by("-version").first()
    if last is None:
        return f"{found.labels} labels: enough for a first fit"
    new = found.labels - last.row_count
    if new >= NEW_LABELS or new >= max(10, MORE * last.row_count):
        return f"{new} new labels"
    serving = registry.champion(kind)
    alarms = serving.metrics.get("drift", {}).get("alarms", []) if serving and new > 0 else []
    return str(alarms[0]) if alarms else ""


def drain(now: datetime, limit: int = 1) -> int:
    """Look once an hour what is due, then train up to ``limit`` ordered versions; return how many."""
    for kind in settings.LEARNERS:
        if cache.add(f"learn:{kind}", 1, LOOK_EVERY):
            _look(kind, now)
    done = 0
    while done < limit and (version := _claim(now)) is not None:
        _train(version, now)
        done += 1
    return done


def _look(kind: str, now: datetime) -> None:
    learner(kind).mature(now)
    if serving := registry.champion(kind):
        facts = {"at": now.isoformat(), "alarms": learner(kind).drift(now)}
        serving.metrics = {**serving.metrics, "drift": facts}
        serving.save(update_fields=["metrics"])
    if why := due(kind, now):
        order(kind, None, why)


def _claim(now: datetime) -> ModelVersion | None:
    """Take the oldest waiting order by a conditional UPDATE; an abandoned one is free after its lease."""
    free = Q(decided_at=None) | Q(decided_at__lt=now - LEASE)
    waiting = ModelVersion.objects.filter(free, status=Status.DRAFT, kind__in=list(settings.LEARNERS))
    for version in waiting.order_by("pk")[:3]:
        mine = ModelVersion.objects.filter(free, pk=version.pk, status=Status.DRAFT)
        if mine.update(decided_at=now):
            return version
    return None


def _train(version: ModelVersion, now: datetime) -> None:
    try:
        learner(version.kind).train(version, now)
    except gates.NotEnough as missing:
        registry.decide(version, now, False, str(missing))
    except Exception:
        log.exception("training failed", extra={"version": version.pk})
        note = "The training broke off; the log says why. Nothing has changed."
        registry.decide(version, now, False, note)


def plain(found: Readiness) -> dict[str, Any]:
    """Return the readiness as JSON."""
    return {"labels": found.labels, "positives": found.positives, "missing": found.missing}
