"""What the worker does for the search log."""

from __future__ import annotations

from celery import shared_task

from .daily import add_up_due
from .ingest import ingest


@shared_task(name="search.take_log")
def take_log() -> int:
    """Take waiting lines into the database."""
    return ingest()


@shared_task(name="search.add_up_log")
def add_up_log() -> None:
    """Add up the days of the log."""
    add_up_due()
