"""Festivals as pages show them: what, where, and how long it still runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.campaigns.models import Campaign
from marketplace.core import clock
from marketplace.core.i18n import pick
from marketplace.ui.links import door


@dataclass(frozen=True, slots=True)
class Festival:
    """One festival. `clock_text`: "2 days 4 hours left" or "starts in 5 days"."""

    kind: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime
    clock_text: str
    running: bool
    accent: str
    url: str


def span_text(span: timedelta) -> str:
    """The two largest parts of a span: "3 days 4 hours", "4 hours 12 minutes", "less than a minute"."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", left) % {"n": left} if left else "",
    ]
    shown = [part for part in parts if part][:2]
    return " ".join(shown) or _("less than a minute")


def clock_text(starts_at: datetime, ends_at: datetime) -> str:
    """How long until it starts, or how long it still runs."""
    now = clock.now()
    if now < starts_at:
        return _("starts in %(span)s") % {"span": span_text(starts_at - now)}
    return _("%(span)s left") % {"span": span_text(ends_at - now)}


def festival_of(row: Campaign) -> Festival:
    """What a page shows of a campaign; a cluster's own leads to its portal, the market's to the search."""
    code = row.cluster.code if row.cluster else ""
    return Festival(
        kind=row.get_kind_display(),
        title=pick(row, "title"),
        text=pick(row, "summary"),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        clock_text=clock_text(row.starts_at, row.ends_at),
        running=row.starts_at <= clock.now() < row.ends_at,
        accent=code,
        url=f"{door(None, 'home')}{code}/" if code else door(None, "search:results"),
    )


def festivals_of(rows: Iterable[Campaign]) -> list[Festival]:
    """Running ones first, then by how soon they start."""
    return sorted((festival_of(row) for row in rows), key=lambda one: (not one.running, one.starts_at))
