"""What staff see of searches: most asked, fruitless, unopened, slow; and the state of the indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Sum

from search.indexing import oldest_pending_seconds
from search.models import IndexRun, PendingChange, QueryDay, SearchIndex

from .rules import Period, share

MOST = 25
LEAST_SEARCHES = 5
_NAMES = (
    "searches", "visitors", "found_nothing", "found_few", "relaxed", "corrected", "degraded", "clicks",
    "clicked", "clicked_first", "clicked_ten", "reciprocals", "inquiries", "baskets", "orders",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of searches, and what they make. Shares in basis points; `mrr` in ten-thousandths."""

    searches: int = 0
    visitors: int = 0
    found_nothing: int = 0
    found_few: int = 0
    relaxed: int = 0
    corrected: int = 0
    degraded: int = 0
    clicks: int = 0
    clicked: int = 0
    clicked_first: int = 0
    clicked_ten: int = 0
    reciprocals: int = 0
    inquiries: int = 0
    baskets: int = 0
    orders: int = 0
    p95_ms: int = 0

    @property
    def nothing_share(self) -> int:
        return share(self.found_nothing, self.searches)

    @property
    def click_share(self) -> int:
        return share(self.clicked, self.searches)

    @property
    def first_share(self) -> int:
        return share(self.clicked_first, self.searches)

    @property
    def ten_share(self) -> int:
        return share(self.clicked_ten, self.searches)

    @property
    def mrr(self) -> int:
        return round(self.reciprocals / self.searches) if self.searches else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One query."""

    q: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One engine's live index: what it holds, what it lacks, and its last checks."""

    engine: str
    name: str
    documents: int
    live_since: datetime | None
    pending: int
    last_error: str
    last_drift: int | None
    drift_at: datetime | None
    rebuilt_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffReport:
    """The page."""

    now: Figures
    before: Figures
    days: dict[date, Figures]
    top: list[Row]
    fruitless: list[Row]
    unopened: list[Row]
    slow: list[Row]
    indexes: list[IndexLine]
    pending_seconds: int


def _sums() -> dict[str, Any]:
    return {**{f"n_{name}": Sum(name) for name in _NAMES}, "n_p95": Max("took_p95_ms")}


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(**{name: row[f"n_{name}"] or 0 for name in _NAMES}, p95_ms=row["n_p95"] or 0)


def _rows(rows: Iterable[dict[str, Any]]) -> list[Row]:
    return [Row(row["q"], _figures(row)) for row in rows]


def by_query(period: Period) -> Any:
    """A queryset of sums by query, the most asked first."""
    rows: Any = QueryDay.objects.filter(day__range=period.span).values("q").annotate(**_sums())
    return rows.order_by("-n_searches", "q")


def all_rows(period: Period, most: int) -> list[Row]:
    """Every query of a period with its figures, the most asked first, at most so many."""
    return _rows(by_query(period)[:most])


def staff_report(period: Period) -> StaffReport:
    """All of it; nine queries whatever was searched."""
    rows: Any = QueryDay.objects.filter(day__range=period.span)
    before: Any = QueryDay.objects.filter(day__range=period.span_before)
    queries = by_query(period).exclude(q="")
    asked = queries.filter(n_searches__gte=LEAST_SEARCHES)
    found = asked.filter(n_searches__gt=F("n_found_nothing") * 2)
    days = {row["day"]: _figures(row) for row in rows.values("day").annotate(**_sums())}
    return StaffReport(
        now=_figures(rows.aggregate(**_sums())),
        before=_figures(before.aggregate(**_sums())),
        days={day: days.get(day, Figures()) for day in period.dates},
        top=_rows(queries[:MOST]),
        fruitless=_rows(queries.filter(n_found_nothing__gt=0).order_by("-n_found_nothing", "q")[:MOST]),
        unopened=_rows(found.filter(n_searches__gt=F("n_clicked") * 10).order_by("-n_searches", "q")[:MOST]),
        slow=_rows(asked.order_by("-n_p95", "q")[:MOST]),
        indexes=index_lines(),
        pending_seconds=round(oldest_pending_seconds()),
    )


def index_lines() -> list[IndexLine]:
    """The live indexes; four queries for any number of engines."""
    lines = []
    live = list(SearchIndex.objects.filter(state=SearchIndex.State.LIVE).order_by("engine"))
    keys = [index.pk for index in live]
    waiting: dict[int, int] = {}
    for key in PendingChange.objects.filter(index__in=keys).values_list("index_id", flat=True):
        waiting[key] = waiting.get(key, 0) + 1
    drifts = _last_runs(keys, IndexRun.Kind.DRIFT)
    rebuilds = _last_runs(keys, IndexRun.Kind.REBUILD)
    for index in live:
        drift, rebuild = drifts.get(index.pk), rebuilds.get(index.pk)
        lines.append(
            IndexLine(
                engine=index.engine,
                name=index.name,
                documents=index.documents,
                live_since=index.live_since,
                pending=waiting.get(index.pk, 0),
                last_error=index.last_error,
                last_drift=drift.written if drift else None,
                drift_at=drift.started_at if drift else None,
                rebuilt_at=rebuild.finished_at if rebuild else None,
            )
        )
    return lines


def _last_runs(keys: list[int], kind: str) -> dict[int, IndexRun]:
    """The newest run of a kind of each index."""
    newest = IndexRun.objects.filter(index__in=keys, kind=kind).values("index").annotate(last=Max("pk"))
    runs = IndexRun.objects.filter(pk__in=[row["last"] for row in newest])
    return {run.index_id: run for run in runs}
