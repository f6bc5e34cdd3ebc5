"""How search is: each engine's index, what it still has to learn, the breaker, the last drift, rebuilds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from marketplace.core import clock
from marketplace.core.models import JobRun
from search import documents
from search.backends import serving
from search.backends.interface import Backend, EngineError
from search.backends.operations import Stats
from search.models import DriftCheck, IndexRun, PendingChange, RebuildOrder, SearchIndex

DRIFT_JOB = "search.nightly"


@dataclass(frozen=True, slots=True)
class EngineState:
    """One engine: its live index (None where there is none or it does not answer, `away` says why), changes
    it has not learnt, since when the oldest waits, and how the last nightly comparison ended.
    """

    name: str
    stats: Stats | None
    away: str
    left_alone: bool
    pending: int
    oldest: datetime | None
    last_error: str
    run: IndexRun | None
    drift: dict[str, Any]
    order: RebuildOrder | None
    check: DriftCheck | None
    first: bool

    @property
    def oldest_seconds(self) -> int:
        """Whole seconds the oldest change waits."""
        return int((clock.now() - self.oldest).total_seconds()) if self.oldest else 0

    @property
    def is_well(self) -> bool:
        return self.stats is not None and not self.left_alone and self.oldest_seconds < 60


@dataclass(frozen=True, slots=True)
class Health:
    """Both engines and how many listings are on sale."""

    engines: list[EngineState]
    on_sale: int
    drift_at: datetime | None

    @property
    def is_moving(self) -> bool:
        """Whether the page should look again: an index is being built or compared."""
        return any(work and work.is_moving for one in self.engines for work in (one.order, one.check))


def health() -> Health:
    """The state of all engines; seven queries and a question to each engine."""
    job = JobRun.objects.filter(job=DRIFT_JOB).order_by("-date").first()
    report: dict[str, Any] = (job.result or {}) if job else {}
    waiting: dict[str, Any] = {
        row["index__engine"]: row
        for row in PendingChange.objects.filter(index__state="live")
        .values("index__engine")
        .annotate(n=Count("pk"), oldest=Min("since"))
    }
    rows = {row.engine: row for row in SearchIndex.objects.filter(state=SearchIndex.State.LIVE)}
    newest = IndexRun.objects.filter(index__in=rows.values()).order_by("pk")
    runs = {run.index_id: run for run in newest.filter(finished_at__isnull=False)[:2_000]}
    orders = {order.engine: order for order in RebuildOrder.objects.order_by("pk")}
    checks = {check.engine: check for check in DriftCheck.objects.order_by("pk")}
    found = []
    for name, backend in serving.backends().items():
        row = rows.get(name)
        known = waiting.get(name, {"n": 0, "oldest": None})
        stats, away = _stats(backend)
        found.append(
            EngineState(
                name=name,
                stats=stats,
                away=away,
                left_alone=_left_alone(name),
                pending=known["n"],
                oldest=known["oldest"],
                last_error=row.last_error if row and row.failed_at else "",
                run=runs.get(row.pk) if row else None,
                drift=report.get(name, {}),
                order=orders.get(name),
                check=checks.get(name),
                first=name == ("elasticsearch" if serving.elasticsearch() else "embedded"),
            )
        )
    return Health(found, documents.count_on_sale(), job.finished_at if job else None)


def _stats(backend: Backend) -> tuple[Stats | None, str]:
    try:
        live = backend.live()
        return (backend.stats(live), "") if live else (None, "")
    except EngineError as error:
        return None, str(error)[:200]


def _left_alone(name: str) -> bool:
    remote = serving.elasticsearch()
    return bool(remote and name == remote[0].name and remote[1].is_open)
