"""Business dates and months as moments."""

from datetime import date, datetime

from marketplace.core.clock import BUSINESS_ZONE


def start_of(day: date) -> datetime:
    """The moment a business date begins in the business zone."""
    return datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE)


def month_of(moment: datetime) -> date:
    """The first day of the month in which a moment falls in the business zone."""
    return moment.astimezone(BUSINESS_ZONE).date().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after that of a date."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before that of a date."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
