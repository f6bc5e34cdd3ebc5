"""Plots and words of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.ui import plots
from marketplace.ui.formats import format_count, format_day, format_percent

from .rules import PERIODS, Period, change

LACKS: dict[str, Promise] = {
    "attributes": gettext_lazy("Facts others in the category give"),
    "pictures": gettext_lazy("Fewer than three pictures"),
    "title_en": gettext_lazy("No English title"),
    "description_en": gettext_lazy("No English description"),
    "description_zh": gettext_lazy("No Chinese description"),
    "certificate": gettext_lazy("No certificate in force"),
}


def count_plot(title: str, column: str, values: Mapping[date, int]) -> plots.Plot:
    """Counts by day as a line."""
    bars = [plots.Bar(format_day(day), value, format_count(value)) for day, value in values.items()]
    total = format_count(sum(values.values()))
    summary = _("%(n)s in all") % {"n": total}
    return plots.line(title, bars, columns=(_("Day"), column), say=format_count, summary=summary)


def share_plot(title: str, column: str, values: Mapping[date, int]) -> plots.Plot:
    """Shares (basis points) by day as a line."""
    bars = [plots.Bar(format_day(day), value, format_percent(value)) for day, value in values.items()]
    return plots.line(title, bars, columns=(_("Day"), column), say=format_percent)


def period_links(period: Period) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is this one) of the periods to choose from."""
    words = {days: _("%(n)s days") % {"n": days} for days in PERIODS}
    return [(words[days], f"?days={days}", days == period.days) for days in PERIODS]


def change_words(now: int, before: int) -> str:
    """ "+12% on the days before"; empty where there is nothing to compare with."""
    more = change(now, before)
    if more is None:
        return ""
    sign = "+" if more > 0 else ""
    rounded = format_percent(round(more / 100) * 100)
    return _("%(change)s against the days before") % {"change": f"{sign}{rounded}"}
