"""Dated jobs: a row per (job, date) makes a second run of the same date a no-op and a missed date visible."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from . import clock
from .models import JobRun


def run_once(job: str, day: date, work: Callable[[date], dict[str, Any]]) -> bool:
    """Run `work(day)` in one transaction with its JobRun row; False when that date was done before."""
    try:
        with transaction.atomic():
            row = JobRun.objects.create(job=job, date=day)
            row.result = work(day)
            row.finished_at = clock.now()
            row.save(update_fields=["result", "finished_at"])
    except IntegrityError:
        if JobRun.objects.filter(job=job, date=day).exists():
            return False
        raise
    return True


def missed_days(job: str, *, until: date, at_most: int = 60) -> Iterator[date]:
    """The dates after the last run of a job up to and including `until`; only `until` when it never ran."""
    last = (
        JobRun.objects.filter(job=job, date__lte=until)
        .order_by("-date")
        .values_list("date", flat=True)
        .first()
    )
    day = until if last is None else max(last + timedelta(days=1), until - timedelta(days=at_most))
    while day <= until:
        yield day
        day += timedelta(days=1)
