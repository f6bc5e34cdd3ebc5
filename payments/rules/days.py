"""Business dates as moments."""

from datetime import date, datetime

from marketplace.core.clock import BUSINESS_ZONE


def start_of(day: date) -> datetime:
    """The moment a business date begins in the business zone."""
    return datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE)
