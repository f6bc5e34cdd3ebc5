"""Numbers, money, dates and units as people read them, in the active language.

Money and counts are grouped by thousands with a comma and a point for decimals in both languages, so the hot
path is plain string formatting; a test holds it against CLDR. Dates and relative times come from Babel.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel.dates import format_date as babel_date
from babel.dates import format_timedelta
from babel.numbers import get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, ngettext_lazy, pgettext

from marketplace.core import clock
from marketplace.core.i18n import is_chinese
from marketplace.core.money import exponent

MINUS = "\N{MINUS SIGN}"
# The yuan is the house currency: "¥" alone is CNY in both languages, the yen always says which it is.
_SYMBOLS = {"CNY": "¥", "JPY": "JP¥"}


def babel_locale() -> str:
    """Babel's name of the active language."""
    return "zh_Hans_CN" if is_chinese() else "en"


@lru_cache(maxsize=256)
def currency_symbol(currency: str, locale: str) -> str:
    """Symbol before the amount; a code that has none is set off by a no-break space."""
    symbol = _SYMBOLS.get(currency) or get_currency_symbol(currency, locale=locale)
    return symbol + "\N{NO-BREAK SPACE}" if symbol[-1:].isalpha() else symbol


@lru_cache(maxsize=8192)
def _money(amount: int, currency: str, locale: str) -> str:
    digits = exponent(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    tail = f".{rest:0{digits}d}" if digits else ""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_symbol(currency, locale)}{whole:,}{tail}"


def format_money(amount: int, currency: str) -> str:
    """171030 minor units of CNY → "¥1,710.30"."""
    return _money(amount, currency, "zh_Hans_CN" if is_chinese() else "en")


def format_count(number: int) -> str:
    """12000 → "12,000"; a true minus for negative counts."""
    return f"{number:,}" if number >= 0 else f"{MINUS}{-number:,}"


def format_percent(basis_points: int) -> str:
    """150 basis points → "1.5%"."""
    sign = MINUS if basis_points < 0 else ""
    whole, rest = divmod(abs(basis_points), 100)
    tail = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{sign}{whole:,}{tail}%"


# Units of sale by code, one and many.
_UNITS = {
    "piece": ngettext_lazy("piece", "pieces"),
    "pair": ngettext_lazy("pair", "pairs"),
    "set": ngettext_lazy("set", "sets"),
    "box": ngettext_lazy("box", "boxes"),
    "dozen": ngettext_lazy("dozen", "dozen"),
    "bag": ngettext_lazy("bag", "bags"),
    "roll": ngettext_lazy("roll", "rolls"),
    "carton": ngettext_lazy("carton", "cartons"),
    "kg": ngettext_lazy("kg", "kg"),
    "m": ngettext_lazy("m", "m"),
}


@lru_cache(maxsize=256)
def _unit_name(unit: str, plural: bool, language: str) -> str:
    name = _UNITS.get(unit)
    return unit if name is None else str(name % (2 if plural else 1))


def unit_name(unit: str, number: int = 1) -> str:
    """Name of a unit of sale ("pair" → "pairs", "双"); an unknown unit is shown as it is written."""
    return _unit_name(unit, number != 1, get_language() or "zh-hans") if unit else ""


def format_quantity(number: int, unit: str = "") -> str:
    """3000, "pair" → "3,000 pairs" / "3,000 双"."""
    return (
        f"{format_count(number)}\N{NO-BREAK SPACE}{unit_name(unit, number)}" if unit else format_count(number)
    )


def format_price(amount: int, currency: str, unit: str = "") -> str:
    """245, "CNY", "pair" → "¥2.45 / pair"."""
    money = format_money(amount, currency)
    return f"{money}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{unit_name(unit)}" if unit else money


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    return babel_date(day, "y年M月d日" if locale.startswith("zh") else "d MMM y", locale=locale)


def as_day(moment: date | datetime) -> date:
    """The day on which a moment falls for the reader (their zone when one is active, else Asia/Shanghai)."""
    if not isinstance(moment, datetime):
        return moment
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()


def format_day(moment: date | datetime) -> str:
    """2026-03-05 → "2026年3月5日" / "5 Mar 2026"."""
    return _day(as_day(moment), babel_locale())


def format_moment(moment: datetime) -> str:
    """Day and 24-hour time in the reader's zone: "5 Mar 2026, 14:30" / "2026年3月5日 14:30"."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    joint = " " if is_chinese() else ", "
    return f"{_day(local.date(), babel_locale())}{joint}{local:%H:%M}"


@lru_cache(maxsize=4096)
def _distance(days: int, locale: str) -> str:
    if days == 0:
        return pgettext("relative day", "today")
    if days == 1:
        return pgettext("relative day", "tomorrow")
    if days == -1:
        return pgettext("relative day", "yesterday")
    # Terms run to 90 days and are counted in days; what lies farther off is told in months.
    unit: Literal["day", "month"] = "day" if abs(days) <= 100 else "month"
    seconds = days * 86_400
    return format_timedelta(seconds, granularity=unit, threshold=101, add_direction=True, locale=locale)


def format_distance(moment: date | datetime) -> str:
    """How far a day is from today: "in 3 days", "3天后", "yesterday"."""
    return _distance((as_day(moment) - as_day(clock.now())).days, babel_locale())


def format_span(days_from: int, days_to: int | None = None) -> str:
    """A span of days with an en dash: "7–10 days" / "7–10 天"."""
    if days_to is None or days_to == days_from:
        return ngettext("%(n)s day", "%(n)s days", days_from) % {"n": format_count(days_from)}
    return gettext("%(a)s–%(b)s days") % {"a": format_count(days_from), "b": format_count(days_to)}
