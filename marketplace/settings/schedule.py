"""What beat starts and when. Every dated job is safe to start twice and catches up missed days by itself."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    # Listings that an engine which was away still has to learn.
    "search-flush": {"task": "search.flush_pending", "schedule": 5.0},
    # Late fees, holds, reminders, payouts, expired authorisations: dated, so a second start does nothing.
    "payments-daily": {"task": "payments.run_daily", "schedule": crontab(minute="*/10")},
    "payments-sweep": {"task": "payments.sweep", "schedule": 120.0},
    "search-nightly": {"task": "search.nightly", "schedule": crontab(hour=19, minute=30)},
}
