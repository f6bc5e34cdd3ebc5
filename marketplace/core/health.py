"""Health: `/healthz` says the process runs, `/readyz` that it can serve (database, schema, outbox)."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import outbox

OUTBOX_LAG_LIMIT = 300.0
_seen = {"schema": False}


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def _schema_is_current() -> bool:
    """Whether every migration is applied; asked until true once, then remembered for this process."""
    if not _seen["schema"]:
        executor = MigrationExecutor(connection)
        _seen["schema"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen["schema"]


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, its schema is current and the outbox moves; else 503 and which."""
    checks: dict[str, str] = {}
    try:
        checks["database"] = "ok"
        checks["schema"] = "ok" if _schema_is_current() else "behind"
        lag = outbox.lag_seconds()
        checks["outbox"] = "ok" if lag < OUTBOX_LAG_LIMIT else f"{lag:.0f} s behind"
    except DatabaseError:
        checks["database"] = "away"
    good = all(value == "ok" for value in checks.values())
    return JsonResponse(
        {"status": "ok" if good else "unavailable", "checks": checks}, status=200 if good else 503
    )
