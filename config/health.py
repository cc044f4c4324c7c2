"""What load balancers, the ``up`` command and people ask: is it alive, is it ready, how does it feel."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from config.version import VERSION
from leads.services.privacy import journal

HEARTBEAT_KEY = "health:heartbeat"
PATIENCE = 60.0
_migrated = False
_forgotten = False


def beat() -> None:
    """Note that the worker lives now."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=24 * 3600)


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer as soon as the process serves requests."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when this process can do its whole work, 503 with the reason before that."""
    checks = run_checks()
    good = all(check["ok"] for check in checks.values())
    answer = JsonResponse(
        {"status": "ok" if good else "not ready", "checks": checks}, status=200 if good else 503
    )
    answer._has_been_logged = True  # type: ignore[attr-defined] # who asks gets the reason; the log need not repeat it
    return answer


@never_cache
def summary(request: HttpRequest) -> JsonResponse:
    """Tell people and monitors how the house feels, always with status 200."""
    checks = run_checks(also_others=True)
    good = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if good else "degraded", "version": VERSION, "checks": checks})


def run_checks(*, also_others: bool = False) -> dict[str, dict[str, Any]]:
    """Run the checks this process answers for; with ``also_others`` those of the workers elsewhere too."""
    checks: dict[str, Callable[[], dict[str, Any]]] = {
        "database": _database, "migrations": _migrations, "erasures": _erasures,
    }  # fmt: skip
    if settings.EMBEDDED_WORKER or also_others:
        checks["worker"] = _worker
    return {name: _guarded(check) for name, check in checks.items()}


def _guarded(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return {"ok": False, "why": type(error).__name__}


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True, "kind": connection.vendor}


def _migrations() -> dict[str, Any]:
    """Whether the tables fit the code; once true it stays true for this process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": _migrated} if _migrated else {"ok": False, "why": "run: python3 manage.py migrate"}


def _erasures() -> dict[str, Any]:
    """Whether everybody we forgot is still forgotten here; an older copy of the database forgets nothing."""
    global _forgotten
    if not _forgotten:
        _forgotten = not journal.pending()
    return {"ok": True} if _forgotten else {"ok": False, "why": "run: python3 manage.py erasures --replay"}


def _worker() -> dict[str, Any]:
    seen = cache.get(HEARTBEAT_KEY)
    if seen is None:
        return {"ok": False, "why": "the worker has not reported yet"}
    age = round(time.time() - seen, 1)
    return {"ok": age < PATIENCE, "age_seconds": age}
